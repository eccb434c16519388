package io.github.fuseml.ovms.core.internal.diagnose;

import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.HttpProxy;
import io.github.fuseml.ovms.spi.SpokenProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The way to an endpoint: its name, its port, its certificate, and the time that it says it is. By
 * convention a store that speaks TLS calls its settings {@code caCertificate} and {@code insecureTls}.
 * Which proxy is used the store's provider tells.
 */
final class NetworkChecks {
  static final String NAME = "the name resolves";
  static final String PORT = "the endpoint is reachable";
  static final String TLS = "TLS is trusted";
  static final String CLOCK = "the clock is right";

  private static final String UNREACHABLE = "the endpoint is not reachable";

  private static final int TIMEOUT_MILLIS = 10_000;

  /** S3 and others refuse signatures that are off by more than a quarter of an hour. */
  private static final Duration CLOCK_LIMIT = Duration.ofMinutes(15);

  private static final Duration CLOCK_WARNING = Duration.ofMinutes(5);
  private static final int EXPIRY_WARNING_DAYS = 14;

  private final Checks checks;
  private final StoreSettings settings;

  NetworkChecks(Checks checks, StoreSettings settings) {
    this.checks = checks;
    this.settings = settings;
  }

  /**
   * Takes the steps.
   *
   * @param proxy the proxy on the way; null for none
   * @return why the service cannot be asked; null if it can
   */
  @Nullable
  String run(@Nullable URI endpoint, @Nullable HttpProxy proxy) {
    if (endpoint == null || endpoint.getHost() == null) {
      checks.skipped("no network is involved", NAME, PORT, TLS, CLOCK);
      return null;
    }
    boolean secure = "https".equals(endpoint.getScheme());
    return proxy == null ? direct(endpoint, secure) : by(proxy, secure);
  }

  private @Nullable String by(HttpProxy proxy, boolean secure) {
    String why = "the proxy " + proxy + " is used, and the way beyond it cannot be seen";
    checks.skipped(why, NAME, PORT);
    if (secure && TlsProbe.isInsecure(settings)) {
      warnInsecure();
    } else {
      checks.skipped(why, TLS);
    }
    checks.skipped(why, CLOCK);
    return null;
  }

  private @Nullable String direct(URI endpoint, boolean secure) {
    String host = endpoint.getHost();
    int port = endpoint.getPort() > 0 ? endpoint.getPort() : secure ? 443 : 80;
    if (!resolves(host)) {
      checks.skipped("the name does not resolve", PORT, TLS, CLOCK);
      return UNREACHABLE;
    }
    if (!connects(host, port)) {
      checks.skipped(UNREACHABLE, TLS, CLOCK);
      return UNREACHABLE;
    }
    if (!isTrusted(host, port, secure)) {
      checks.skipped("no connection was made", CLOCK);
      return "no TLS connection can be made";
    }
    DateProbe answer = ask(endpoint, host, port, secure);
    boolean strange = answer.status() == 400 || answer.status() == 0;
    if (!secure && strange && SpokenProtocol.at(host, port) == SpokenProtocol.TLS) {
      checks.revise(
          Doctor.SETTINGS,
          "the endpoint is %s, and the port speaks TLS".formatted(endpoint),
          "write it as https://");
      checks.skipped("the endpoint is of another kind", CLOCK);
      return "it would have to be asked by TLS";
    }
    clock(answer.date());
    return null;
  }

  private DateProbe ask(URI endpoint, String host, int port, boolean secure) {
    try {
      return DateProbe.ask(endpoint, unbracketed(host), port, secure, settings, TIMEOUT_MILLIS);
    } catch (IOException e) {
      return new DateProbe(0, null);
    }
  }

  private void warnInsecure() {
    checks.warned(
        TLS,
        "the certificate is not checked (insecureTls)",
        "give the authority's certificate (caCertificate) instead");
  }

  private boolean resolves(String host) {
    try {
      InetAddress[] addresses = InetAddress.getAllByName(unbracketed(host));
      checks.passed(
          NAME,
          host + " is "
              + Arrays.stream(addresses)
                  .map(InetAddress::getHostAddress)
                  .collect(Collectors.joining(", ")));
      return true;
    } catch (UnknownHostException e) {
      checks.failed(
          NAME,
          "no address is known for " + host,
          "check the spelling of the endpoint, and this machine's DNS");
      return false;
    }
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private boolean connects(String host, int port) {
    try (Socket socket = new Socket()) {
      long start = System.nanoTime();
      socket.connect(new InetSocketAddress(unbracketed(host), port), TIMEOUT_MILLIS);
      checks.passed(
          PORT,
          "port %d answers in %d ms".formatted(port, (System.nanoTime() - start) / 1_000_000));
      return true;
    } catch (IOException e) {
      checks.failed(
          PORT,
          "port %d: %s".formatted(port, e.getMessage()),
          "check the endpoint's port, that the service runs, and the firewalls in between");
      return false;
    }
  }

  private boolean isTrusted(String host, int port, boolean secure) {
    if (!secure) {
      boolean loopback = InetSocketAddress.createUnresolved(host, port)
          .getHostString()
          .matches("localhost|127\\..*|\\[?::1]?");
      if (loopback) {
        checks.skipped("plain http on this machine", TLS);
      } else {
        checks.warned(
            TLS,
            "plain http: what is moved can be read and changed on the way",
            "use an https endpoint if there is one");
      }
      return true;
    }
    try {
      TlsProbe probe = TlsProbe.connect(unbracketed(host), port, TIMEOUT_MILLIS, settings);
      long days = ChronoUnit.DAYS.between(Instant.now(), probe.expiry());
      if (probe.insecure()) {
        warnInsecure();
      } else if (days < EXPIRY_WARNING_DAYS) {
        checks.warned(
            TLS,
            "%s, which expires in %d days".formatted(probe.subject(), days),
            "have the server's certificate renewed");
      } else {
        checks.passed(TLS, "%s, valid for %d days".formatted(probe.subject(), days));
      }
      return true;
    } catch (SSLException e) {
      checks.failed(TLS, TlsProbe.explain(e), TlsProbe.remedy(e));
      if (SpokenProtocol.at(host, port) == SpokenProtocol.PLAIN_HTTP) {
        checks.revise(
            Doctor.SETTINGS,
            "the endpoint is an https one, and the port does not speak TLS",
            "write it as http:// if that is what you want");
      }
      return false;
    } catch (IOException e) {
      checks.failed(
          TLS,
          "no TLS connection: " + e.getMessage(),
          "check that the port speaks TLS, or use an http endpoint");
      return false;
    }
  }

  private void clock(@Nullable Instant there) {
    if (there == null) {
      checks.skipped("the endpoint does not tell the time", CLOCK);
      return;
    }
    Duration off = Duration.between(there, Instant.now());
    String found = "this machine's clock is %d s %s the endpoint's"
        .formatted(off.abs().toSeconds(), off.isNegative() ? "behind" : "ahead of");
    if (off.abs().compareTo(CLOCK_LIMIT) > 0) {
      checks.failed(CLOCK, found, "set this machine's clock: signed requests are refused");
    } else if (off.abs().compareTo(CLOCK_WARNING) > 0) {
      checks.warned(CLOCK, found, "set this machine's clock before it is off by 15 minutes");
    } else {
      checks.passed(CLOCK, found);
    }
  }
}
