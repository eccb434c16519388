package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.testkit.server.NginxServer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract with nginx without entity tags: versions are told apart by the time of change. */
class NginxUntaggedContractTest extends ReadingContract {
  private static NginxServer server;
  private static ServedDirectory served;

  @BeforeAll
  static void start() {
    server = NginxServer.start();
    served = new ServedDirectory(server.root(), server.url("/untagged/"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  ServedDirectory served() {
    return served;
  }

  /** Without names that begin with a dot: nginx leaves them out of its index pages. */
  @Override
  protected List<String> awkwardNames() {
    return super.awkwardNames().stream().filter(name -> !name.startsWith(".")).toList();
  }
}
