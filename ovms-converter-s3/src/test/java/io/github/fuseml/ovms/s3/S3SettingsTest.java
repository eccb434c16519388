package io.github.fuseml.ovms.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.StoreRole;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3SettingsTest {
  private static final Location LOCATION = Location.of("s3://bucket/model");

  @ParameterizedTest
  @CsvSource({
    "http://minio:9000, http://minio:9000",
    "https://minio.example.com/, https://minio.example.com",
    "https://gateway.example.com/s3/, https://gateway.example.com/s3",
    "HTTP://minio:9000, http://minio:9000",
    "minio:9000, http://minio:9000",
    "minio.example.com, https://minio.example.com",
    "minio.example.com:443, https://minio.example.com:443",
    "localhost, http://localhost",
    "127.0.0.1:9000, http://127.0.0.1:9000",
    "[::1]:9000, http://[::1]:9000",
    "s3.amazonaws.com, https://s3.amazonaws.com",
    "https://s3.amazonaws.com, https://s3.amazonaws.com",
    "https://s3.eu-west-1.amazonaws.com, https://s3.eu-west-1.amazonaws.com",
    "s3.cn-north-1.amazonaws.com.cn, https://s3.cn-north-1.amazonaws.com.cn",
  })
  void givenAnEndpointAsPeopleWriteItThenItIsAUrl(String text, URI url) {
    assertThat(new S3StoreProvider().endpoint(LOCATION, settings("endpoint", text)))
        .contains(url);
  }

  @ParameterizedTest
  @CsvSource({
    "minio:9000, , true",
    "minio:9000, false, false",
    "127.0.0.1.example.org:9000, , true",
    "localhost:9000, , false",
    "localhost:9000, true, true",
    "127.0.0.1:9000, , false",
    "[::1]:9000, , false",
    "https://minio, , false",
    "https://minio, true, false",
  })
  void givenNoTlsThenWhatIsWrittenIsSignedWhereSomebodyCouldChangeIt(
      String endpoint, @Nullable String wanted, boolean signed) {
    StoreSettings settings = wanted == null
        ? settings("endpoint", endpoint)
        : settings("endpoint", endpoint, "signPayload", wanted);

    assertThat(S3Settings.of(settings).signsPayload()).isEqualTo(signed);
  }

  @Test
  void givenAProxyThenWhatIsWrittenToThisMachineIsSignedToo() {
    assertThat(S3Settings.of(settings("endpoint", "localhost:9000", "proxy", "http://proxy:3128"))
            .signsPayload())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://minio:9000",
        "http://",
        "https://key:geheim@minio",
        "http://minio/?geheim=1",
        "http://a b",
      })
  void givenNoEndpointThenItIsRefusedWithoutShowingIt(String text) {
    refused(settings("endpoint", text)).withMessageNotContaining("geheim");
  }

  @Test
  void givenAnAddressOfAwsThenItStandsForAwsAndItsRegion() {
    S3Settings settings = S3Settings.of(settings("endpoint", "s3.eu-west-1.amazonaws.com"));

    assertThat(settings.endpoint()).isNull();
    assertThat(settings.region()).contains("eu-west-1");
    assertThat(settings.pathStyle()).isFalse();
  }

  @Test
  void givenAnEndpointThenThePathStyleIsTheDefault() {
    assertThat(S3Settings.of(settings("endpoint", "minio:9000")).pathStyle()).isTrue();
    assertThat(S3Settings.of(settings("endpoint", "minio:9000", "pathStyle", "false"))
            .pathStyle())
        .isFalse();
    assertThat(S3Settings.of(StoreSettings.none()).pathStyle()).isFalse();
  }

  @Test
  void givenSettingsThatDoNotGoTogetherThenTheyAreRefused() {
    refused(settings("accessKeyId", "id")).withMessageContaining("without 'secretAccessKey'");
    refused(settings("secretAccessKey", "geheim"))
        .withMessageContaining("without 'accessKeyId'")
        .withMessageNotContaining("geheim");
    refused(settings("sessionToken", "geheim")).withMessageContaining("without 'accessKeyId'");
    refused(settings("kmsKeyId", "key")).withMessageContaining("serverSideEncryption");
    refused(settings("accessKeyId", "id", "secretAccessKey", "secret", "credentials", "anonymous"));
    refused(settings("insecureTls", "true", "caCertificate", "/ca.pem"));
    refused(settings("uploadPartSize", "1MiB"));
    refused(settings("uploadParallelism", "65"));
    refused(settings("proxy", "not a proxy"));
  }

  @Test
  void givenACertificateFileThatIsNoneWhenOpenedThenItIsRefused(@TempDir Path directory)
      throws Exception {
    Path empty = Files.writeString(directory.resolve("ca.pem"), "no certificate");

    for (Path file : List.of(empty, directory.resolve("missing.pem"))) {
      assertThatExceptionOfType(BadRequestException.class)
          .isThrownBy(() -> new S3StoreProvider()
              .open(
                  settings("endpoint", "https://minio", "caCertificate", file.toString()),
                  StoreRole.INPUT))
          .withMessageContaining("caCertificate");
    }
  }

  @Test
  void givenTheTableThenItsNamesAndVariablesAreUniqueAndItsSecretsAreSecret() {
    List<StoreSetting> table = new S3StoreProvider().settings();

    assertThat(table).extracting(StoreSetting::name).doesNotHaveDuplicates();
    assertThat(table).flatExtracting(StoreSetting::variables).doesNotHaveDuplicates();
    assertThat(table)
        .filteredOn(StoreSetting::isSecret)
        .extracting(StoreSetting::name)
        .containsExactly("secretAccessKey", "sessionToken");
    assertThat(table).allSatisfy(setting -> assertThat(setting.variables()).isNotEmpty());
  }

  @Test
  void givenTheVariablesOfAFuseMlStepThenTheyAreSettings() {
    StoreSettings settings = StoreSettings.fromEnvironment(
        new S3StoreProvider().settings(),
        Map.of(
            "S3_ENDPOINT", "http://minio:9000",
            "AWS_ENDPOINT_URL", "http://other",
            "AWS_ACCESS_KEY_ID", "id",
            "AWS_SECRET_ACCESS_KEY", "secret",
            "AWS_DEFAULT_REGION", "eu-central-1"),
        "");

    assertThat(settings.get("endpoint")).contains("http://minio:9000");
    assertThat(settings.get("accessKeyId")).contains("id");
    assertThat(settings.get("secretAccessKey")).contains("secret");
    assertThat(settings.get("region")).contains("eu-central-1");
  }

  @Test
  void givenTheWayThroughGoogleWhenTheEndpointIsAwsThenItIsGoogles() {
    assertThat(S3StoreProvider.interopEndpoint(StoreSettings.none()))
        .hasToString("https://storage.googleapis.com");
    assertThat(S3StoreProvider.interopEndpoint(settings("endpoint", "https://s3.amazonaws.com")))
        .hasToString("https://storage.googleapis.com");
    assertThat(S3StoreProvider.interopEndpoint(settings("endpoint", "http://127.0.0.1:4443")))
        .hasToString("http://127.0.0.1:4443");
  }

  private static org.assertj.core.api.ThrowableAssertAlternative<BadRequestException> refused(
      StoreSettings settings) {
    return assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> S3Settings.of(settings));
  }

  private static StoreSettings settings(String... pairs) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(pairs[i], pairs[i + 1]);
    }
    return StoreSettings.of(values);
  }
}
