package io.github.fuseml.ovms.core.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConfigEntry;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.Fixtures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OVMS's configuration as people keep it: with links, rights, policies and mistakes. */
class OvmsConfigTest {
  private static final Path MODEL = Fixtures.root().resolve("onnx-mlp/model.onnx");

  @TempDir
  private Path directory;

  private Sandbox sandbox;
  private OvmsConverter converter;
  private Path config;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(directory);
    converter = sandbox.converter().build();
    config = directory.resolve("config.json");
  }

  @AfterEach
  void close() {
    converter.close();
  }

  private ConversionResult publish(
      Path file, String name, UnaryOperator<PublishOptions.Builder> options) {
    return converter.convert(sandbox
        .request(MODEL)
        .publishing(options
            .apply(PublishOptions.builder()
                .ovmsConfig(new OvmsConfigEntry(Location.of(file), StoreSettings.none(), name)))
            .build())
        .build());
  }

  private ConversionResult publish() {
    return publish(config, "m", options -> options);
  }

  /** A configuration with an entry of another name for the same versions. */
  private void otherEntry(String policy) throws IOException {
    Files.writeString(config, """
        {"model_config_list": [{"config": {
          "name": "stable",
          "base_path": "%s/",
          "model_version_policy": %s
        }}]}
        """.formatted(sandbox.output(), policy));
  }

  @Test
  void givenAnotherEntryOfTheSameVersionsWhenOldOnesAreRemovedThenWhatItNamesStays()
      throws IOException {
    for (int i = 0; i < 4; i++) {
      publish(directory.resolve("other.json"), "x", options -> options.force(true));
    }
    otherEntry("{\"specific\": {\"versions\": [1]}}");

    ConversionResult result =
        publish(config, "canary", options -> options.keep(1).force(true));

    assertThat(result.removed()).containsExactly(2L, 3L, 4L);
    sandbox.assertOnlyVersions(1, 5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"all\": {}}", "{\"latest\": {\"num_versions\": 4294967297}}"})
  void givenAnotherEntryThatServesAllWhenOldOnesAreRemovedThenAllStay(String policy)
      throws IOException {
    publish(directory.resolve("other.json"), "x", options -> options.force(true));
    otherEntry(policy);

    assertThat(publish(config, "canary", options -> options.keep(1).force(true)).removed())
        .isEmpty();

    sandbox.assertOnlyVersions(1, 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"all\"",
        "{}",
        "{\"oldest\": {}}",
        "{\"latest\": {\"num_versions\": 0}}",
        "{\"specific\": {\"versions\": \"1\"}}",
        "{\"specific\": {\"versions\": [\"1\"]}}"
      })
  void givenAPolicyThatOvmsRefusesWhenPublishedThenSoIsThisBeforeAnythingHappens(String policy)
      throws IOException {
    otherEntry(policy);

    assertThatThrownBy(() -> publish(config, "canary", options -> options.keep(1)))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("a model_version_policy has");
    assertThat(sandbox.output()).doesNotExist();
  }

  @Test
  void givenALinkToAConfigurationWhenItIsChangedThenTheLinkStaysAndSoDoRightsAndOwner()
      throws IOException {
    Path real = Files.createDirectory(directory.resolve("real")).resolve("served.json");
    Files.writeString(real, "{\"model_config_list\": []}");
    Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r--r--"));
    Files.setAttribute(real, "unix:uid", 12345);
    Files.setAttribute(real, "unix:gid", 54321);
    Files.createSymbolicLink(config, Path.of("real/served.json"));

    publish();

    assertThat(config).isSymbolicLink();
    assertThat(Files.readString(real)).contains("\"name\": \"m\"");
    assertThat(Files.readAttributes(real, PosixFileAttributes.class).permissions())
        .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(Files.getAttribute(real, "unix:uid")).isEqualTo(12345);
    assertThat(Files.getAttribute(real, "unix:gid")).isEqualTo(54321);
    assertThat(Sandbox.files(directory.resolve("real"))).containsExactly("served.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "rw-rw-rw-"})
  void givenRightsOfAConfigurationWhenItIsChangedThenTheyStay(String rights) throws IOException {
    Files.writeString(config, "{\"model_config_list\": []}");
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString(rights));

    publish();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config)))
        .isEqualTo(rights);
  }

  @Test
  void givenLinesThatEndInCrLfWhenAnEntryIsAddedThenItsLinesDo() throws IOException {
    Files.writeString(
        config,
        "{\r\n  \"model_config_list\": [\r\n    {\"config\": {\"name\": \"x\"}}\r\n  ]\r\n}\r\n");

    publish();

    String text = Files.readString(config);
    assertThat(text).contains("\"name\": \"m\"");
    assertThat(text.replace("\r\n", "")).doesNotContain("\n");
  }

  @Test
  void givenBytesThatAreNotUtf8ThenTheFileIsRefusedAndStays() throws IOException {
    byte[] latin =
        "{\"model_config_list\": [], \"comment\": \"für\"}".getBytes(StandardCharsets.ISO_8859_1);
    Files.write(config, latin);

    assertThatThrownBy(this::publish)
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("it is not UTF-8");
    assertThat(Files.readAllBytes(config)).isEqualTo(latin);
    assertThat(sandbox.output()).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model_config_list\": [{\"config\": {\"name\": \"x\"}},]}",
        "{\"model_config_list\": [],}",
        "{\"model_config_list\": [] \"x\": 1}",
        "{'model_config_list': []}",
        "{model_config_list: []}",
        "{\"model_config_list\": [01]}",
        "{\"model_config_list\": []} {}",
        "\uFEFF{\"model_config_list\": []}",
        "{\"model_config_list\": [\"\\x\"]}",
      })
  void givenWhatIsNoJsonThenTheFileIsRefusedAndStays(String text) throws IOException {
    Files.writeString(config, text);

    assertThatThrownBy(this::publish)
        .isInstanceOf(BadRequestException.class)
        .hasMessageMatching("(?s).*(it is no JSON|something follows|byte order mark).*");
    assertThat(config).hasContent(text);
    assertThat(sandbox.output()).doesNotExist();
  }

  @Test
  void givenADirectoryInPlaceOfTheFileThenItIsRefusedBeforeAnythingIsPublished()
      throws IOException {
    Files.createDirectory(config);

    assertThatThrownBy(this::publish)
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("it is a directory");
    assertThat(sandbox.output()).doesNotExist();
  }

  @Test
  void givenAFileInPlaceOfItsDirectoryThenItIsRefusedBeforeAnythingIsPublished()
      throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");

    assertThatThrownBy(() -> publish(file.resolve("config.json"), "m", options -> options))
        .isInstanceOfAny(BadRequestException.class, AccessDeniedException.class)
        .hasMessageContaining("is no directory");
    assertThat(sandbox.output()).doesNotExist();
  }
}
