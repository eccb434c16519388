package io.github.fuseml.ovms.gcs;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.spi.TrustedAuthorities;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TrustAllStrategy;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** Makes the HTTP client of one store: everything that its settings say, and nothing shared. */
final class GcsClients {
  /** More than a run's threads; who asks for another waits. */
  private static final int CONNECTIONS = 128;

  private GcsClients() {}

  static CloseableHttpClient create(GcsSettings settings) {
    HttpClientBuilder builder = HttpClients.custom()
        .setConnectionManager(connections(settings))
        // All of these are Google's client's, or nobody's: an object that is stored compressed is
        // to arrive as it is.
        .disableContentCompression()
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableDefaultUserAgent();
    ProxyRoutes.install(settings, builder);
    return builder.build();
  }

  private static PoolingHttpClientConnectionManager connections(GcsSettings settings) {
    Timeout patience = Timeout.of(settings.requestTimeout());
    InterruptibleSockets builder = new InterruptibleSockets();
    if (settings.insecureTls()) {
      builder.setTlsSocketStrategy(trustEverybody());
    }
    settings
        .caCertificate()
        .ifPresent(file -> builder.setTlsSocketStrategy(new DefaultClientTlsStrategy(trust(file))));
    return builder
        .setMaxConnTotal(CONNECTIONS)
        .setMaxConnPerRoute(CONNECTIONS)
        .setDefaultSocketConfig(SocketConfig.custom()
            .setSoTimeout(patience)
            .setSoKeepAlive(true)
            .setTcpNoDelay(true)
            .build())
        .setDefaultConnectionConfig(ConnectionConfig.custom()
            .setConnectTimeout(Timeout.of(settings.connectTimeout()))
            .setSocketTimeout(patience)
            .setValidateAfterInactivity(TimeValue.ofSeconds(2))
            .build())
        .build();
  }

  private static DefaultClientTlsStrategy trustEverybody() {
    try {
      return new DefaultClientTlsStrategy(
          SSLContexts.custom().loadTrustMaterial(TrustAllStrategy.INSTANCE).build(),
          HostnameVerificationPolicy.CLIENT,
          NoopHostnameVerifier.INSTANCE);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  private static SSLContext trust(Path file) {
    try {
      return TrustedAuthorities.context(TrustedAuthorities.read(file));
    } catch (IllegalArgumentException e) {
      throw badCertificate(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static BadRequestException badCertificate(
      Path file, String found, @Nullable Exception cause) {
    return new BadRequestException(
        Problem.of("use the setting")
            .on("'" + GcsSettings.CA_CERTIFICATE.name() + "' (" + file + ")")
            .found(found)
            .remedy("give a PEM file with the certificate of the service's authority"),
        cause);
  }
}
