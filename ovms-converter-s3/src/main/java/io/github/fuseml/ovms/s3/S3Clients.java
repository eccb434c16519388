package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.spi.TrustedAuthorities;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.TrustManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
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
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.utils.AttributeMap;

/** Makes the SDK's client of one store: everything that its settings say, and nothing shared. */
final class S3Clients {
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

  static PatientRetries retries(int attempts) {
    return new PatientRetries(AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .maxAttempts(attempts)
        .retryOnException(error -> error instanceof AwsServiceException service
            && DAMAGED_ON_THE_WAY.contains(S3Errors.code(service)))
        .build());
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
      // Only a proxy may want it: Java's TLS takes a quarter of a second to start, and a bundle of
      // authorities that AWS_CA_BUNDLE names takes longer to read.
      builder.tlsSocketStrategy(
          (socket, target, port, attachment, context) -> DefaultClientTlsStrategy.createDefault()
              .upgrade(socket, target, port, attachment, context));
    } else {
      settings.caCertificate().ifPresent(file -> {
        TrustManager[] managers = trust(file);
        builder.tlsTrustManagersProvider(() -> managers);
      });
    }
    if (settings.insecureTls()) {
      return builder.buildWithDefaults(AttributeMap.builder()
          .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true)
          .build());
    }
    return builder.build();
  }

  /** All of it is settled here, for the SDK reads variables and properties by rules of its own. */
  private static ProxyConfiguration proxy(S3Settings settings) {
    ProxyConfiguration.Builder builder = ProxyConfiguration.builder()
        .useSystemPropertyValues(false)
        .useEnvironmentVariableValues(false);
    settings.proxy().ifPresent(proxy -> {
      builder.endpoint(proxy.address());
      // At once: a body that was refused for lack of a password would be sent a second time.
      proxy
          .user()
          .ifPresent(user -> builder
              .username(user)
              .password(proxy.password())
              .preemptiveBasicAuthenticationEnabled(true));
    });
    return builder.build();
  }

  private static TrustManager[] trust(Path file) {
    try {
      return TrustedAuthorities.read(file);
    } catch (IllegalArgumentException e) {
      throw badCertificate(file, String.valueOf(e.getMessage()), e);
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
}
