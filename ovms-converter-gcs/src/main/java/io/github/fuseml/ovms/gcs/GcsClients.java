package io.github.fuseml.ovms.gcs;

import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestInitializer;
import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.apache.v5.Apache5HttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.storage.Storage;
import com.google.auth.Credentials;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.http.HttpTransportFactory;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TrustAllStrategy;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Makes a client of Google's JSON interface. The transport is Apache's, for only there a request that
 * goes on can be ended by another thread.
 */
final class GcsClients {
  /** The transfer engine reads by many threads at once. */
  private static final int CONNECTIONS = 128;

  private GcsClients() {}

  static Storage open(GcsSettings settings) {
    HttpTransport transport = new Apache5HttpTransport(httpClient(settings));
    HttpTransportFactory forTokens = () -> transport;
    Credentials credentials = GcsCredentials.find(settings, forTokens);
    HttpRequestInitializer adapter =
        credentials == null ? request -> {} : new HttpCredentialsAdapter(credentials);
    return new Storage.Builder(
            transport,
            GsonFactory.getDefaultInstance(),
            request -> prepare(request, adapter, settings))
        .setApplicationName("ovms-converter")
        .setRootUrl(settings.endpoint() + "/")
        .build();
  }

  private static void prepare(
      HttpRequest request, HttpRequestInitializer credentials, GcsSettings settings)
      throws IOException {
    credentials.initialize(request);
    request.setConnectTimeout((int) settings.connectTimeout().toMillis());
    request.setReadTimeout((int) settings.requestTimeout().toMillis());
    request.setWriteTimeout((int) settings.requestTimeout().toMillis());
    Retries.install(request, settings.maxAttempts());
  }

  private static HttpClient httpClient(GcsSettings settings) {
    PoolingHttpClientConnectionManagerBuilder connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setMaxConnTotal(CONNECTIONS)
            .setMaxConnPerRoute(CONNECTIONS)
            .setDefaultConnectionConfig(ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(settings.connectTimeout()))
                .setSocketTimeout(Timeout.of(settings.requestTimeout()))
                .build());
    SSLContext trusted = trust(settings);
    if (trusted != null) {
      connections.setTlsSocketStrategy(
          settings.insecureTls()
              ? new DefaultClientTlsStrategy(trusted, NoopHostnameVerifier.INSTANCE)
              : new DefaultClientTlsStrategy(trusted));
    }
    return HttpClients.custom()
        .useSystemProperties()
        .setConnectionManager(connections.build())
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableContentCompression() // A part of a compressed object must arrive as it is stored.
        .build();
  }

  private static @Nullable SSLContext trust(GcsSettings settings) {
    try {
      if (settings.insecureTls()) {
        System.getLogger(GcsClients.class.getName())
            .log(
                System.Logger.Level.WARNING,
                "TLS certificates of {0} are not checked (insecureTls)",
                settings.endpoint());
        return SSLContexts.custom().loadTrustMaterial(TrustAllStrategy.INSTANCE).build();
      }
      if (settings.caCertificate().isPresent()) {
        return trustOnly(settings.caCertificate().get());
      }
      return null;
    } catch (GeneralSecurityException | IOException e) {
      throw new BadRequestException(
          Problem.of("use the setting")
              .on("'caCertificate'")
              .found(
                  e instanceof CertificateException
                      ? "it holds no certificate that can be read"
                      : "it cannot be read: " + e.getMessage())
              .remedy("give a PEM file with the certificates of authorities"),
          e);
    }
  }

  private static SSLContext trustOnly(Path pem) throws IOException, GeneralSecurityException {
    KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
    authorities.load(null, null);
    try (InputStream in = Files.newInputStream(pem)) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) {
        throw new CertificateException("empty");
      }
      int number = 0;
      for (Certificate each : found) {
        authorities.setCertificateEntry("ca-" + number++, each);
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(authorities);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }
}
