package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.testkit.server.ApacheDavServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract with Apache's index pages that are tables. */
class ApacheFancyContractTest extends ReadingContract {
  private static ApacheDavServer server;
  private static ServedDirectory served;

  @BeforeAll
  static void start() {
    server = ApacheDavServer.start();
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
