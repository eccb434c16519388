package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.utils.AttributeMap;

/** Makes the SDK's client of one store: everything that its settings say, and nothing shared. */
final class S3Clients {
  private static final System.Logger LOG = System.getLogger(S3Clients.class.getName());

  /** More than a run's threads; who asks for another waits. */
  private static final int CONNECTIONS = 128;

  /** What a service answers when a body was damaged on its way: sending it again may help. */
  private static final Set<String> DAMAGED_ON_THE_WAY =
      Set.of("BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch");

  static final String DEFAULT_REGION = "us-east-1";

  private S3Clients() {}

  static S3Client create(S3Settings settings, S3Credentials credentials, SdkHttpClient http) {
    URI endpoint = settings.endpoint();
    S3ClientBuilder builder = S3Client.builder()
        .credentialsProvider(credentials.provider())
        .httpClient(http)
        .forcePathStyle(settings.pathStyle())
        .dualstackEnabled(false)
        .fipsEnabled(false)
        .disableS3ExpressSessionAuth(endpoint != null)
        // The SDK's own checksums travel behind the body, which other servers refuse or, worse,
        // store as part of the object. Ours are in the header.
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .serviceConfiguration(
            S3Configuration.builder().chunkedEncodingEnabled(false).build())
        .overrideConfiguration(configuration -> {
          configuration
              .retryStrategy(retries(settings.maxAttempts()))
              .compressionConfiguration(
                  compression -> compression.requestCompressionEnabled(false));
          if (settings.accessKeyId().isPresent() && endpoint != null) {
            // Nothing of the machine's own configuration is for a store that was told everything.
            configuration.defaultProfileFile(ProfileFile.aggregator().build());
          }
        });
    Optional<String> region = region(settings);
    if (endpoint != null) {
      builder.endpointOverride(endpoint);
    } else if (region.isEmpty()) {
      builder.crossRegionAccessEnabled(true);
    }
    return builder.region(Region.of(region.orElse(DEFAULT_REGION))).build();
  }

  /** The region; empty when nobody says. An instance of AWS's is not asked, for that takes seconds. */
  static Optional<String> region(S3Settings settings) {
    if (settings.region().isPresent() || settings.endpoint() != null) {
      return settings.region();
    }
    String profile = settings.profile().orElse(null);
    try {
      AwsRegionProviderChain chain = new AwsRegionProviderChain(
          new SystemSettingsRegionProvider(), new AwsProfileRegionProvider(null, profile));
      return Optional.of(chain.getRegion().id());
    } catch (SdkClientException e) {
      return Optional.empty();
    }
  }

  static StandardRetryStrategy retries(int attempts) {
    return AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .maxAttempts(attempts)
        .retryOnException(error -> error instanceof AwsServiceException service
            && DAMAGED_ON_THE_WAY.contains(S3Errors.code(service)))
        .build();
  }

  static SdkHttpClient httpClient(S3Settings settings) {
    Apache5HttpClient.Builder builder = Apache5HttpClient.builder()
        .maxConnections(CONNECTIONS)
        .connectionTimeout(settings.connectTimeout())
        .socketTimeout(settings.requestTimeout())
        // Waiting for a connection of the pool is no failure of the service.
        .connectionAcquisitionTimeout(Duration.ofMinutes(10))
        .expectContinueEnabled(false)
        .tcpKeepAlive(true)
        .proxyConfiguration(proxy(settings));
    URI endpoint = settings.endpoint();
    if (endpoint != null && endpoint.getScheme().equals("http")) {
      // Java's authorities take a tenth of a second to read, and a bundle that AWS_CA_BUNDLE names
      // takes longer. A service without TLS has no use for either.
      builder.tlsTrustManagersProvider(() -> new TrustManager[] {new NoTrust()});
    } else {
      settings.caCertificate().ifPresent(file -> {
        TrustManager[] managers = trust(file);
        builder.tlsTrustManagersProvider(() -> managers);
      });
    }
    if (settings.insecureTls()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The setting 'insecureTls' is on: the certificate of the S3 service is not checked, and"
              + " whoever is on the way can read and change everything, credentials included.");
      return builder.buildWithDefaults(AttributeMap.builder()
          .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true)
          .build());
    }
    return builder.build();
  }

  private static ProxyConfiguration proxy(S3Settings settings) {
    URI endpoint = settings.endpoint();
    Optional<String> proxy = settings.proxy();
    boolean none = proxy.isPresent()
        ? proxy.get().equals("none")
        : endpoint != null && S3Endpoint.isThisMachine(endpoint);
    ProxyConfiguration.Builder builder = ProxyConfiguration.builder();
    if (none || proxy.isPresent()) {
      builder.useSystemPropertyValues(false).useEnvironmentVariableValues(false);
    }
    if (!none && proxy.isPresent()) {
      URI uri = URI.create(proxy.get());
      builder.endpoint(uri);
      String user = uri.getUserInfo();
      if (user != null) {
        int colon = user.indexOf(':');
        builder
            .username(colon < 0 ? user : user.substring(0, colon))
            .password(colon < 0 ? "" : user.substring(colon + 1));
      }
    }
    return builder.build();
  }

  private static TrustManager[] trust(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate authority :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + number++, authority);
      }
      if (number == 0) {
        throw badCertificate(file, "it holds no certificate", null);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (IOException e) {
      throw badCertificate(file, "it cannot be read", e);
    } catch (GeneralSecurityException e) {
      throw badCertificate(file, "it is no PEM file of certificates", e);
    }
  }

  private static BadRequestException badCertificate(
      Path file, String found, @org.jspecify.annotations.Nullable Exception cause) {
    return new BadRequestException(
        Problem.of("use the setting")
            .on("'" + S3Settings.CA_CERTIFICATE.name() + "' (" + file + ")")
            .found(found)
            .remedy("give a PEM file with the certificate of the service's authority"),
        cause);
  }

  /** For what never speaks TLS. */
  private static final class NoTrust implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("the endpoint is one without TLS");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
