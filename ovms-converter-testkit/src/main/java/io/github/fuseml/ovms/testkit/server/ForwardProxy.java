package io.github.fuseml.ovms.testkit.server;

import java.net.URI;
import java.util.List;

/**
 * Apache as an HTTP proxy, by which programs reach other servers: plain requests and tunnels. It may ask
 * for a user and a password, and it may know a name that nothing else knows.
 */
public final class ForwardProxy extends ApacheServer {
  /** The user who may use a proxy that asks. */
  public static final String USER = "proxy-user";

  /** That user's password; in a URL it has to be percent-encoded. */
  public static final String PASSWORD = "p@ss:word/1";

  private static final List<String> MODULES = List.of("proxy", "proxy_http", "proxy_connect");

  private final String rules;

  private ForwardProxy(String rules) {
    super("apache2-proxy", null, PasswordFile.line(USER, PASSWORD));
    this.rules = rules;
  }

  /**
   * Starts one that asks who uses it.
   *
   * @return a proxy that answers
   */
  public static ForwardProxy startWithPassword() {
    return start("""
        ProxyRequests On
        AllowCONNECT 0-65535
        <Proxy "*">
          AuthType Basic
          AuthName proxy
          AuthUserFile "users"
          Require valid-user
        </Proxy>
        """);
  }

  /**
   * Starts one that everybody may use, and that knows a name.
   *
   * @param name a host that has no address
   * @param server where requests for it go
   * @return a proxy that answers
   */
  public static ForwardProxy startKnowing(String name, URI server) {
    return start("ProxyRequests Off\nProxyPreserveHost On\n"
        + "<VirtualHost *>\n  ServerName " + name + "\n  AllowEncodedSlashes NoDecode\n"
        + "  ProxyPass / " + server + "/ nocanon\n</VirtualHost>\n");
  }

  private static ForwardProxy start(String rules) {
    ForwardProxy proxy = new ForwardProxy(rules);
    proxy.launch();
    return proxy;
  }

  /**
   * Its address with user and password, as it is written in settings.
   *
   * @return a URL
   */
  public String urlWithPassword() {
    return "http://" + USER + ":p%40ss%3Aword%2F1@127.0.0.1:" + port();
  }

  /**
   * What was asked of it.
   *
   * @return a line for each request: method, what was asked for, protocol, status
   */
  public String log() {
    return TemporaryFiles.read(directory().resolve("access.log"));
  }

  @Override
  List<String> modules() {
    return MODULES;
  }

  @Override
  String rules() {
    return "LogFormat \"%r %>s\" plain\nCustomLog access.log plain\n" + rules;
  }
}
