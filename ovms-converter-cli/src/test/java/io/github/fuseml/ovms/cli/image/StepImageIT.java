package io.github.fuseml.ovms.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.cli.image.StepContainer.Outcome;
import io.github.fuseml.ovms.testkit.Fixture;
import io.github.fuseml.ovms.testkit.Fixtures;
import io.github.fuseml.ovms.testkit.server.FakeGcsServer;
import io.github.fuseml.ovms.testkit.server.MinioPolicy;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import io.github.fuseml.ovms.testkit.server.NginxServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The image as a workflow's step, against real servers. Everything is said ({@code FUSEML_VERBOSE}),
 * every secret is a canary, and every outcome is searched for them.
 */
class StepImageIT {
  private static final String KEY = "step-user";
  private static final String SECRET = "step-secret-" + StepContainer.CANARY;
  private static final String OTHER_KEY = "other-user";
  private static final String OTHER_SECRET = "other-secret-" + StepContainer.CANARY;

  private static MinioServer minio;
  private static int buckets;

  private final List<StepContainer> containers = new ArrayList<>();
  private String bucket;

  @TempDir
  Path directory;

  @BeforeAll
  static void servers() {
    minio = MinioServer.start();
  }

  @AfterAll
  static void noServers() {
    minio.close();
  }

  @BeforeEach
  void aBucket() throws IOException {
    buckets++;
    bucket = "mlflow-" + buckets;
    minio.createBucket(bucket);
    minio.addUser(KEY, SECRET, MinioPolicy.only(bucket));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void end() throws Exception {
    for (StepContainer container : containers) {
      container.close();
    }
  }

  private StepContainer container() {
    StepContainer container = new StepContainer(directory);
    containers.add(container);
    return container;
  }

  /** A step with MinIO's credentials, as an extension record brings them. */
  private StepContainer step(String input, String output) {
    return container()
        .with("FUSEML_INPUT_MODEL", input)
        .with("FUSEML_OUTPUT_MODEL", output)
        .with("FUSEML_VERBOSE", "true")
        .with("S3_ENDPOINT", minio.url().toString())
        .with("AWS_ACCESS_KEY_ID", KEY)
        .with("AWS_SECRET_ACCESS_KEY", SECRET);
  }

  private String url(String path) {
    return "s3://" + bucket + "/" + path;
  }

  /** Puts a fixture's source, and for a file what lies beside it, where a step can read it. */
  private String put(String fixture, String to) {
    Path source = Fixtures.get(fixture).source();
    if (Files.isDirectory(source)) {
      minio.mc("cp", "--recursive", source + "/", "server/" + bucket + "/" + to + "/");
      return url(to);
    }
    minio.mc("cp", "--recursive", source.getParent() + "/", "server/" + bucket + "/" + to + "/");
    return url(to + "/" + source.getFileName());
  }

  private List<String> objects(String below) {
    return minio
        .mc("ls", "--recursive", "--json", "server/" + bucket + "/" + below)
        .lines()
        .map(line -> JsonParser.parseString(line).getAsJsonObject().get("key").getAsString())
        .toList();
  }

  private void assertPublished(Outcome outcome, String output) {
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.result()).isEqualTo(output);
    assertThat(outcome.terminationMessage()).isEmpty();
  }

  private void assertVersion(String below, int version) {
    assertThat(objects(below))
        .filteredOn(each -> each.startsWith(version + "/"))
        .anyMatch(each -> each.endsWith(".xml"))
        .anyMatch(each -> each.endsWith(".bin"));
  }

  @Test
  void
      given_the_published_workflow_with_extra_arguments_then_it_publishes_inside_of_its_input_twice()
          throws Exception {
    String model = put("mlflow-tensorflow-module", "1/abc/artifacts/model");
    for (int run = 1; run <= 2; run++) {
      Outcome outcome = step(model, model + "/ovms")
          .with("FUSEML_INPUT_FORMAT", "auto")
          .with("FUSEML_BATCH", "1")
          .with("FUSEML_EXTRA_ARGS", "--disable_nhwc_to_nchw")
          .run();
      assertPublished(outcome, model + "/ovms");
      assertVersion("1/abc/artifacts/model/ovms", 1);
    }
    assertThat(objects("1/abc/artifacts/model/ovms")).noneMatch(each -> each.contains("ovms/"));
  }

  @Test
  void
      given_the_published_workflow_with_an_output_format_then_it_publishes_inside_of_its_input_twice()
          throws Exception {
    String model = put("mlflow-onnx-external", "1/abc/artifacts/model");
    for (int run = 1; run <= 2; run++) {
      Outcome outcome = step(model, model + "/ovms")
          .with("FUSEML_INPUT_FORMAT", "auto")
          .with("FUSEML_OUTPUT_FORMAT", "openvino")
          .with("FUSEML_BATCH", "")
          .with("FUSEML_INPUT_SHAPE", "")
          .with("OUTPUT_S3_ENDPOINT", "")
          .with("OUTPUT_AWS_ACCESS_KEY_ID", "")
          .with("OUTPUT_AWS_SECRET_ACCESS_KEY", "")
          .run();
      assertPublished(outcome, model + "/ovms");
    }
    assertVersion("1/abc/artifacts/model/ovms", 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "onnx-conv",
        "onnx-external-two",
        "saved-model-mlp",
        "frozen-graph",
        "tf1-meta-graph",
        "tflite-mlp",
        "paddle-mlp",
        "ir-mlp",
        "mlflow-onnx",
        "mlflow-tensorflow-module"
      })
  void given_a_model_of_each_format_then_it_is_recognised_and_published(String fixture)
      throws Exception {
    Outcome outcome =
        step(put(fixture, "models/" + fixture), url("out/" + fixture)).run();
    assertPublished(outcome, url("out/" + fixture));
    assertVersion("out/" + fixture, 1);
  }

  @ParameterizedTest
  @CsvSource({"mlflow-onnx, mlflow", "saved-model-mlp, tensorflow.saved_model", "onnx-mlp, onnx"})
  void given_a_format_that_is_named_then_it_is_taken(String fixture, String format)
      throws Exception {
    Outcome outcome = step(put(fixture, "models/" + fixture), url("out/" + fixture))
        .with("FUSEML_INPUT_FORMAT", format)
        .run();
    assertPublished(outcome, url("out/" + fixture));
  }

  @Test
  void given_an_output_with_credentials_of_its_own_then_each_side_uses_its_own() throws Exception {
    String model = put("onnx-mlp", "model");
    try (MinioServer other = MinioServer.start()) {
      other.createBucket("served");
      other.addUser(OTHER_KEY, OTHER_SECRET, MinioPolicy.only("served"));
      Outcome outcome = step(model, "s3://served/models/m")
          .with("OUTPUT_S3_ENDPOINT", other.url().toString())
          .with("OUTPUT_AWS_ACCESS_KEY_ID", OTHER_KEY)
          .with("OUTPUT_AWS_SECRET_ACCESS_KEY", OTHER_SECRET)
          .run();
      assertPublished(outcome, "s3://served/models/m");
      assertThat(other.mc("ls", "--recursive", "server/served")).contains("models/m/1/", ".xml");
    }
  }

  @Test
  void given_a_session_token_that_is_wrong_then_it_was_sent_and_is_refused() throws Exception {
    Outcome outcome = step(put("onnx-mlp", "model"), url("out"))
        .with("AWS_SESSION_TOKEN", "token-" + StepContainer.CANARY)
        .with("AWS_REGION", "eu-north-1")
        .run();
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(4);
  }

  @Test
  void given_an_input_by_http_then_it_is_fetched() throws Exception {
    Fixture fixture = Fixtures.get("onnx-mlp");
    try (NginxServer web =
        NginxServer.builder().root(fixture.source().getParent()).start()) {
      Outcome outcome = step(
              web.url("/" + fixture.source().getFileName()).toString(), url("out/http"))
          .run();
      assertPublished(outcome, url("out/http"));
      assertVersion("out/http", 1);
    }
  }

  @Test
  void given_an_input_in_googles_store_then_it_is_fetched_and_an_output_may_be_there_too()
      throws Exception {
    try (FakeGcsServer google = FakeGcsServer.start()) {
      google.createBucket("models");
      Outcome there = step(put("onnx-mlp", "model"), "gs://models/served")
          .with("STORAGE_EMULATOR_HOST", google.url().toString())
          .with("OVMS_GCS_CREDENTIALS", "anonymous")
          .with("FUSEML_OUTPUT_FORMAT", "onnx")
          .run();
      assertPublished(there, "gs://models/served");
      Outcome back = step("gs://models/served/1/", url("out/gcs"))
          .with("STORAGE_EMULATOR_HOST", google.url().toString())
          .with("OVMS_GCS_CREDENTIALS", "anonymous")
          .run();
      assertPublished(back, url("out/gcs"));
      assertVersion("out/gcs", 1);
    }
  }

  @Test
  void given_a_codeset_then_a_local_path_may_be_the_input_and_the_output() throws Exception {
    Path workspace = Files.createDirectory(directory.resolve("workspace"));
    Files.setPosixFilePermissions(workspace, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path model = Fixtures.get("onnx-external-one").source();
    Outcome outcome = container()
        .bind(model.getParent(), "/project/model", "ro")
        .bind(workspace, "/project/out")
        .with("FUSEML_INPUT_MODEL", "/project/model/" + model.getFileName())
        .with("FUSEML_OUTPUT_MODEL", "/project/out/m")
        .run();
    assertPublished(outcome, "/project/out/m");
    assertThat(workspace.resolve("m/1")).isDirectoryContaining("glob:**.xml");
  }

  @Test
  void given_an_output_format_that_is_the_inputs_then_all_of_the_model_is_moved_unconverted()
      throws Exception {
    Outcome outcome = step(put("onnx-external-two", "model"), url("moved"))
        .with("FUSEML_INPUT_FORMAT", "onnx")
        .with("FUSEML_OUTPUT_FORMAT", "onnx")
        .run();
    assertPublished(outcome, url("moved"));
    assertThat(objects("moved"))
        .allMatch(each -> each.startsWith("1/"))
        .noneMatch(each -> each.endsWith(".xml"))
        .hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void given_no_output_then_the_versions_appear_below_the_input_and_the_result_is_the_input()
      throws Exception {
    String model = put("mlflow-onnx", "model");
    assertPublished(step(model, "").run(), model);
    assertVersion("model", 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FUSEML_INPUT_MODEL | | 2 | FUSEML_INPUT_MODEL",
        "FUSEML_INPUT_MODEL | ftp://host/model | 2 | ftp",
        "FUSEML_INPUT_MODEL | s3://BUCKET/nothing | 3 | nothing",
        "FUSEML_INPUT_MODEL | /nothing/there | 3 | /nothing/there",
        "FUSEML_OUTPUT_MODEL | ftp://host/model | 2 | ftp",
        "FUSEML_OUTPUT_MODEL | s3://somebody-elses/m | 4 | somebody-elses",
        "FUSEML_INPUT_FORMAT | onyx | 2 | onyx",
        "FUSEML_INPUT_FORMAT | tensorflow.saved_model | 2 | tensorflow.saved_model",
        "FUSEML_OUTPUT_FORMAT | tensorrt | 2 | tensorrt",
        "FUSEML_BATCH | many | 2 | FUSEML_BATCH",
        "FUSEML_INPUT_SHAPE | [1,x] | 2 | column 4",
        "FUSEML_INPUT | nobody | 2 | nobody",
        "FUSEML_MEAN_VALUES | (1,2 | 2 | FUSEML_MEAN_VALUES",
        "FUSEML_SCALE | zero | 2 | FUSEML_SCALE",
        "FUSEML_DATA_TYPE | FP64 | 2 | FP64",
        "FUSEML_STATIC_SHAPE | perhaps | 2 | FUSEML_STATIC_SHAPE",
        "FUSEML_REVERSE_INPUT_CHANNELS | yes please | 2 | FUSEML_REVERSE_INPUT_CHANNELS",
        "FUSEML_VERBOSE | loud | 2 | FUSEML_VERBOSE",
        "FUSEML_LOG_LEVEL | LOUD | 2 | FUSEML_LOG_LEVEL",
        "FUSEML_EXTRA_ARGS | --no_such_thing | 2 | no_such_thing",
        "FUSEML_EXTRA_ARGS | --layout 'nhwc | 2 | FUSEML_EXTRA_ARGS",
        "OVMS_CONVERTER_LOG_FORMAT | xml | 2 | OVMS_CONVERTER_LOG_FORMAT",
        "TASK_RESULT | ../../etc/passwd | 2 | TASK_RESULT",
        "OVMS_CONVERTER_RESULTS_DIR | /usr | 4 | /usr",
        "AWS_SECRET_ACCESS_KEY | wrong-c4n4ry | 4 | secretAccessKey",
        "S3_ENDPOINT | http://127.0.0.1:1 | 5 | 127.0.0.1:1",
        "S3_ENDPOINT | what is this | 2 | endpoint",
      })
  void given_a_wrong_configuration_then_the_step_fails_with_what_to_do_and_writes_nothing(
      String variable, String value, int code, String named) throws Exception {
    put("onnx-mlp", "model");
    Outcome outcome = step(url("model"), url("out"))
        .with("AWS_MAX_ATTEMPTS", "1")
        .with(variable, value == null ? "" : value.replace("BUCKET", bucket))
        .run();
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
    assertThat(outcome.err()).contains("error: ").contains(named);
    assertThat(outcome.terminationMessage()).contains("cannot ").doesNotContain("\n");
    assertThat(outcome.result()).isEmpty();
    assertThat(objects("out")).isEmpty();
  }

  @Test
  void given_a_model_that_cannot_be_converted_then_the_termination_message_says_why()
      throws Exception {
    Outcome outcome = step(put("mlflow-sklearn", "model"), url("out")).run();
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(6);
    assertThat(outcome.terminationMessage()).contains("klearn");
    assertThat(objects("out")).isEmpty();
  }

  @Test
  void given_the_json_log_format_then_every_line_is_an_object() throws Exception {
    Outcome outcome = step(put("onnx-mlp", "model"), url("out"))
        .with("OVMS_CONVERTER_LOG_FORMAT", "json")
        .run();
    assertPublished(outcome, url("out"));
    List<JsonObject> events = outcome
        .err()
        .lines()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .toList();
    assertThat(events)
        .extracting(event -> event.get("event").getAsString())
        .contains("run_succeeded");
  }

  @Test
  void given_no_shell_then_a_step_runs_all_the_same() throws Exception {
    Path nothing = Files.createFile(directory.resolve("nothing"));
    Outcome outcome = step(put("onnx-mlp", "model"), url("out"))
        .bind(nothing, "/usr/bin/dash", "ro")
        .bind(nothing, "/usr/bin/bash", "ro")
        .run();
    assertPublished(outcome, url("out"));
  }

  @Test
  void given_the_runtime_then_it_starts_from_its_archive() throws Exception {
    Outcome outcome = container()
        .command("ovms-converter", "version")
        // With "on" the archive is no matter of luck: Java ends when it cannot be used.
        .with("JDK_JAVA_OPTIONS", "-XX:AOTMode=on")
        .run();
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).startsWith("ovms-converter ");
  }

  @Test
  void given_the_image_then_a_bill_of_materials_names_what_is_inside() throws Exception {
    Outcome outcome = container()
        .command("cat", "/usr/share/doc/ovms-converter/sbom.cdx.json")
        .run();
    JsonObject bom = JsonParser.parseString(outcome.out()).getAsJsonObject();
    assertThat(bom.get("bomFormat").getAsString()).isEqualTo("CycloneDX");
    List<String> purls = new ArrayList<>();
    bom.getAsJsonArray("components")
        .forEach(each -> purls.add(each.getAsJsonObject().get("purl").getAsString()));
    assertThat(purls)
        .doesNotHaveDuplicates()
        .anyMatch(each -> each.startsWith("pkg:deb/debian/libc6@"))
        .anyMatch(each -> each.startsWith("pkg:pypi/openvino@"))
        .anyMatch(each -> each.startsWith("pkg:maven/com.google.code.gson/gson@"))
        .anyMatch(each -> each.startsWith("pkg:maven/software.amazon.awssdk/s3@"))
        .anyMatch(each -> each.startsWith("pkg:generic/openjdk@25"));
  }

  @Test
  void given_the_image_then_its_configuration_is_what_a_cluster_expects() {
    JsonObject config = StepContainer.IMAGE;
    assertThat(config.get("User").getAsString()).matches("[1-9][0-9]*(:0)?");
    assertThat(config.getAsJsonArray("Cmd").get(0).getAsString()).isEqualTo("run");
    assertThat(config.getAsJsonObject("Labels").keySet())
        .contains(
            "org.opencontainers.image.title",
            "org.opencontainers.image.version",
            "org.opencontainers.image.revision",
            "org.opencontainers.image.licenses");
    assertThat(config.toString()).doesNotContain(System.getProperty("user.home"));
  }

  @Test
  void given_other_commands_then_the_image_has_the_whole_program() throws Exception {
    Outcome outcome = container()
        .command("ovms-converter", "ls", "-l", url("model"))
        .with(Map.of(
            "S3_ENDPOINT", minio.url().toString(),
            "AWS_ACCESS_KEY_ID", KEY,
            "AWS_SECRET_ACCESS_KEY", SECRET))
        .run();
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(3);
  }
}
