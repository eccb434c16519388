package io.github.fuseml.ovms.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.Hold;
import io.github.fuseml.ovms.testkit.fault.RequestMatch;
import io.github.fuseml.ovms.testkit.server.FakeGcsServer;
import io.github.fuseml.ovms.testkit.server.MinioPolicy;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import io.github.fuseml.ovms.testkit.server.NginxServer;
import io.github.fuseml.ovms.testkit.server.TestCertificates;
import io.github.fuseml.ovms.testkit.server.VersityServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real program between two real S3 servers, each of which knows other keys. */
class StoreProgramTest extends RealProgram {
  private static final String OTHER_SECRET = "other-secret-c4n4ry";

  private static MinioServer first;
  private static MinioServer second;
  private static NginxServer web;

  /** Where each test works: buckets are not shared. */
  private String bucket;

  /** Who may use the second one's. */
  private String otherKey;

  private static int buckets;

  @BeforeAll
  static void servers() {
    first = MinioServer.start();
    second = MinioServer.start();
    web = NginxServer.builder().root(EXAMPLES).start();
  }

  @AfterAll
  static void noServers() {
    first.close();
    second.close();
    web.close();
  }

  @BeforeEach
  void aBucketOnEach() {
    buckets++;
    bucket = "bucket-" + buckets;
    first.createBucket(bucket);
    second.createBucket(bucket);
    otherKey = "other-" + buckets;
    second.addUser(otherKey, OTHER_SECRET, MinioPolicy.only(bucket));
    environment.put("S3_ENDPOINT", first.url().toString());
    environment.put("AWS_ACCESS_KEY_ID", MinioServer.ACCESS_KEY);
    environment.put("AWS_SECRET_ACCESS_KEY", MinioServer.SECRET_KEY);
    // Nothing of this machine's own is to be found.
    environment.put("AWS_CONFIG_FILE", directory.resolve("none").toString());
    environment.put("AWS_SHARED_CREDENTIALS_FILE", directory.resolve("none").toString());
  }

  private void outputIsTheSecond() {
    environment.put("OUTPUT_S3_ENDPOINT", second.url().toString());
    environment.put("OUTPUT_AWS_ACCESS_KEY_ID", otherKey);
    environment.put("OUTPUT_AWS_SECRET_ACCESS_KEY", OTHER_SECRET);
  }

  private String url(String path) {
    return "s3://" + bucket + "/" + path;
  }

  private static void assertNoSecret(Outcome outcome) {
    assertThat(outcome.out() + outcome.err())
        .doesNotContain(MinioServer.SECRET_KEY)
        .doesNotContain(OTHER_SECRET);
  }

  @Test
  void given_a_tree_then_it_is_copied_up_across_and_down_each_side_with_its_own_keys()
      throws Exception {
    Path source = EXAMPLES.resolve("digits-savedmodel");
    Outcome up = run("copy", source.toString(), url("a/model"), "-v");
    assertThat(up.code()).as(up.err()).isZero();
    outputIsTheSecond();
    Outcome across = run("copy", url("a/model"), url("b"), "--json", "-v");
    assertThat(across.code()).as(across.err()).isZero();
    assertThat(across.json().get("file_count").getAsInt())
        .isEqualTo(names(source).size());
    Path settings = directory.resolve("settings");
    Files.writeString(
        settings,
        "endpoint=" + second.url() + "\naccessKeyId=" + otherKey + "\nsecretAccessKey="
            + OTHER_SECRET + "\n");
    Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-------"));
    Outcome down =
        run("copy", url("b"), output.toString(), "--input-settings", settings.toString(), "-v");
    assertThat(down.code()).as(down.err()).isZero();
    assertThat(down.err()).doesNotContain("warning");
    assertThat(names(output)).isNotEmpty().isEqualTo(names(source));
    for (String name : names(source)) {
      assertThat(output.resolve(name)).hasSameBinaryContentAs(source.resolve(name));
    }
    for (Outcome each : List.of(up, across, down)) {
      assertNoSecret(each);
    }
  }

  @Test
  void given_an_endpoint_of_the_outputs_own_then_the_inputs_keys_are_not_tried_there()
      throws Exception {
    // Both servers know the input's keys, so that using them there would succeed.
    environment.put("OUTPUT_S3_ENDPOINT", second.url().toString());
    Outcome outcome = run("copy", EXAMPLES.resolve("iris.onnx").toString(), url("iris.onnx"));
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(4);
    assertThat(outcome.err()).contains("without credentials");
    assertThat(second.mc("ls", "server/" + bucket)).isEmpty();
  }

  @Test
  void given_objects_then_ls_lists_them_with_sizes_and_revisions() throws Exception {
    first.put(EXAMPLES.resolve("iris.onnx"), bucket, "m/a+b c.onnx");
    first.put(EXAMPLES.resolve("README.md"), bucket, "m/sub/README.md");
    first.put(EXAMPLES.resolve("README.md"), bucket, "m2/README.md");
    assertThat(run("ls", url("m")).out()).isEqualTo("a+b c.onnx\nsub/README.md\n");
    Outcome detailed = run("ls", "-l", url("m/"));
    assertThat(detailed.out()).contains(" B  ").contains("in 2 files");
    JsonObject file =
        run("ls", "--json", url("m")).json().getAsJsonArray("files").get(0).getAsJsonObject();
    assertThat(file.get("size").getAsLong()).isEqualTo(Files.size(EXAMPLES.resolve("iris.onnx")));
    assertThat(file.get("revision").getAsString()).isNotEmpty();
    assertThat(run("ls", url("none")).code()).isEqualTo(3);
  }

  @Test
  void given_an_empty_bucket_then_ls_lists_nothing_and_a_missing_one_is_not_there()
      throws Exception {
    Outcome empty = run("ls", "s3://" + bucket);
    assertThat(empty.code()).as(empty.err()).isZero();
    assertThat(empty.out()).isEmpty();
    assertThat(run("ls", "s3://no-such-bucket-here").code()).isEqualTo(3);
  }

  @Test
  void given_a_model_in_one_store_then_convert_publishes_it_to_another() throws Exception {
    first.put(EXAMPLES.resolve("iris.onnx"), bucket, "in/iris.onnx");
    outputIsTheSecond();
    Outcome outcome = run("convert", url("in/iris.onnx"), "-o", url("out/iris"), "-v");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(second.mc("ls", "--recursive", "server/" + bucket))
        .contains("out/iris/1/iris.xml")
        .contains("out/iris/1/iris.bin");
    assertThat(first.mc("ls", "--recursive", "server/" + bucket)).doesNotContain("out/");
    assertNoSecret(outcome);
    Outcome again = run("convert", url("in/iris.onnx"), "-o", url("out/iris"));
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out()).contains("Nothing has changed").containsPattern("fetched +nothing");
    assertThat(again.err()).contains("--force converts anyway");
    assertThat(names(work)).isEmpty();
  }

  @Test
  void given_a_model_in_s3_then_convert_publishes_it_to_google_with_its_own_settings()
      throws Exception {
    first.put(EXAMPLES.resolve("iris.onnx"), bucket, "in/iris.onnx");
    try (FakeGcsServer google = FakeGcsServer.start()) {
      google.createBucket("models");
      environment.put("OUTPUT_STORAGE_EMULATOR_HOST", google.url().toString());
      Outcome outcome = run("convert", url("in/iris.onnx"), "-o", "gs://models/iris", "-v");
      assertThat(outcome.code()).as(outcome.err()).isZero();
      assertThat(outcome.out()).contains("gs://models/iris/1");
      assertNoSecret(outcome);

      environment.clear();
      environment.put("STORAGE_EMULATOR_HOST", google.url().toString());
      assertThat(run("ls", "gs://models").out())
          .isEqualTo("iris/1/iris.bin\niris/1/iris.xml\niris/1/ovms-converter.provenance.json\n");
    }
  }

  @Test
  void given_the_published_workflow_then_two_runs_give_two_versions_inside_the_input()
      throws Exception {
    Path mlflow = EXAMPLES.resolve("digits-mlflow");
    for (String name : names(mlflow)) {
      first.put(mlflow.resolve(name), bucket, "1/abc/artifacts/model/" + name);
    }
    Path results = directory.resolve("results");
    environment.put("FUSEML_INPUT_MODEL", url("1/abc/artifacts/model/"));
    environment.put("FUSEML_OUTPUT_MODEL", url("1/abc/artifacts/model/ovms"));
    environment.put("FUSEML_INPUT_FORMAT", "auto");
    environment.put("FUSEML_EXTRA_ARGS", "--disable_nhwc_to_nchw");
    environment.put("FUSEML_VERBOSE", "true");
    environment.put("TASK_RESULT", "model_path");
    environment.put("OVMS_CONVERTER_RESULTS_DIR", results.toString());
    for (String empty : List.of("S3_ENDPOINT", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")) {
      environment.put("OUTPUT_" + empty, "");
    }
    for (int version = 1; version <= 2; version++) {
      environment.put("FUSEML_BATCH", Integer.toString(version));
      Outcome outcome = run("run");
      assertThat(outcome.code()).as(outcome.err()).isZero();
      assertThat(results.resolve("model_path")).hasContent(url("1/abc/artifacts/model/ovms"));
      assertNoSecret(outcome);
      assertThat(first.mc("ls", "--recursive", "server/" + bucket + "/1/abc/artifacts/model/ovms"))
          .contains(version + "/")
          .contains(".xml");
    }
  }

  @Test
  void given_what_is_wrong_then_doctor_finds_it_and_its_code_tells_of_which_kind()
      throws Exception {
    assertThat(run("doctor", url("model"), "--write").code()).isZero();
    assertThat(first.mc("ls", "--recursive", "server/" + bucket)).isEmpty();
    assertDoctor(3, "the place exists", "s3://no-such-bucket/model");
    assertDoctor(5, "the endpoint is reachable", url("m"), "--setting", "endpoint=127.0.0.1:1");
    assertDoctor(5, "the name resolves", url("m"), "--setting", "endpoint=http://none.invalid");
    assertDoctor(2, "settings are right", url("m"), "--setting", "endpoint=ftp://host");
    environment.put("AWS_SECRET_ACCESS_KEY", OTHER_SECRET);
    assertDoctor(4, "credentials are accepted", url("m"));
    environment.put("AWS_ACCESS_KEY_ID", "nobody");
    assertDoctor(4, "credentials are accepted", url("m"));
  }

  /** Not of MinIO, which takes any region for its own. */
  @Test
  void given_another_region_then_doctor_and_ls_both_take_it_for_a_wrong_setting() throws Exception {
    try (VersityServer other = VersityServer.start()) {
      environment.put("S3_ENDPOINT", other.url().toString());
      environment.put("AWS_ACCESS_KEY_ID", VersityServer.ACCESS_KEY);
      environment.put("AWS_SECRET_ACCESS_KEY", VersityServer.SECRET_KEY);
      environment.put("AWS_REGION", "eu-west-1");
      assertDoctor(2, "settings are right", url("m"));
      assertThat(run("ls", url("m")).code()).isEqualTo(2);
    }
  }

  @Test
  void given_the_wrong_scheme_then_doctor_and_ls_both_take_it_for_a_wrong_setting()
      throws Exception {
    try (NginxServer webTls =
            NginxServer.builder().tls(TestCertificates.localhost()).start();
        MinioServer s3Tls = MinioServer.startTls(TestCertificates.localhost());
        FakeGcsServer gcsTls = FakeGcsServer.startTls(TestCertificates.localhost());
        FakeGcsServer gcs = FakeGcsServer.start()) {
      assertWrongScheme("http://127.0.0.1:" + webTls.port() + "/", "https://");
      assertWrongScheme("https://127.0.0.1:" + web.port() + "/", "http://");
      environment.put("S3_ENDPOINT", "http://127.0.0.1:" + s3Tls.port());
      assertWrongScheme(url("m"), "https://");
      environment.put("S3_ENDPOINT", "https://127.0.0.1:" + first.port());
      assertWrongScheme(url("m"), "http://");
      environment.put("STORAGE_EMULATOR_HOST", "127.0.0.1:" + gcsTls.port());
      assertWrongScheme("gs://bucket/m", "https://");
      environment.put("STORAGE_EMULATOR_HOST", "https://127.0.0.1:" + gcs.port());
      assertWrongScheme("gs://bucket/m", "http://");
    }
  }

  private void assertWrongScheme(String location, String right) throws Exception {
    assertDoctor(2, "settings are right", location);
    Outcome outcome = run("ls", location);
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
    assertThat(outcome.err()).contains("write " + right);
    assertNoSecret(outcome);
  }

  private void assertDoctor(int code, String step, String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of("doctor", "-v"));
    line.addAll(List.of(arguments));
    Outcome outcome = run(line.toArray(String[]::new));
    assertThat(outcome.out()).containsPattern("✗ " + step + ".*\n +→ ");
    assertThat(outcome.code()).as(outcome.out() + outcome.err()).isEqualTo(code);
    assertNoSecret(outcome);
  }

  /** With the user's password and a signature in it. */
  private static String signed(String path) {
    String password = NginxServer.PASSWORD.replace(":", "%3A");
    return web.url(path + "?signature=s1gn4ture")
        .toString()
        .replace("://", "://" + NginxServer.USER + ":" + password + "@");
  }

  @Test
  void given_a_signed_url_of_the_web_then_every_command_takes_it_and_none_shows_it()
      throws Exception {
    environment.put("HTTP_HEADERS", "X-Key: c4n4ry");
    String file = signed("/private/iris.onnx");
    List<List<String>> lines = List.of(
        List.of("inspect", file),
        List.of("convert", file, "-o", url("web")),
        List.of("copy", file, url("copied.onnx")),
        List.of("copy", signed("/private/digits-savedmodel"), output.toString()),
        List.of("ls", "-l", file),
        List.of("ls", "--json", signed("/private/digits-savedmodel")),
        List.of("doctor", file));
    for (List<String> line : lines) {
      assertThat(verbosely(line).code()).as(line.get(0)).isZero();
    }
    assertThat(names(output)).isEqualTo(names(EXAMPLES.resolve("digits-savedmodel")));
    String missing = signed("/private/none.onnx");
    assertThat(verbosely(List.of("convert", missing, "-o", url("web"))).code()).isEqualTo(3);
    assertThat(verbosely(List.of("ls", missing)).code()).isEqualTo(3);
    String refused = missing.replace("user:", "nobody:");
    assertThat(verbosely(List.of("ls", refused)).code()).isEqualTo(4);
    assertThat(verbosely(List.of("copy", refused, url("x"))).code()).isEqualTo(4);
    assertThat(verbosely(List.of("doctor", refused)).code()).isEqualTo(4);
  }

  private Outcome verbosely(List<String> line) throws Exception {
    List<String> all = new ArrayList<>(line);
    all.add("-v");
    Outcome outcome = run(all.toArray(String[]::new));
    assertNoSecret(outcome);
    assertThat(outcome.out() + outcome.err())
        .doesNotContain("s1gn4ture")
        .doesNotContain("c4n4ry")
        .doesNotContain("pass%3Aword")
        .doesNotContain(NginxServer.PASSWORD);
    return outcome;
  }

  @Test
  void given_the_right_to_read_one_object_and_no_more_then_it_is_inspected_and_converted()
      throws Exception {
    first.put(EXAMPLES.resolve("iris.onnx"), bucket, "in/iris.onnx");
    first.addUser("reader-" + bucket, OTHER_SECRET, MinioPolicy.objectsOnly(bucket));
    environment.put("AWS_ACCESS_KEY_ID", "reader-" + bucket);
    environment.put("AWS_SECRET_ACCESS_KEY", OTHER_SECRET);
    for (String source : List.of(url("in/iris.onnx"), first.sign(bucket, "in/iris.onnx"))) {
      Outcome inspected = run("inspect", source);
      assertThat(inspected.code()).as(inspected.err()).isZero();
      assertThat(inspected.out()).contains("ONNX").contains("needs a directory to publish to");
      Outcome planned = run("convert", source, "--dry-run", "-o", output.toString());
      assertThat(planned.code()).as(planned.err()).isZero();
      Outcome converted = run("convert", source, "-o", output.toString(), "--force");
      assertThat(converted.code()).as(converted.err()).isZero();
      Outcome unplaced = run("convert", source, "--dry-run");
      assertThat(unplaced.code()).as(unplaced.err()).isEqualTo(2);
      assertThat(unplaced.err()).contains("--output");
    }
  }

  @Test
  void given_tls_that_is_not_checked_then_the_log_warns_once_and_stays_json() throws Exception {
    try (MinioServer secure = MinioServer.startTls(TestCertificates.expired())) {
      environment.put("S3_ENDPOINT", secure.url().toString());
      environment.put("OVMS_S3_INSECURE_TLS", "true");
      environment.put("OVMS_CONVERTER_LOG_FORMAT", "json");
      environment.put("FUSEML_INPUT_MODEL", EXAMPLES.resolve("iris.onnx").toString());
      environment.put("FUSEML_OUTPUT_MODEL", "s3://models/iris");
      Outcome missing = run("run");
      assertThat(missing.code()).as(missing.err()).isEqualTo(3);
      assertThat(missing.err().lines())
          .allMatch(line -> JsonParser.parseString(line).isJsonObject());
      assertThat(missing.err().lines().filter(line -> line.contains("insecureTls")))
          .hasSize(1);
      Outcome listed = run("ls", "s3://models");
      assertThat(listed.err().lines().filter(line -> line.contains("insecureTls")))
          .hasSize(1);
    }
  }

  /** Begins a download whose tenth part comes to a halt, and sends a signal then. */
  private void signalInMid(FaultProxy proxy, String signal, String... command) throws Exception {
    Hold hold = new Hold();
    proxy.inject(RequestMatch.method("GET").path("big.bin").nth(10), Fault.stallAfter(500, hold));
    environment.put("S3_ENDPOINT", proxy.url().toString());
    start(command);
    hold.awaitReached();
    assertThat(new ProcessBuilder("kill", signal, Long.toString(process.pid()))
            .start()
            .waitFor())
        .isZero();
  }

  private String[] copyOfABigObject() throws Exception {
    byte[] content = new byte[24 << 20];
    new Random(7).nextBytes(content);
    first.put(Files.write(directory.resolve("big"), content), bucket, "big.bin");
    return new String[] {
      "copy", url("big.bin"), output + "/big.bin", "--part-size", "1m", "--parallelism", "1"
    };
  }

  @Test
  void given_a_signal_in_mid_transfer_then_it_ends_and_leaves_nothing() throws Exception {
    String[] command = copyOfABigObject();
    try (FaultProxy proxy = FaultProxy.inFrontOf(first.url())) {
      signalInMid(proxy, "-TERM", command);
      Outcome outcome = finish();
      assertThat(outcome.code()).isEqualTo(143);
      assertThat(outcome.err()).contains("cancelled\n").doesNotContain("error:");
      assertThat(names(output)).isEmpty();
    }
  }

  @Test
  void given_a_killed_transfer_then_the_same_command_takes_up_what_it_has_got() throws Exception {
    String[] command = copyOfABigObject();
    try (FaultProxy proxy = FaultProxy.inFrontOf(first.url())) {
      signalInMid(proxy, "-KILL", command);
      finish();
      proxy.clearRules();
      proxy.clearRequests();
      Outcome outcome = run(command);
      assertThat(outcome.code()).as(outcome.err()).isZero();
      assertThat(outcome.err()).contains("going on with an earlier download");
      assertThat(
              proxy.requests().stream().filter(each -> each.range().isPresent()).count())
          .isLessThan(24);
      assertThat(output.resolve("big.bin")).hasSameBinaryContentAs(directory.resolve("big"));
      assertThat(names(output)).containsExactly("big.bin");
    }
  }

  @Test
  void given_wrong_keys_then_the_code_says_so_and_no_secret_is_shown() throws Exception {
    environment.put("AWS_SECRET_ACCESS_KEY", OTHER_SECRET);
    for (String command : List.of("ls URL", "convert URL -o /nowhere", "copy URL /nowhere/x")) {
      Outcome outcome = run((command.replace("URL", url("model")) + " -v").split(" ", -1));
      assertThat(outcome.code()).as(outcome.err()).isEqualTo(4);
      assertNoSecret(outcome);
    }
  }
}
