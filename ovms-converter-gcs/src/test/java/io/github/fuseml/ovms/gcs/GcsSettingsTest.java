package io.github.fuseml.ovms.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the settings and locations mean. */
class GcsSettingsTest {
  private static final Location OBJECT = Location.of("gs://bucket/a");

  private static GcsSettings settings(String... namesAndValues) {
    return GcsSettings.of(values(namesAndValues));
  }

  private static StoreSettings values(String... namesAndValues) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return StoreSettings.of(values);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:4443, http://127.0.0.1:4443",
    "localhost, http://localhost",
    "emulator:4443, http://emulator:4443",
    "storage.example.com, https://storage.example.com",
    "storage.example.com:443, https://storage.example.com:443",
    "http://emulator:4443/, http://emulator:4443",
    "https://proxy.example.com/gcs/, https://proxy.example.com/gcs"
  })
  void givenAnEndpointWhenReadThenItIsAUrl(String text, String url) {
    assertThat(new GcsStoreProvider().endpoint(OBJECT, values("endpoint", text)))
        .contains(URI.create(url));
  }

  @Test
  void givenNoSettingsWhenAskedForTheEndpointThenItIsGoogles() {
    assertThat(new GcsStoreProvider().endpoint(OBJECT, StoreSettings.none()))
        .contains(URI.create("https://storage.googleapis.com"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://host", "http://user:hush@host", "http://host?q", "http://h h"})
  void givenAWrongEndpointWhenReadThenItIsRefusedAndNotShown(String text) {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> settings("endpoint", text))
        .withMessageContaining("'endpoint'")
        .withMessageNotContaining("hush");
  }

  @ParameterizedTest
  @CsvSource({
    "credentials, file",
    "credentials, hmac",
    "accessKeyId, GOOG1EXAMPLE",
    "uploadChunkSize, 100k",
    "uploadChunkSize, 2g",
    "uploadChunkSize, 300k",
    "proxy, socks5://user:hush@proxy",
    "proxy, socks"
  })
  void givenAWrongSettingWhenReadThenItIsNamed(String name, String value) {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> settings(name, value))
        .withMessageContaining("'" + name + "'")
        .withMessageNotContaining("hush");
  }

  @Test
  void givenAnHmacKeyWhenNothingOfGooglesIsSetThenTheWayIsTheCompatibleOne() {
    assertThat(settings("accessKeyId", "GOOG1", "secretAccessKey", "s").usesHmacKey())
        .isTrue();
    assertThat(settings("accessKeyId", "GOOG1", "secretAccessKey", "s", "endpoint", "127.0.0.1:1")
            .usesHmacKey())
        .isFalse();
    assertThat(
            settings("accessKeyId", "GOOG1", "secretAccessKey", "s", "credentialsFile", "key.json")
                .usesHmacKey())
        .isFalse();
  }

  @Test
  void givenAKeyOfAwsWhenReadThenItIsNoneForGoogle() {
    assertThat(settings("accessKeyId", "AKIAIOSFODNN7EXAMPLE", "secretAccessKey", "s")
            .usesHmacKey())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3://bucket/a", "gs:/bucket/a", "gs:///a", "gs://user@bucket/a"})
  void givenALocationWithoutABucketWhenReadThenItIsRefused(String text) {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> GcsLocation.of(Location.of(text)));
  }

  @Test
  void givenALocationWhenReadThenItsNameIsTakenLiterally() {
    GcsLocation at = GcsLocation.of(Location.of("gs://bucket/a%20b//c?d#e+f"));

    assertThat(at.bucket()).isEqualTo("bucket");
    assertThat(at.name()).isEqualTo("a%20b//c?d#e+f");
  }
}
