package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.testkit.server.PythonHttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract with Python's server: neither ranges nor entity tags, a connection each. */
class PythonContractTest extends ReadingContract {
  private static PythonHttpServer server;
  private static ServedDirectory served;

  @BeforeAll
  static void start() {
    server = PythonHttpServer.start();
    served = new ServedDirectory(server.root(), server.url("/"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  ServedDirectory served() {
    return served;
  }
}
