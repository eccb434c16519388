package io.github.fuseml.ovms.testkit.server;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The servers that run, so that none outlives the JVM. */
final class OpenServers {
  private static final Set<LocalServer> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> List.copyOf(OPEN).forEach(LocalServer::abandon), "end of servers"));
  }

  private OpenServers() {}

  static void add(LocalServer server) {
    OPEN.add(server);
  }

  static void remove(LocalServer server) {
    OPEN.remove(server);
  }
}
