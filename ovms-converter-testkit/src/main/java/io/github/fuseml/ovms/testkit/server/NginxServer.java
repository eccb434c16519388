package io.github.fuseml.ovms.testkit.server;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * nginx: serves a directory with index pages, ranges and entity tags, and the same files in other
 * ways below these paths:
 *
 * <ul>
 *   <li>{@code /private/}: only with basic authentication, see {@link #USER} and {@link #PASSWORD}
 *   <li>{@code /moved/}: redirects to the file
 *   <li>{@code /loop/}: redirects to itself
 *   <li>{@code /elsewhere/}: redirects to the same file of another server, see {@link
 *       Builder#elsewhere}
 *   <li>{@code /whole/}: takes no ranges
 *   <li>{@code /untagged/}: has no entity tags
 * </ul>
 */
public final class NginxServer extends LocalServer {
  /** The user who may see {@code /private/}. */
  public static final String USER = "user";

  /** That user's password. */
  public static final String PASSWORD = "pass:word";

  private final Builder options;
  private final Path root;

  private NginxServer(Builder options) {
    super("nginx", options.certificate);
    this.options = options;
    this.root = options.root == null
        ? TemporaryFiles.writable(directory().resolve("root"))
        : options.root.toAbsolutePath();
  }

  /** What a server is to be like. Not thread-safe. */
  public static final class Builder {
    private @Nullable Path root;
    private @Nullable ServerCertificate certificate;
    private @Nullable URI elsewhere;
    private boolean compresses;

    private Builder() {}

    /**
     * Serves a directory that is there already, instead of an empty one of its own.
     *
     * @param directory the directory
     * @return this
     */
    public Builder root(Path directory) {
      this.root = directory;
      return this;
    }

    /**
     * Speaks TLS.
     *
     * @param shown what it shows, such as {@link TestCertificates#localhost()}
     * @return this
     */
    public Builder tls(ServerCertificate shown) {
      this.certificate = shown;
      return this;
    }

    /**
     * Where {@code /elsewhere/} redirects to; without it there is nothing below that path.
     *
     * @param origin the address of another server, without a path
     * @return this
     */
    public Builder elsewhere(URI origin) {
      this.elsewhere = origin;
      return this;
    }

    /**
     * Compresses every answer for clients that accept it.
     *
     * @return this
     */
    public Builder compressing() {
      this.compresses = true;
      return this;
    }

    /**
     * Starts the server.
     *
     * @return a server that answers
     */
    public NginxServer start() {
      NginxServer server = new NginxServer(this);
      server.launch();
      return server;
    }
  }

  /**
   * A server with choices.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts a server of plain HTTP over an empty directory.
   *
   * @return a server that answers
   */
  public static NginxServer start() {
    return builder().start();
  }

  /**
   * The directory that it serves.
   *
   * @return an absolute path
   */
  public Path root() {
    return root;
  }

  @Override
  List<String> command() {
    TemporaryFiles.writable(directory().resolve("temporary"));
    TemporaryFiles.write(directory().resolve("users"), PasswordFile.line(USER, PASSWORD));
    Path configuration = TemporaryFiles.write(directory().resolve("nginx.conf"), configuration());
    return List.of(
        Installed.ofSystem("nginx").toString(),
        "-p",
        directory() + "/",
        "-e",
        "stderr",
        "-c",
        configuration.toString());
  }

  @Override
  boolean answers() {
    return Answers.tcp(port());
  }

  /** One process without a master, so that ending that one ends all. */
  private String configuration() {
    String temporary = List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi").stream()
        .map(kind -> "  " + kind + "_temp_path temporary;\n")
        .collect(Collectors.joining());
    return "daemon off;\nmaster_process off;\npid nginx.pid;\nevents {}\nhttp {\n" + temporary
        + "  access_log off;\n  sendfile on;\n  absolute_redirect off;\n"
        + "  default_type application/octet-stream;\n"
        + (options.compresses ? "  gzip on;\n  gzip_types *;\n  gzip_min_length 1;\n" : "")
        + "  server {\n    listen 127.0.0.1:" + port() + (certificate() == null ? "" : " ssl")
        + ";\n" + tls() + "    autoindex on;\n    root " + quoted(root) + ";\n"
        + same("/private/", "auth_basic test;\n      auth_basic_user_file users;")
        + same("/whole/", "max_ranges 0;")
        + same("/untagged/", "etag off;")
        + "    location /moved/ { rewrite ^/moved/(.*)$ /$1 redirect; }\n"
        + "    location /loop/ { return 302 $request_uri; }\n"
        + (options.elsewhere == null
            ? ""
            : "    location /elsewhere/ { rewrite ^/elsewhere/(.*)$ " + options.elsewhere
                + "/$1 redirect; }\n")
        + "  }\n}\n";
  }

  /** The same files once more below another path. */
  private String same(String location, String how) {
    return "    location " + location + " {\n      alias " + quoted(root + "/") + ";\n      " + how
        + "\n    }\n";
  }

  private String tls() {
    ServerCertificate certificate = certificate();
    return certificate == null
        ? ""
        : "    ssl_certificate " + quoted(certificate.certificate()) + ";\n    ssl_certificate_key "
            + quoted(certificate.key()) + ";\n";
  }

  private static String quoted(Object path) {
    return "\"" + path + "\"";
  }
}
