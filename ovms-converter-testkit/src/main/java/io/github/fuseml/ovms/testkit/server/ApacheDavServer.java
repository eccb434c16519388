package io.github.fuseml.ovms.testkit.server;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Apache's HTTP server: serves one directory below these paths:
 *
 * <ul>
 *   <li>{@code /}: with index pages that are tables of links
 *   <li>{@code /plain/}: with index pages that are bare lists
 *   <li>{@code /dav/}: writable by WebDAV
 *   <li>{@code /private/}: the same, but only with basic authentication, see {@link #USER} and {@link
 *       #PASSWORD}
 * </ul>
 */
public final class ApacheDavServer extends ApacheServer {
  /** The user who may use {@code /private/}. */
  public static final String USER = "user";

  /** That user's password. */
  public static final String PASSWORD = "pass:word";

  private static final List<String> MODULES =
      List.of("alias", "autoindex", "dir", "dav", "dav_fs", "env", "setenvif");

  private final Path root = TemporaryFiles.writable(directory().resolve("root"));

  private ApacheDavServer(@Nullable ServerCertificate certificate) {
    super("apache2", certificate, PasswordFile.line(USER, PASSWORD));
  }

  /**
   * Starts one that speaks plain HTTP, over an empty directory.
   *
   * @return a server that answers
   */
  public static ApacheDavServer start() {
    return start(null);
  }

  /**
   * Starts one that speaks TLS, over an empty directory.
   *
   * @param certificate what it shows, such as {@link TestCertificates#localhost()}
   * @return a server that answers
   */
  public static ApacheDavServer startTls(ServerCertificate certificate) {
    return start(certificate);
  }

  private static ApacheDavServer start(@Nullable ServerCertificate certificate) {
    ApacheDavServer server = new ApacheDavServer(certificate);
    server.launch();
    return server;
  }

  /**
   * The directory that it serves. When root starts the server, it runs as nobody: what it is to
   * change there has to be writable by all.
   *
   * @return an absolute path
   */
  public Path root() {
    return root;
  }

  @Override
  List<String> modules() {
    return certificate() == null
        ? MODULES
        : Stream.concat(MODULES.stream(), Stream.of("ssl")).toList();
  }

  @Override
  String rules() {
    return "DavLockDB " + quoted("locks/dav") + "\nDocumentRoot " + quoted("root") + "\n"
        + "<Directory " + quoted("root") + ">\n  Require all granted\n  Options Indexes\n"
        + "  IndexOptions FancyIndexing HTMLTable\n</Directory>\n"
        + tls()
        + area("plain", "IndexOptions -FancyIndexing -HTMLTable")
        + area("dav", "Dav On")
        + area(
            "private",
            "Dav On\n  AuthType Basic\n  AuthName test\n  AuthUserFile " + quoted("users")
                + "\n  Require valid-user\n  AuthMerging Off");
  }

  /** The same files once more below another path. */
  private String area(String name, String how) {
    return "Alias /" + name + " " + quoted("root") + "\n<Location /" + name + ">\n  " + how
        + "\n</Location>\n";
  }

  private String tls() {
    ServerCertificate certificate = certificate();
    return certificate == null
        ? ""
        : "SSLEngine on\nSSLCertificateFile \"" + certificate.certificate()
            + "\"\nSSLCertificateKeyFile \"" + certificate.key() + "\"\n";
  }

  private String quoted(String name) {
    return "\"" + directory().resolve(name) + "\"";
  }
}
