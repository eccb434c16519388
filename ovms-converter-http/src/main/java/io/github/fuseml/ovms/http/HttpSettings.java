package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSetting.Kind;
import io.github.fuseml.ovms.api.StoreSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The settings of one store, read and checked; the table of them. */
final class HttpSettings {
  static final StoreSetting USERNAME = StoreSetting.of(
          "username", Kind.TEXT, "the user of basic authentication, together with a password")
      .from("HTTP_USERNAME");
  static final StoreSetting PASSWORD = StoreSetting.of(
          "password", Kind.SECRET, "the password of basic authentication")
      .from("HTTP_PASSWORD");
  static final StoreSetting TOKEN = StoreSetting.of(
          "token", Kind.SECRET, "a bearer token, instead of a user and a password")
      .from("HTTP_TOKEN");
  static final StoreSetting HEADERS = StoreSetting.of(
          "headers",
          Kind.SECRET,
          "further headers for the server, one 'Name: value' a line; another server that it"
              + " redirects to does not get them")
      .from("HTTP_HEADERS");
  static final StoreSetting WRITING = StoreSetting.of(
          "writing",
          Kind.CHOICE,
          "how an output is written: by WebDAV with locks, by plain PUT requests of whole files, or"
              + " not at all")
      .oneOf("webdav", "put", "none")
      .byDefault("webdav")
      .from("HTTP_WRITING");
  static final StoreSetting PRIVATE_ADDRESSES = StoreSetting.of(
          "privateAddresses",
          Kind.CHOICE,
          "whether servers of private networks and of this machine may be asked, also by a redirect")
      .oneOf("allow", "refuse")
      .byDefault("allow")
      .from("HTTP_PRIVATE_ADDRESSES");
  static final StoreSetting CA_CERTIFICATE = StoreSetting.of(
          "caCertificate",
          Kind.FILE,
          "A PEM file of certificate authorities to trust instead of Java's own")
      .from("HTTP_CA_CERTIFICATE");
  static final StoreSetting CLIENT_CERTIFICATE = StoreSetting.of(
          "clientCertificate",
          Kind.FILE,
          "the certificate (PEM), with its chain, that this side shows to the server")
      .from("HTTP_CLIENT_CERTIFICATE");
  static final StoreSetting CLIENT_KEY = StoreSetting.of(
          "clientKey", Kind.FILE, "its private key (PEM, PKCS #8, not encrypted)")
      .byDefault("in the certificate's file")
      .from("HTTP_CLIENT_KEY");
  static final StoreSetting INSECURE_TLS = StoreSetting.of(
          "insecureTls",
          Kind.FLAG,
          "accept any certificate of any host: everybody on the way can read and change everything")
      .byDefault("false")
      .from("HTTP_INSECURE_TLS");
  static final StoreSetting HTTP_PROXY = StoreSetting.of(
          "httpProxy", Kind.TEXT, "the proxy for http: URLs, http://[user:password@]host:port")
      .from("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY");
  static final StoreSetting HTTPS_PROXY = StoreSetting.of(
          "httpsProxy", Kind.TEXT, "the proxy for https: URLs, http://[user:password@]host:port")
      .from("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");
  static final StoreSetting NO_PROXY = StoreSetting.of(
          "noProxy",
          Kind.TEXT,
          "hosts that are asked without a proxy, separated by commas; example.org means those below"
              + " it too, * means all")
      .from("no_proxy", "NO_PROXY");
  static final StoreSetting CONNECT_TIMEOUT = StoreSetting.of(
          "connectTimeout", Kind.DURATION, "how long a connection may take to be made")
      .byDefault("10s")
      .from("HTTP_CONNECT_TIMEOUT");
  static final StoreSetting ANSWER_TIMEOUT = StoreSetting.of(
          "answerTimeout",
          Kind.DURATION,
          "how long an answer may take to begin, and no byte of it to arrive")
      .byDefault("60s")
      .from("HTTP_ANSWER_TIMEOUT");
  static final StoreSetting ATTEMPTS = StoreSetting.of(
          "attempts", Kind.NUMBER, "how often a request is sent, the first time included")
      .byDefault("4")
      .from("HTTP_ATTEMPTS");

  static final List<StoreSetting> TABLE = List.of(
      USERNAME,
      PASSWORD,
      TOKEN,
      HEADERS,
      WRITING,
      PRIVATE_ADDRESSES,
      CA_CERTIFICATE,
      CLIENT_CERTIFICATE,
      CLIENT_KEY,
      INSECURE_TLS,
      HTTP_PROXY,
      HTTPS_PROXY,
      NO_PROXY,
      CONNECT_TIMEOUT,
      ANSWER_TIMEOUT,
      ATTEMPTS);

  /** Headers that this module sets itself, or that would break the connection. */
  private static final Set<String> OWN_HEADERS = Set.of(
      "authorization",
      "accept-encoding",
      "connection",
      "content-length",
      "destination",
      "expect",
      "host",
      "if",
      "if-match",
      "if-none-match",
      "if-range",
      "overwrite",
      "range",
      "transfer-encoding",
      "upgrade");

  private final StoreSettings settings;
  private final @Nullable Credentials credentials;
  private final Map<String, String> headers;

  private HttpSettings(StoreSettings settings) {
    this.settings = settings;
    this.credentials = readCredentials(settings);
    this.headers = readHeaders(settings.text(HEADERS).orElse(""));
  }

  /**
   * Reads the settings.
   *
   * @throws BadRequestException if one is wrong, or two contradict each other
   */
  static HttpSettings of(StoreSettings settings) {
    return new HttpSettings(settings);
  }

  private static @Nullable Credentials readCredentials(StoreSettings settings) {
    String username = settings.text(USERNAME).orElse(null);
    String password = settings.text(PASSWORD).orElse(null);
    String token = settings.text(TOKEN).orElse(null);
    if (token != null && (username != null || password != null)) {
      throw wrong(TOKEN, "there is a user or a password too", "give the token or these, not both");
    }
    if (username == null && password != null) {
      throw wrong(PASSWORD, "there is no username", "give both");
    }
    if (username != null && password == null) {
      throw wrong(
          USERNAME,
          "there is no password",
          "give both; an empty one can be written into the URL, https://user:@host/");
    }
    if (token != null) {
      if (token.strip().chars().anyMatch(c -> c <= ' ' || c > '~')) {
        throw wrong(TOKEN, "it holds a space or a character that is not ASCII", "give it as it is");
      }
      return Credentials.bearer(token);
    }
    return username == null || password == null ? null : Credentials.basic(username, password);
  }

  private static Map<String, String> readHeaders(String text) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : line.substring(0, colon).strip();
      // Not the line itself in a message: its value may be a secret.
      if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
        throw wrong(HEADERS, "a line of it is no 'Name: value'", "give one header a line");
      }
      if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
        throw wrong(HEADERS, "'" + name + "' is set by this store itself", "leave it out");
      }
      String value = line.substring(colon + 1).strip();
      if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
        throw wrong(HEADERS, "'" + name + "' holds a character that is not ASCII", "encode it");
      }
      headers.put(name, value);
    }
    return headers;
  }

  static BadRequestException wrong(StoreSetting setting, String found, String remedy) {
    return new BadRequestException(Problem.of("use the setting")
        .on("'" + setting.name() + "'")
        .found(found)
        .remedy(remedy));
  }

  /** The settings that are not read here: those of TLS and of the proxies. */
  StoreSettings all() {
    return settings;
  }

  @Nullable
  Credentials credentials() {
    return credentials;
  }

  Map<String, String> headers() {
    return headers;
  }

  Writing writing() {
    return Writing.valueOf(settings.choice(WRITING).orElse("webdav").toUpperCase(Locale.ROOT));
  }

  boolean privateAddressesAllowed() {
    return settings.choice(PRIVATE_ADDRESSES).orElse("allow").equals("allow");
  }

  boolean insecureTls() {
    return settings.flag(INSECURE_TLS).orElse(false);
  }

  Duration connectTimeout() {
    return settings.duration(CONNECT_TIMEOUT).orElse(Duration.ofSeconds(10));
  }

  Duration answerTimeout() {
    return settings.duration(ANSWER_TIMEOUT).orElse(Duration.ofSeconds(60));
  }

  int attempts() {
    return settings.number(ATTEMPTS).orElse(4);
  }

  /** How an output is written. */
  enum Writing {
    WEBDAV,
    PUT,
    NONE
  }
}
