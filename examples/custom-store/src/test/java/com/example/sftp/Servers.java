package com.example.sftp;

import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.testkit.server.SshServer;
import java.util.Map;

/** The settings by which a test's server lets the store in. */
final class Servers {
  private Servers() {}

  static StoreSettings settings(SshServer server) {
    return StoreSettings.of(Map.of(
        "username", server.user(),
        "privateKey", server.privateKey().toString(),
        "knownHosts", server.knownHosts().toString()));
  }
}
