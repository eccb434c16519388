package io.github.fuseml.ovms.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoreSettingsTest {
  private static final Map<String, String> VALUES =
      Map.of("secretKey", "hush-hush", "endpoint", "https://user:hush@host");

  @Test
  void givenSettingsWhenPrintedThenNoValueIsShown() {
    assertThat(StoreSettings.of(VALUES)).hasToString("StoreSettings[endpoint, secretKey]");
    assertThat(StoreSettings.none()).hasToString("StoreSettings[]");
  }

  @Test
  void givenARequestWithSettingsWhenPrintedThenNoValueIsShown() {
    ConversionRequest request = ConversionRequest.builder()
        .source("s3://bucket/a")
        .inputSettings(StoreSettings.of(VALUES))
        .outputSettings(StoreSettings.of(VALUES))
        .build();

    assertThat(request.toString()).doesNotContain("hush");
  }

  @Test
  void givenSettingsWhenAskedThenTheirValuesAreThere() {
    StoreSettings settings = StoreSettings.of(VALUES);

    assertThat(settings.get("secretKey")).contains("hush-hush");
    assertThat(settings.get("other")).isEmpty();
    assertThat(settings.names()).containsExactlyInAnyOrder("endpoint", "secretKey");
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> settings.names().clear());
  }

  @Test
  void givenAnEmptyValueWhenSetThenItIsUnset() {
    assertThat(StoreSettings.of(Map.of("region", ""))).isEqualTo(StoreSettings.none());
    assertThat(StoreSettings.of(Map.of("region", "", "endpoint", "e")).names())
        .containsExactly("endpoint");
  }

  @Test
  void givenAMapThatChangesWhenSettingsWereMadeOfItThenTheyStay() {
    Map<String, String> values = new HashMap<>(VALUES);
    StoreSettings settings = StoreSettings.of(values);

    values.clear();

    assertThat(settings).isEqualTo(StoreSettings.of(VALUES)).hasSameHashCodeAs(settings);
  }
}
