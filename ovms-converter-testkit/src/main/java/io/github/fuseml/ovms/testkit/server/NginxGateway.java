package io.github.fuseml.ovms.testkit.server;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * nginx before another server, as it stands before many that know neither TLS nor who may use them: it
 * passes every request on that it lets in.
 */
public final class NginxGateway extends LocalServer {
  private final Builder options;

  private NginxGateway(Builder options) {
    super("nginx-gateway", options.certificate);
    this.options = options;
  }

  /**
   * A gateway with choices.
   *
   * @param server the address of the server behind it, without a path
   * @return a builder
   */
  public static Builder to(URI server) {
    return new Builder(server);
  }

  /** What a gateway is to be like. Not thread-safe. */
  public static final class Builder {
    private final URI server;
    private @Nullable ServerCertificate certificate;
    private @Nullable Path clients;
    private String token = "";
    private String prefix = "";

    private Builder(URI server) {
      this.server = server;
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
     * Lets in only those who show a certificate; for one that speaks TLS.
     *
     * @param authority a PEM file with the authority that has to have signed it
     * @return this
     */
    public Builder clientsOf(Path authority) {
      this.clients = authority;
      return this;
    }

    /**
     * Lets in only those who send a bearer token, which the server behind does not get to see.
     *
     * @param wanted the token
     * @return this
     */
    public Builder bearer(String wanted) {
      this.token = wanted;
      return this;
    }

    /**
     * Has the server below a path of its own, of which the server knows nothing.
     *
     * @param path the path, with a slash before it and none behind it
     * @return this
     */
    public Builder prefix(String path) {
      this.prefix = path;
      return this;
    }

    /**
     * Starts the gateway.
     *
     * @return a server that answers
     */
    public NginxGateway start() {
      NginxGateway gateway = new NginxGateway(this);
      gateway.launch();
      return gateway;
    }
  }

  @Override
  List<String> command() {
    TemporaryFiles.writable(directory().resolve("temporary"));
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
        + "  access_log off;\n  client_max_body_size 0;\n  server {\n    listen 127.0.0.1:" + port()
        + (certificate() == null ? "" : " ssl") + ";\n" + tls() + "    location " + options.prefix
        + "/ {\n" + admission() + "      proxy_pass " + options.server
        + "/;\n      proxy_set_header Host $http_host;\n"
        + "      proxy_set_header Authorization \"\";\n      proxy_http_version 1.1;\n"
        + "      proxy_request_buffering off;\n      proxy_buffering off;\n    }\n  }\n}\n";
  }

  private String admission() {
    return options.token.isEmpty()
        ? ""
        : "      add_header WWW-Authenticate Bearer always;\n"
            + "      if ($http_authorization != \"Bearer " + options.token
            + "\") { return 401; }\n";
  }

  private String tls() {
    ServerCertificate certificate = certificate();
    if (certificate == null) {
      return "";
    }
    String own = "    ssl_certificate \"" + certificate.certificate() + "\";\n"
        + "    ssl_certificate_key \"" + certificate.key() + "\";\n";
    return options.clients == null
        ? own
        : own + "    ssl_client_certificate \"" + options.clients
            + "\";\n    ssl_verify_client on;\n";
  }
}
