package io.github.fuseml.ovms.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.Diagnosis.Check;
import io.github.fuseml.ovms.api.Diagnosis.Outcome;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.cli.terminal.Terminals;
import io.github.fuseml.ovms.cli.testing.Cli;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What works on stores: copy, ls, stores, doctor, and the stores' settings of the others. */
class StoreCommandsTest {
  private final Cli cli = new Cli();

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  @Test
  void given_copy_then_files_size_time_and_rate_are_told() {
    Cli.Outcome outcome = cli.run("copy", "s3://bucket/model", "/out");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).isEqualTo("""
            Copied 2 files
              source     s3://bucket/model
              target     /out
              size       3.0 KiB
              time       2.0 s
              rate       1.5 KiB/s
            """);
    assertThat(outcome.err()).isEqualTo("copy     2.0 s\n");
    CopyRequest request = cli.converter.copies.get(0);
    assertThat(request.replace()).isFalse();
    assertThat(cli.converter.calls).containsExactly("open", "stores", "copy", "close");
    assertThat(cli.run("copy", "a", "b", "--replace", "-q").out())
        .isEqualTo(Path.of("b").toAbsolutePath() + "\n");
    assertThat(cli.converter.copies.get(1).replace()).isTrue();
  }

  @Test
  void given_copy_and_json_then_stdout_is_one_document() {
    JsonObject copied =
        json(cli.run("copy", "s3://bucket/model", "/out", "--json").out());
    assertThat(copied.get("bytes").getAsLong()).isEqualTo(3072);
    assertThat(copied.get("file_count").getAsInt()).isEqualTo(2);
    assertThat(copied.get("seconds").getAsDouble()).isEqualTo(2);
    assertThat(copied.get("bytes_per_second").getAsLong()).isEqualTo(1536);
    JsonObject file = copied.getAsJsonArray("files").get(0).getAsJsonObject();
    assertThat(file.get("location").getAsString()).isEqualTo("s3://bucket/model/a.bin");
    assertThat(file.get("sha256").getAsString()).isEqualTo("ab");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "copy a|missing required parameter: 'TARGET'",
        "copy a b c|one argument too many: 'c'",
        "copy a a|the source and the target are the same",
        "copy a b --parallelism 0|between 1 and 256",
        "copy a b --part-size 1|between 64 KiB and 1 GiB",
        "copy a b --stall-timeout soon|90s, 10m or 1h",
        "ls|missing required parameter: 'LOCATION'",
        "doctor a b|one argument too many: 'b'",
        "ls a sftp://u:pw@c/d?e|one argument too many: 'sftp://c/d?e'",
        "ls a https://u:pw@c/d?e|one argument too many: 'https://c/d?…'",
        "ls a --secret=pw|unknown option '--secret'",
      })
  void given_a_wrong_command_line_then_it_is_said_without_what_may_be_secret(
      String line, String what) {
    Cli.Outcome outcome = cli.run(line.split(" "));
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("error: ").contains(what).doesNotContain("pw");
  }

  @Test
  void given_transfer_options_then_they_reach_the_converter() {
    cli.run(
        "copy",
        "s3://a/b",
        "/out",
        "--parallelism=8",
        "--part-size",
        "8m",
        "--stall-timeout",
        "10s",
        "--transfer-time-limit",
        "1h",
        "--file-time-limit",
        "5m",
        "--work-dir",
        "/w");
    TransferSettings transfer = cli.converter.options.transfer();
    assertThat(transfer.parallelism()).hasValue(8);
    assertThat(transfer.partSize()).hasValue(8 << 20);
    assertThat(transfer.stallTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(transfer.timeLimit()).contains(Duration.ofHours(1));
    assertThat(transfer.fileTimeLimit()).contains(Duration.ofMinutes(5));
    assertThat(transfer.keepPartialDownloads()).isTrue();
    assertThat(cli.converter.options.workDirectory()).isEqualTo(Path.of("/w"));
    assertThat(cli.converter.options.isUsual()).isFalse();
    cli.run("convert", "/in", "--parallelism", "8");
    assertThat(cli.converter.options.transfer().keepPartialDownloads()).isFalse();
    assertThat(cli.converter.options.isUsual()).isFalse();
    cli.run("copy", "s3://a/b", "/out", "--no-sync");
    assertThat(cli.converter.options.transfer().durable()).isFalse();
    cli.run("copy", "s3://a/b", "/out");
    assertThat(cli.converter.options.isUsual()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"convert SOURCE -o TARGET", "inspect SOURCE -o TARGET", "copy SOURCE TARGET"})
  void given_settings_for_both_sides_then_each_has_its_own(String command) {
    cli.environment.put("AWS_SECRET_ACCESS_KEY", "in-secret");
    cli.environment.put("OUTPUT_AWS_SECRET_ACCESS_KEY", "out-secret");
    String line = command.replace("SOURCE", "s3://a/in").replace("TARGET", "s3://b/out")
        + " --input-setting endpoint=one --input-setting accessKeyId=in"
        + " --output-setting endpoint=two --output-setting accessKeyId=out";
    assertThat(cli.run(line.split(" ")).code()).isZero();
    StoreSettings input;
    StoreSettings output;
    if (cli.converter.copies.isEmpty()) {
      ConversionRequest request = cli.converter.requests.get(0);
      input = request.inputSettings();
      output = request.outputSettings();
    } else {
      input = cli.converter.copies.get(0).inputSettings();
      output = cli.converter.copies.get(0).outputSettings();
    }
    assertThat(input)
        .isEqualTo(StoreSettings.of(
            Map.of("endpoint", "one", "accessKeyId", "in", "secretAccessKey", "in-secret")));
    assertThat(output)
        .isEqualTo(StoreSettings.of(
            Map.of("endpoint", "two", "accessKeyId", "out", "secretAccessKey", "out-secret")));
  }

  @Test
  void given_local_paths_alone_then_nobody_looks_at_the_stores() {
    cli.environment.put("S3_TIMEOUT", "soon");
    assertThat(cli.run("convert", "/in", "-o", "/out").code()).isZero();
    assertThat(cli.converter.calls).containsExactly("open", "convert", "close");
    Cli.Outcome outcome = cli.run("convert", "/in", "-o", "s3://bucket/out");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("S3_TIMEOUT");
  }

  @Test
  void given_ls_then_there_is_a_line_for_each_file() {
    assertThat(cli.run("ls", "s3://bucket/model").out()).isEqualTo("a.bin\nsub/b?.bin\n");
    assertThat(cli.run("ls", "-l", "s3://bucket/model").out()).isEqualTo("""
              1.0 KiB  e1     a.bin
              2.0 KiB  etag2  sub/b?.bin
              3.0 KiB in 2 files
            """);
    assertThat(cli.converter.settings).containsOnly(StoreSettings.none());
    JsonObject listed = json(cli.run("ls", "s3://bucket/model", "--json").out());
    assertThat(listed.get("bytes").getAsLong()).isEqualTo(3072);
    JsonObject file = listed.getAsJsonArray("files").get(1).getAsJsonObject();
    assertThat(file.get("path").getAsString()).isEqualTo("sub/b\n.bin");
    assertThat(file.get("revision").getAsString()).isEqualTo("etag2");
    assertThat(file.get("sha256").isJsonNull()).isTrue();
  }

  @Test
  void given_ls_of_nothing_then_the_code_says_so() {
    cli.converter.failure = new NotFoundException(Problem.of("list").found("nothing there"));
    assertThat(cli.run("ls", "s3://bucket/model").code()).isEqualTo(3);
  }

  @Test
  void given_settings_for_the_one_location_then_they_reach_its_store() {
    cli.environment.put("AWS_ACCESS_KEY_ID", "id");
    cli.run("ls", "s3://bucket", "--setting", "endpoint=e", "--setting=region=r");
    cli.run("doctor", "s3://bucket", "--setting", "endpoint=e", "--setting=region=r");
    StoreSettings expected =
        StoreSettings.of(Map.of("accessKeyId", "id", "endpoint", "e", "region", "r"));
    assertThat(cli.converter.settings).containsExactly(expected, expected);
  }

  @Test
  void given_stores_then_each_has_its_schemes_and_settings() {
    Cli.Outcome outcome = cli.run("stores");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out())
        .startsWith("file: local paths\n  no settings\ngcs: gs://\n")
        .contains("http: http://, https://\n")
        .contains("s3: s3://\n")
        .contains("  endpoint         text      where the service is\n")
        .contains("default: AWS's; from S3_ENDPOINT, AWS_ENDPOINT_URL\n")
        .contains("  secretAccessKey  secret    the key\n")
        .contains("one of auto, anonymous\n");
    JsonObject listed = json(cli.run("stores", "--json").out());
    JsonObject s3 = listed.getAsJsonArray("stores").get(3).getAsJsonObject();
    assertThat(s3.get("id").getAsString()).isEqualTo("s3");
    JsonObject secret = s3.getAsJsonArray("settings").get(2).getAsJsonObject();
    assertThat(secret.get("name").getAsString()).isEqualTo("secretAccessKey");
    assertThat(secret.get("secret").getAsBoolean()).isTrue();
    assertThat(secret.get("default").isJsonNull()).isTrue();
    assertThat(secret.getAsJsonArray("variables").get(0).getAsString())
        .isEqualTo("AWS_SECRET_ACCESS_KEY");
  }

  @Test
  void given_doctor_and_nothing_wrong_then_each_step_has_a_line_and_the_code_is_0() {
    Cli.Outcome outcome = cli.run("doctor", "s3://bucket/model");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).isEqualTo("""
            s3://bucket/model
              + name resolves  minio is 127.0.0.1
              ! clock          4 minutes late
                               -> set the clock
              + can list       2 files
              - can write      not asked for
            nothing is wrong
            """);
    cli.terminals = new Terminals(true, true, false, true, true);
    assertThat(cli.run("doctor", "s3://bucket/model", "--write").out())
        .contains("✓ name")
        .contains("– can write")
        .contains("→ set");
    assertThat(cli.converter.calls).contains("diagnose", "diagnose with writing");
  }

  @ParameterizedTest
  @CsvSource({
    "settings are right, 2",
    "the name resolves, 5",
    "the endpoint is reachable, 5",
    "TLS is trusted, 5",
    "the clock is right, 4",
    "credentials are accepted, 4",
    "the place exists, 3",
    "it can be listed, 4",
    "files can be read, 4",
    "files can be written, 4"
  })
  void given_doctor_and_a_failure_then_the_code_tells_of_which_kind(String step, int code) {
    cli.converter.checks = List.of(
        new Check("something", Outcome.PASSED, "fine", null),
        new Check(step, Outcome.FAILED, "no", "do this"),
        new Check("can list", Outcome.SKIPPED, "an earlier step failed", null));
    Cli.Outcome outcome = cli.run("doctor", "s3://bucket");
    assertThat(outcome.code()).isEqualTo(code);
    assertThat(outcome.out()).contains("x " + step).contains("-> do this").contains("1 of 3 steps");
    assertThat(outcome.err()).isEmpty();
    Cli.Outcome document = cli.run("doctor", "s3://bucket", "--json");
    assertThat(document.code()).isEqualTo(code);
    assertThat(json(document.out()).get("healthy").getAsBoolean()).isFalse();
    JsonObject check = json(document.out()).getAsJsonArray("checks").get(1).getAsJsonObject();
    assertThat(check.get("outcome").getAsString()).isEqualTo("failed");
    assertThat(check.get("remedy").getAsString()).isEqualTo("do this");
  }
}
