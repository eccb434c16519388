package io.github.fuseml.ovms.s3;

import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** The credentials of one store. */
final class S3Credentials implements AutoCloseable {
  private final AwsCredentialsProvider source;
  private final boolean fallsBack;
  private volatile boolean anonymous;

  private S3Credentials(AwsCredentialsProvider source, boolean fallsBack, boolean anonymous) {
    this.source = source;
    this.fallsBack = fallsBack;
    this.anonymous = anonymous;
  }

  static S3Credentials of(S3Settings settings) {
    if (settings.accessKeyId().isPresent()) {
      return new S3Credentials(StaticCredentialsProvider.create(key(settings)), false, false);
    }
    if (settings.credentials().equals("anonymous")) {
      return new S3Credentials(AnonymousCredentialsProvider.create(), false, true);
    }
    if (settings.profile().isPresent()) {
      // A profile that was asked for and is not there is an error, no reason to go without.
      return new S3Credentials(
          ProfileCredentialsProvider.create(settings.profile().get()), false, false);
    }
    boolean fallsBack = settings.credentials().equals("auto");
    return new S3Credentials(
        settings.endpoint() == null
            ? DefaultCredentialsProvider.builder().build()
            : withoutInstance(),
        fallsBack,
        false);
  }

  private static AwsCredentials key(S3Settings settings) {
    String id = settings.accessKeyId().orElseThrow();
    String secret = settings.secretAccessKey().orElseThrow();
    return settings
        .sessionToken()
        .<AwsCredentials>map(token -> AwsSessionCredentials.create(id, secret, token))
        .orElseGet(() -> AwsBasicCredentials.create(id, secret));
  }

  /** The SDK's chain without an instance's own service, which no other cloud answers in good time. */
  private static AwsCredentialsProvider withoutInstance() {
    return AwsCredentialsProviderChain.of(
        SystemPropertyCredentialsProvider.create(),
        EnvironmentVariableCredentialsProvider.create(),
        WebIdentityTokenFileCredentialsProvider.create(),
        ProfileCredentialsProvider.create(),
        ContainerCredentialsProvider.builder().build());
  }

  AwsCredentialsProvider provider() {
    return fallsBack ? this::resolveOrNone : source;
  }

  private AwsCredentials resolveOrNone() {
    if (!anonymous) {
      try {
        return source.resolveCredentials();
      } catch (SdkClientException e) {
        anonymous = true; // A public bucket needs none; any other says that they are missing.
      }
    }
    return AnonymousCredentialsProvider.create().resolveCredentials();
  }

  /** Whether requests go out without a signature. */
  boolean areMissing() {
    return anonymous;
  }

  @Override
  public void close() {
    if (source instanceof SdkAutoCloseable closeable) {
      closeable.close();
    }
  }
}
