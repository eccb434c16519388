package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.testkit.server.ApacheDavServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract with Apache's index pages that are bare lists. */
class ApachePlainContractTest extends ReadingContract {
  private static ApacheDavServer server;
  private static ServedDirectory served;

  @BeforeAll
  static void start() {
    server = ApacheDavServer.start();
    served = new ServedDirectory(server.root(), server.url("/plain/"));
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
