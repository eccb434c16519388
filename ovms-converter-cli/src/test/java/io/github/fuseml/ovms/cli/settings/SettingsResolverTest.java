package io.github.fuseml.ovms.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.cli.testing.SampleStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsResolverTest {
  private static final Location S3 = Location.of("s3://bucket/model");
  private static final Location GS = Location.of("gs://bucket/model");
  private static final Location LOCAL = Location.of("/models");

  private final Map<String, String> environment = new HashMap<>();
  private final List<String> warnings = new ArrayList<>();

  @TempDir
  Path directory;

  private SettingsResolver resolver() {
    return new SettingsResolver(SampleStores.ALL, environment, warnings::add);
  }

  private StoreSettings output(
      Location source, Location target, List<String> inputOptions, GivenSettings given) {
    StoreSettings input =
        resolver().input(source, new GivenSettings(Side.INPUT, inputOptions, null));
    return resolver().output(target, given, source, input);
  }

  private StoreSettings output(Location source, Location target) {
    return output(source, target, List.of(), options());
  }

  private static GivenSettings options(String... options) {
    return new GivenSettings(Side.OUTPUT, List.of(options), null);
  }

  private StoreSettings only(Location location, Path file, String... options) {
    return resolver().input(location, new GivenSettings(Side.ONLY, List.of(options), file));
  }

  private static StoreSettings settings(String... namesAndValues) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return StoreSettings.of(values);
  }

  private void minioAsTheInput() {
    environment.put("S3_ENDPOINT", "https://minio");
    environment.put("AWS_ACCESS_KEY_ID", "id");
    environment.put("AWS_SECRET_ACCESS_KEY", "secret");
    environment.put("AWS_SESSION_TOKEN", "token");
    environment.put("AWS_DEFAULT_REGION", "eu-1");
  }

  private static StoreSettings minio() {
    return settings(
        "endpoint", "https://minio",
        "accessKeyId", "id",
        "secretAccessKey", "secret",
        "sessionToken", "token",
        "region", "eu-1");
  }

  private Path file(String text) throws IOException {
    Path file = directory.resolve("settings");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  @Test
  void given_variables_then_the_table_of_the_locations_store_says_what_they_set() {
    minioAsTheInput();
    environment.put("HTTP_TOKEN", "other");
    assertThat(only(S3, null)).isEqualTo(minio());
    assertThat(only(GS, null))
        .isEqualTo(settings(
            "endpoint", "https://minio", "accessKeyId", "id", "secretAccessKey", "secret"));
    assertThat(only(LOCAL, null)).isEqualTo(StoreSettings.none());
    assertThat(only(Location.of("sftp://host/x"), null)).isEqualTo(StoreSettings.none());
  }

  @Test
  void given_two_variables_for_one_setting_then_the_first_that_is_not_empty_counts() {
    environment.put("AWS_REGION", "");
    environment.put("AWS_DEFAULT_REGION", "b");
    assertThat(only(S3, null)).isEqualTo(settings("region", "b"));
    environment.put("AWS_REGION", "a");
    assertThat(only(S3, null)).isEqualTo(settings("region", "a"));
  }

  @Test
  void given_an_option_a_file_and_a_variable_then_they_count_in_this_order() throws IOException {
    minioAsTheInput();
    Path file = file("region = from-file\nendpoint = file-endpoint\n");
    StoreSettings settled = only(S3, file, "endpoint=option-endpoint");
    assertThat(settled.get("endpoint")).contains("option-endpoint");
    assertThat(settled.get("region")).contains("from-file");
    assertThat(settled.get("accessKeyId")).contains("id");
  }

  @Test
  void given_nothing_of_the_outputs_own_then_it_has_the_inputs() {
    minioAsTheInput();
    environment.put("OUTPUT_S3_ENDPOINT", "");
    environment.put("OUTPUT_AWS_ACCESS_KEY_ID", "");
    assertThat(output(S3, S3)).isEqualTo(minio());
    assertThat(output(S3, GS).get("secretAccessKey")).contains("secret");
    assertThat(output(LOCAL, S3)).isEqualTo(minio());
    assertThat(output(S3, LOCAL)).isEqualTo(StoreSettings.none());
  }

  @ParameterizedTest
  @CsvSource({
    "OUTPUT_AWS_ACCESS_KEY_ID, accessKeyId",
    "OUTPUT_AWS_SECRET_ACCESS_KEY, secretAccessKey",
    "OUTPUT_AWS_PROFILE, profile"
  })
  void given_a_credential_of_the_outputs_own_then_it_has_nothing_of_the_inputs(
      String variable, String setting) {
    minioAsTheInput();
    environment.put(variable, "own");
    assertThat(output(S3, S3)).isEqualTo(settings(setting, "own"));
    environment.put("OUTPUT_AWS_REGION", "us-1");
    environment.put("OUTPUT_AWS_SESSION_TOKEN", "own-token");
    assertThat(output(S3, S3))
        .isEqualTo(settings(setting, "own", "region", "us-1", "sessionToken", "own-token"));
  }

  @Test
  void given_a_place_of_the_outputs_own_then_its_store_finds_no_key_of_the_inputs_by_itself() {
    minioAsTheInput();
    StoreSettings expected = settings("endpoint", "https://other", "credentials", "anonymous");
    assertThat(output(S3, S3, List.of(), options("endpoint=https://other"))).isEqualTo(expected);
    environment.put("OUTPUT_AWS_ENDPOINT_URL", "https://other");
    assertThat(output(S3, S3)).isEqualTo(expected);
    assertThat(warnings).hasSize(2).allMatch(text -> text.contains("without credentials"));
    environment.put("OUTPUT_AWS_SESSION_TOKEN", "own");
    assertThat(output(S3, S3))
        .as("whoever says more is taken at his word")
        .isEqualTo(settings("endpoint", "https://other", "sessionToken", "own"));
    environment.clear();
    environment.put("OUTPUT_S3_ENDPOINT", "https://other");
    assertThat(output(S3, S3))
        .as("what the machine has belongs to nobody's input")
        .isEqualTo(settings("endpoint", "https://other"));
  }

  @Test
  void given_less_of_the_outputs_own_then_it_is_added_to_the_inputs() {
    minioAsTheInput();
    environment.put("OUTPUT_AWS_REGION", "us-1");
    environment.put("OUTPUT_S3_PATH_STYLE", "true");
    assertThat(output(S3, S3))
        .isEqualTo(minio().with(settings("region", "us-1", "pathStyle", "true")));
  }

  @Test
  void given_a_token_without_a_key_of_the_outputs_own_then_the_inputs_key_keeps_its_token() {
    minioAsTheInput();
    environment.put("OUTPUT_AWS_SESSION_TOKEN", "stray");
    assertThat(output(S3, S3)).isEqualTo(minio());
  }

  @ParameterizedTest
  @CsvSource({"accessKeyId, x", "credentials, anonymous"})
  void given_an_option_for_the_output_then_the_inputs_keys_do_not_go_there(
      String name, String value) {
    minioAsTheInput();
    assertThat(output(S3, S3, List.of(), options(name + "=" + value)))
        .isEqualTo(settings(name, value));
  }

  @Test
  void given_a_file_for_the_output_then_the_inputs_keys_do_not_go_there() throws IOException {
    minioAsTheInput();
    assertThat(output(
            S3,
            S3,
            List.of(),
            new GivenSettings(Side.OUTPUT, List.of(), file("endpoint=https://other"))))
        .isEqualTo(settings("endpoint", "https://other", "credentials", "anonymous"));
  }

  @Test
  void given_an_option_for_the_input_then_the_output_has_it_too() {
    minioAsTheInput();
    assertThat(output(S3, S3, List.of("endpoint=https://second"), options()).get("endpoint"))
        .contains("https://second");
  }

  @Test
  void given_two_origins_of_the_web_then_they_share_no_credential() {
    environment.put("HTTP_TOKEN", "secret");
    Location here = Location.of("https://me:pw@Host/in?sig=1");
    assertThat(output(here, Location.of("https://host/out")))
        .isEqualTo(settings("token", "secret"));
    for (String elsewhere : List.of("https://other/out", "http://host/out", "https://host:444/")) {
      assertThat(output(here, Location.of(elsewhere))).isEqualTo(StoreSettings.none());
    }
    assertThat(output(S3, Location.of("https://other/out"))).isEqualTo(settings("token", "secret"));
  }

  @Test
  void given_a_proxy_then_it_holds_for_both_sides_unless_the_output_has_its_own() {
    environment.put("https_proxy", "http://proxy");
    environment.put("HTTP_TOKEN", "secret");
    Location here = Location.of("https://host/in");
    Location there = Location.of("https://other/out");
    assertThat(output(here, there)).isEqualTo(settings("httpsProxy", "http://proxy"));
    environment.put("OUTPUT_HTTP_TOKEN", "own");
    assertThat(output(here, there))
        .isEqualTo(settings("httpsProxy", "http://proxy", "token", "own"));
    environment.put("OUTPUT_https_proxy", "http://second");
    assertThat(output(here, there))
        .isEqualTo(settings("httpsProxy", "http://second", "token", "own"));
  }

  @Test
  void given_another_credential_than_the_variables_then_they_are_not_mixed() throws IOException {
    minioAsTheInput();
    assertThat(only(S3, file("accessKeyId=a\nsecretAccessKey=b")))
        .isEqualTo(settings(
            "endpoint",
            "https://minio",
            "region",
            "eu-1",
            "accessKeyId",
            "a",
            "secretAccessKey",
            "b"));
    assertThat(only(S3, null, "profile=dev"))
        .isEqualTo(settings("endpoint", "https://minio", "region", "eu-1", "profile", "dev"));
    assertThat(only(S3, null, "accessKeyId=other").get("secretAccessKey")).contains("secret");
    assertThat(only(S3, null, "accessKeyId=other").get("sessionToken")).isEmpty();
  }

  @Test
  void given_a_secret_as_an_option_then_it_is_refused_and_not_shown() {
    assertThatThrownBy(() -> only(S3, null, "secretAccessKey=s3cret"))
        .isInstanceOfSatisfying(
            BadRequestException.class,
            e -> assertThat(e.problem().remedy())
                .contains("AWS_SECRET_ACCESS_KEY")
                .contains("--settings"))
        .hasMessageContaining("'secretAccessKey'")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> only(S3, null, "endpoint=http://user:s3cret@host"))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("'endpoint'")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> output(LOCAL, S3, List.of(), options("sessionToken=s3cret")))
        .isInstanceOfSatisfying(
            BadRequestException.class,
            e -> assertThat(e.problem().remedy())
                .contains("OUTPUT_AWS_SESSION_TOKEN")
                .contains("--output-settings"));
  }

  @Test
  void given_an_option_without_a_name_then_it_is_refused_and_not_shown() {
    for (String wrong : List.of("s3cret", "=s3cret")) {
      assertThatThrownBy(() -> only(S3, null, wrong))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("NAME=VALUE")
          .hasMessageNotContaining("s3cret");
    }
    assertThatThrownBy(() -> only(S3, null, "region=a", "region=b")).hasMessageContaining("twice");
  }

  @Test
  void given_a_setting_that_the_store_does_not_know_then_it_is_refused_with_those_that_it_knows() {
    assertThatThrownBy(() -> only(S3, null, "regoin=a"))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("regoin")
        .hasMessageContaining("region");
    assertThatThrownBy(() -> only(LOCAL, null, "region=a"))
        .hasMessageContaining("this store has no settings");
  }

  @Test
  void given_a_wrong_variable_then_it_is_named_if_its_store_is_in_use_and_harmless_otherwise() {
    environment.put("S3_TIMEOUT", "soon");
    assertThatThrownBy(() -> only(S3, null))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("S3_TIMEOUT")
        .hasMessageContaining("how long to wait");
    assertThat(only(LOCAL, null)).isEqualTo(StoreSettings.none());
    assertThat(only(GS, null)).isEqualTo(StoreSettings.none());
    environment.clear();
    environment.put("OUTPUT_S3_PATH_STYLE", "maybe");
    assertThatThrownBy(() -> output(LOCAL, S3)).hasMessageContaining("OUTPUT_S3_PATH_STYLE");
  }

  @Test
  void given_a_file_then_its_lines_are_taken_literally() throws IOException {
    StoreSettings settled = only(
        S3, file("\ufeff# a comment\r\n\r\n  region =  eu 1 \r\nsecretAccessKey=a=b\\n#\"c\"\r\n"));
    assertThat(settled).isEqualTo(settings("region", "eu 1", "secretAccessKey", "a=b\\n#\"c\""));
    assertThat(warnings).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"region=a\ns3cret", "region=a\n = s3cret", "region=a\nregion=s3cret"})
  void given_a_file_with_a_wrong_line_then_its_number_is_told_and_nothing_of_it(String text)
      throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> only(S3, file))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("line 2")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void given_no_file_or_a_huge_one_then_it_is_refused() throws IOException {
    assertThatThrownBy(() -> only(S3, directory.resolve("none")))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> only(S3, directory)).isInstanceOf(BadRequestException.class);
    Path huge = file("#".repeat(70_000));
    assertThatThrownBy(() -> only(S3, huge)).hasMessageContaining("longer than");
  }

  @Test
  void given_a_file_with_secrets_that_all_can_read_then_a_warning_says_so() throws IOException {
    Path file = file("secretAccessKey=s3cret");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    only(S3, file);
    assertThat(warnings).hasSize(1).allMatch(text -> text.contains("chmod"));
    assertThat(warnings.get(0)).doesNotContain("s3cret");
    Files.writeString(file, "region=a");
    only(S3, file);
    assertThat(warnings).hasSize(1);
  }
}
