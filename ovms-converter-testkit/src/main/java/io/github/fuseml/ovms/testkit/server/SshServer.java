package io.github.fuseml.ovms.testkit.server;

import io.github.fuseml.ovms.api.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * OpenSSH's server for SFTP, with a configuration, a host key and a user key of its own. The user who
 * runs the test logs in with the key; no password is accepted. The paths are those of the machine.
 * It speaks no HTTP: its address is {@link #location}, not {@link #url()}.
 */
public final class SshServer extends LocalServer {
  /** Where a server that root starts keeps the processes that are not trusted yet. */
  private static final Path PRIVILEGE_SEPARATION = Path.of("/run/sshd");

  private final boolean readOnly;
  private final Path root;
  private final Path hostKey;
  private final Path userKey;
  private final Path strangeKey;

  private SshServer(boolean readOnly) {
    super("sshd", null);
    this.readOnly = readOnly;
    this.root = TemporaryFiles.writable(directory().resolve("root"));
    this.hostKey = generateKey("host-key");
    this.userKey = generateKey("user-key");
    this.strangeKey = generateKey("strange-key");
  }

  /**
   * Starts a server.
   *
   * @return a server that answers
   */
  public static SshServer start() {
    return start(false);
  }

  /**
   * Starts a server that denies every change.
   *
   * @return a server that answers
   */
  public static SshServer startReadOnly() {
    return start(true);
  }

  private static SshServer start(boolean readOnly) {
    SshServer server = new SshServer(readOnly);
    server.launch();
    return server;
  }

  private Path generateKey(String name) {
    Path key = directory().resolve(name);
    Command.run(
        List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString()), Map.of());
    return key;
  }

  /**
   * A directory for what is kept on it.
   *
   * @return an absolute path, gone when the server is closed
   */
  public Path root() {
    return root;
  }

  /**
   * The location of something below {@link #root()}.
   *
   * @param path a relative path
   * @return a location of the scheme {@code sftp}
   */
  public Location location(String path) {
    return Location.of("sftp://127.0.0.1:" + port() + root).resolve(path);
  }

  /**
   * The user who may log in.
   *
   * @return the name of the user who runs the test
   */
  public String user() {
    return System.getProperty("user.name");
  }

  /**
   * The private key that the server accepts.
   *
   * @return a file in OpenSSH's format
   */
  public Path privateKey() {
    return userKey;
  }

  /**
   * A private key that the server does not accept.
   *
   * @return a file in OpenSSH's format
   */
  public Path strangeKey() {
    return strangeKey;
  }

  /**
   * The server's host key as clients keep it.
   *
   * @return a new {@code known_hosts} file
   */
  public Path knownHosts() {
    return TemporaryFiles.write(
        directory().resolve("known_hosts"), "[127.0.0.1]:" + port() + " " + publicKey(hostKey));
  }

  private static String publicKey(Path key) {
    try {
      return Files.readString(Path.of(key + ".pub"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The processes of its present connections.
   *
   * @return such that can be ended or stopped
   */
  public List<ProcessHandle> connections() {
    return ProcessHandle.of(pid()).stream().flatMap(ProcessHandle::descendants).toList();
  }

  @Override
  List<String> command() {
    if (user().equals("root")) {
      makePrivilegeSeparation();
    }
    TemporaryFiles.write(directory().resolve("authorized_keys"), publicKey(userKey));
    Path configuration = TemporaryFiles.write(directory().resolve("sshd_config"), configuration());
    return List.of(
        Installed.ofSystem("sshd").toString(), "-D", "-e", "-f", configuration.toString());
  }

  /** The service of the system makes it when it starts, and may never have done so. */
  private static void makePrivilegeSeparation() {
    try {
      Files.createDirectories(PRIVILEGE_SEPARATION);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String configuration() {
    return String.join(
        "\n",
        "ListenAddress 127.0.0.1:" + port(),
        "HostKey " + hostKey,
        "PidFile none",
        "AuthorizedKeysFile " + directory().resolve("authorized_keys"),
        "StrictModes no", // the directory for temporary files belongs to others
        "PermitRootLogin prohibit-password",
        "PasswordAuthentication yes",
        "KbdInteractiveAuthentication no",
        "UsePAM no",
        "MaxStartups 100",
        "Subsystem sftp internal-sftp" + (readOnly ? " -R" : ""),
        "");
  }

  @Override
  boolean answers() {
    return Answers.tcp(port());
  }
}
