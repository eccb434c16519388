package io.github.fuseml.ovms.testkit.server;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Apache as one process, with one user who may be asked for a password. */
abstract class ApacheServer extends LocalServer {
  private static final List<String> MODULES =
      List.of("mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic");

  private final String user;

  /** With a line of a file of passwords. */
  ApacheServer(String name, @Nullable ServerCertificate certificate, String user) {
    super(name, certificate);
    this.user = user;
  }

  /** Modules beside those for one process and one user. */
  abstract List<String> modules();

  /** What it serves; {@code "users"} is the file of passwords. */
  abstract String rules();

  @Override
  final List<String> command() {
    TemporaryFiles.writable(directory().resolve("locks"));
    TemporaryFiles.write(directory().resolve("users"), user);
    Path configuration = TemporaryFiles.write(
        directory().resolve("apache.conf"),
        ApacheModules.load(MODULES)
            + ApacheModules.load(modules())
            + "ServerRoot \"" + directory() + "\"\nServerName localhost\nListen 127.0.0.1:"
            + port() + "\nUser #65534\nGroup #65534\nPidFile apache.pid\nErrorLog /dev/stderr\n"
            + "Mutex file:" + directory().resolve("locks") + " default\n"
            + rules());
    // -X: one process, so that ending that one ends all.
    return List.of(Installed.ofSystem("apache2").toString(), "-X", "-f", configuration.toString());
  }

  @Override
  final boolean answers() {
    return Answers.tcp(port());
  }
}
