package io.github.fuseml.ovms.core.publishing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.ModelVersion;
import io.github.fuseml.ovms.api.ModelVersion.State;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.OvmsConfigEntry;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.RollbackResult;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.VerificationFailedException;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.Fixtures;
import io.github.fuseml.ovms.testkit.RecordingListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions of a model on this machine's disk, with the real engine. */
class VersionsTest {
  private static final Path FIXTURES = Fixtures.root();
  private static final Path MODEL = FIXTURES.resolve("onnx-mlp/model.onnx");
  private static final Path OTHER = FIXTURES.resolve("saved-model-mlp/model");

  @TempDir
  private Path directory;

  private Sandbox sandbox;
  private RecordingListener events;
  private OvmsConverter converter;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(directory);
    events = new RecordingListener();
    converter = sandbox.converter().listener(events).build();
  }

  @AfterEach
  void close() {
    converter.close();
  }

  private ConversionResult convert(Path source, UnaryOperator<PublishOptions.Builder> options) {
    return converter.convert(sandbox
        .request(source)
        .publishing(options.apply(PublishOptions.builder()).build())
        .build());
  }

  private ConversionResult convert(Path source) {
    return convert(source, options -> options);
  }

  private Path version(long number) {
    return sandbox.output().resolve(Long.toString(number));
  }

  private JsonObject record(long number) throws IOException {
    return JsonParser.parseString(Files.readString(version(number).resolve(Sandbox.RECORD)))
        .getAsJsonObject();
  }

  private List<ModelVersion> versions() {
    return converter.versions(Location.of(sandbox.output()), StoreSettings.none());
  }

  @Test
  void givenAConversionWhenItIsPublishedThenItsRecordTellsWhereItComesFrom() throws IOException {
    ConversionResult result = converter.convert(sandbox
        .request(MODEL)
        .options(OptimizationOptions.builder().batch(1).build())
        .build());

    JsonObject record = record(1);
    assertThat(record.get("schemaVersion").getAsInt()).isEqualTo(1);
    assertThat(record.get("version").getAsLong()).isEqualTo(1);
    JsonObject source = record.getAsJsonObject("source");
    assertThat(source.get("location").getAsString()).isEqualTo(MODEL.toString());
    JsonObject file = source.getAsJsonArray("files").get(0).getAsJsonObject();
    assertThat(file.get("path").getAsString()).isEqualTo("model.onnx");
    assertThat(file.get("sha256").getAsString()).isEqualTo(Sandbox.sha256(MODEL));
    assertThat(record.getAsJsonArray("options").toString()).contains("batch=1");
    assertThat(record.getAsJsonObject("request").get("outputFormat").getAsString())
        .isEqualTo("openvino");
    assertThat(record.getAsJsonObject("detected").get("format").getAsString()).isEqualTo("onnx");
    assertThat(record.getAsJsonObject("engine").get("name").getAsString()).contains("OpenVINO");
    assertThat(record.getAsJsonObject("result").get("sha256").getAsString())
        .isEqualTo(result.digest());
    assertThat(record.getAsJsonObject("result").getAsJsonArray("files")).hasSize(2);
    assertThat(record.getAsJsonArray("inputs").size()).isEqualTo(result.inputs().size());
  }

  @Test
  void givenNothingChangedWhenItRunsAgainThenNothingIsPublishedAndTheResultIsTheSame() {
    ConversionResult first = convert(MODEL);

    ConversionResult second = convert(MODEL);

    assertThat(first.published()).isTrue();
    assertThat(second.published()).isFalse();
    assertThat(second.version()).isEqualTo(1);
    assertThat(second.versionLocation()).isEqualTo(first.versionLocation());
    assertThat(second.files()).containsExactlyInAnyOrderElementsOf(first.files());
    assertThat(second.inputs()).isEqualTo(first.inputs());
    assertThat(second.outputs()).isEqualTo(first.outputs());
    assertThat(second.digest()).isEqualTo(first.digest());
    assertThat(second.timings()).doesNotContainKeys(Stage.FETCH, Stage.OPTIMIZE, Stage.VERIFY);
    sandbox.assertOnlyVersions(1);
  }

  @Test
  void givenAChangeOfTheSourceOrTheOptionsWhenItRunsAgainThenItIsPublished() throws IOException {
    Path source = Files.copy(MODEL, directory.resolve("model.onnx"));
    convert(source);

    assertThat(converter
            .convert(sandbox
                .request(source)
                .options(OptimizationOptions.builder().compressToFp16(true).build())
                .build())
            .published())
        .isTrue();
    Files.write(source, Files.readAllBytes(FIXTURES.resolve("onnx-conv/model.onnx")));
    assertThat(convert(source).version()).isEqualTo(3);
    assertThat(convert(source, options -> options.force(true)).version()).isEqualTo(4);
    assertThat(convert(source).published()).isFalse();
  }

  @Test
  void givenTheBytesOfTheSourceElsewhereWhenItRunsAgainThenNothingIsPublished() throws IOException {
    convert(MODEL);
    Path copy =
        Files.copy(MODEL, Files.createDirectory(directory.resolve("d")).resolve("model.onnx"));

    assertThat(convert(copy).published()).isFalse();
  }

  @Test
  void givenTheSameFilesInADirectoryOfAnotherNameWhenItRunsAgainThenNothingIsPublished()
      throws IOException {
    for (String name : List.of("iris", "model")) {
      Path copy = Files.createDirectory(directory.resolve(name));
      Files.copy(MODEL, copy.resolve("net.onnx"));
    }

    assertThat(convert(directory.resolve("iris")).published()).isTrue();
    assertThat(convert(directory.resolve("model")).published()).isFalse();
    assertThat(converter
            .convert(
                sandbox.request(directory.resolve("model")).modelName("other").build())
            .published())
        .as("it was asked for")
        .isTrue();
  }

  @Test
  void givenADamagedLatestVersionWhenItRunsAgainThenItIsPublished() throws IOException {
    convert(MODEL);
    Files.delete(version(1).resolve("model.bin"));

    assertThat(convert(MODEL).version()).isEqualTo(2);
    assertThat(versions())
        .extracting(ModelVersion::state)
        .containsExactly(State.PARTIAL, State.COMPLETE);
  }

  @Test
  void givenAVersionOfThatNumberWhenItIsAskedForThenItIsAConflictAndStays() throws IOException {
    convert(MODEL);
    var before = Sandbox.digests(version(1));

    assertThatThrownBy(() -> convert(OTHER, options -> options.version(1)))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("it is there already")
        .hasMessageContaining("--replace");

    assertThat(Sandbox.digests(version(1))).isEqualTo(before);
    assertThat(convert(OTHER, options -> options.version(7)).version()).isEqualTo(7);
    assertThat(convert(OTHER, options -> options.version(5)).warnings())
        .anySatisfy(warning -> assertThat(warning).contains("OVMS serves the highest version"));
    Files.createDirectory(sandbox.output().resolve("9.tmp"));
    assertThatThrownBy(() -> convert(OTHER, options -> options.version(9)))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("'9.tmp'");
  }

  @Test
  void givenAVersionWhenItIsReplacedThenItHoldsTheNewFilesUnderNamesOfTheirOwn()
      throws IOException {
    convert(MODEL);
    convert(OTHER);

    ConversionResult result = convert(OTHER, options -> options.version(1).replace(true));

    assertThat(result.version()).isEqualTo(1);
    assertThat(Sandbox.files(version(1))).hasSize(2).allMatch(name -> name.startsWith("model-"));
    assertThat(Sandbox.digests(version(1)).values())
        .containsExactlyInAnyOrderElementsOf(Sandbox.digests(version(2)).values());
    assertThatThrownBy(() -> PublishOptions.builder().replace(true).build())
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("--version");
  }

  @Test
  void givenVersionsWhenTheyAreListedThenEachTellsDateSourceDigestAndState() throws IOException {
    convert(MODEL);
    Files.createDirectories(version(2));
    Files.writeString(version(2).resolve("model.bin"), "weights");
    Files.createDirectories(version(3));
    Files.writeString(version(3).resolve("m.xml"), "<net/>");
    Files.writeString(version(3).resolve("m.bin"), "weights");

    List<ModelVersion> versions = versions();

    assertThat(versions).extracting(ModelVersion::number).containsExactly(1L, 2L, 3L);
    assertThat(versions)
        .extracting(ModelVersion::state)
        .containsExactly(State.COMPLETE, State.PARTIAL, State.COMPLETE);
    assertThat(versions.get(0).source()).isEqualTo(MODEL.toString());
    assertThat(versions.get(0).published()).isNotNull();
    assertThat(versions.get(0).digest()).hasSize(64);
    assertThat(versions.get(2).source()).as("another tool's").isNull();
  }

  @Test
  void givenAnOlderVersionWhenItIsRolledBackToThenItsFilesAreTheNewest() throws IOException {
    convert(MODEL);
    convert(OTHER);

    RollbackResult result =
        converter.rollback(Location.of(sandbox.output()), 1, StoreSettings.none());

    assertThat(result.version()).isEqualTo(3);
    assertThat(Sandbox.digests(version(3))).isEqualTo(Sandbox.digests(version(1)));
    assertThat(record(3).get("restoredFrom").getAsLong()).isEqualTo(1);
    assertThat(versions().get(2).restoredFrom()).isEqualTo(1L);
    assertThat(convert(MODEL).published()).as("it is what is served").isFalse();
    assertThat(convert(OTHER).version()).isEqualTo(4);
    assertThatThrownBy(
            () -> converter.rollback(Location.of(sandbox.output()), 9, StoreSettings.none()))
        .isInstanceOf(NotFoundException.class);
    assertThat(sandbox.work()).isEmptyDirectory();
  }

  @Test
  void givenAVersionThatWasChangedWhenItIsRolledBackToThenItIsRefused() throws IOException {
    convert(MODEL);
    byte[] weights = Files.readAllBytes(version(1).resolve("model.bin"));
    weights[0] ^= 1;
    Files.write(version(1).resolve("model.bin"), weights);

    assertThatThrownBy(
            () -> converter.rollback(Location.of(sandbox.output()), 1, StoreSettings.none()))
        .isInstanceOf(VerificationFailedException.class)
        .hasMessageContaining("'model.bin' is not what was published");
    sandbox.assertOnlyVersions(1);
  }

  @Test
  void givenManyVersionsWhenSomeAreKeptThenTheOldestGoAndWhatOvmsServesStays() throws IOException {
    for (int i = 0; i < 5; i++) {
      convert(MODEL, options -> options.force(true));
    }
    Path config = directory.resolve("config.json");
    Files.writeString(
        config,
        "{\"model_config_list\":[{\"config\":{\"name\":\"m\",\"base_path\":\"/x\","
            + "\"model_version_policy\":{\"specific\":{\"versions\":[2]}}}}]}");

    ConversionResult result = convert(
        MODEL,
        options -> options
            .force(true)
            .keep(2)
            .ovmsConfig(new OvmsConfigEntry(Location.of(config), StoreSettings.none(), "m")));

    assertThat(result.removed()).containsExactly(1L, 3L, 4L);
    sandbox.assertOnlyVersions(2, 5, 6);
    assertThat(convert(MODEL, options -> options.keep(1)).removed()).containsExactly(2L, 5L);
  }

  @Test
  void givenConfigurationsOfManyModelsWhenTheyArePublishedAtOnceThenNoEntryIsLost()
      throws Exception {
    Path config = directory.resolve("deep/config.json");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<ConversionResult>> running = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        ConversionRequest request = ConversionRequest.builder()
            .source(MODEL)
            .output(directory.resolve("served/m" + i))
            .publishing(PublishOptions.builder()
                .ovmsConfig(new OvmsConfigEntry(Location.of(config), StoreSettings.none(), "m" + i))
                .build())
            .build();
        running.add(threads.submit(() -> converter.convert(request)));
      }
      for (Future<ConversionResult> each : running) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    String text = Files.readString(config, StandardCharsets.UTF_8);
    JsonObject parsed = JsonParser.parseString(text).getAsJsonObject();
    assertThat(parsed.getAsJsonArray("model_config_list")).hasSize(8);
    for (int i = 0; i < 8; i++) {
      assertThat(text).contains("\"" + directory.resolve("served/m" + i) + "\"");
    }
    assertThat(Sandbox.files(directory.resolve("deep"))).containsExactly("config.json");
  }

  @Test
  void givenAFileThatIsNoConfigurationThenItIsRefusedBeforeAnythingIsPublished()
      throws IOException {
    Path config = Files.writeString(directory.resolve("config.json"), "{\"model_config_list\": [");

    assertThatThrownBy(() -> convert(
            MODEL,
            options -> options.ovmsConfig(
                new OvmsConfigEntry(Location.of(config), StoreSettings.none(), "m"))))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("it is no JSON");
    assertThat(sandbox.output()).doesNotExist();
    assertThat(config).hasContent("{\"model_config_list\": [");
  }

  @Test
  void givenAPublisherThatWasKilledBetweenTwoRenamesWhenVersionsAreListedThenTheOldOneIsBack()
      throws IOException {
    convert(MODEL);
    Files.writeString(sandbox.output().resolve(".ovms-converter-1-0-dead.lock"), "");
    Files.move(version(1), sandbox.output().resolve(".ovms-converter-1-0-dead.1"));

    assertThat(versions()).extracting(ModelVersion::state).containsExactly(State.COMPLETE);
    assertThat(version(1).resolve("model.xml")).exists();
    assertThat(convert(MODEL).published()).isFalse();
    sandbox.assertOnlyVersions(1);
  }

  @Test
  void givenAPublisherThatWasKilledBetweenTwoRenamesWhenItRunsAgainThenTheOldOneIsTheLatest()
      throws IOException {
    convert(OTHER);
    convert(MODEL);
    Files.writeString(sandbox.output().resolve(".ovms-converter-1-0-dead.lock"), "");
    Files.move(version(2), sandbox.output().resolve(".ovms-converter-1-0-dead.2"));

    assertThat(convert(MODEL).published()).isFalse();
    sandbox.assertOnlyVersions(1, 2);
  }

  @Test
  void givenNothingThereWhenVersionsAreListedThenItIsNotFound() throws IOException {
    assertThatThrownBy(this::versions).isInstanceOf(NotFoundException.class);

    Files.createDirectories(sandbox.output());
    assertThat(versions()).isEmpty();
  }
}
