package io.github.fuseml.ovms.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreInfo;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.cli.testing.Cli;
import io.github.fuseml.ovms.cli.testing.SampleStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command with a canary wherever a secret may be, at the highest verbosity. */
class SecretsTest {
  private static final String CANARY = "c4n4ry";
  private static final String S3 = "s3://bucket/model";
  private static final String WEB = "https://user:" + CANARY + "@host/m.onnx?sig=" + CANARY;

  private final Cli cli = new Cli();

  @TempDir
  Path directory;

  @BeforeEach
  void canariesInEveryVariable() throws IOException {
    for (StoreInfo store : SampleStores.ALL) {
      for (StoreSetting setting : store.settings()) {
        for (String variable : setting.isSecret() ? setting.variables() : List.<String>of()) {
          cli.environment.put(variable, CANARY);
          cli.environment.put("OUTPUT_" + variable, CANARY);
        }
      }
    }
    cli.environment.put("FUSEML_INPUT_MODEL", S3);
    cli.environment.put("FUSEML_OUTPUT_MODEL", WEB);
    cli.environment.put("TASK_RESULT", "result");
    cli.environment.put("OVMS_CONVERTER_RESULTS_DIR", directory.toString());
  }

  private static List<List<String>> commands() {
    List<List<String>> lines = new ArrayList<>();
    for (String source : List.of(S3, WEB)) {
      for (String target : List.of(S3 + "/out", WEB + "&out")) {
        lines.add(List.of("convert", source, "-o", target));
        lines.add(List.of("convert", source, "-o", target, "--dry-run"));
        lines.add(List.of("inspect", source, "-o", target));
        lines.add(List.of("copy", source, target));
      }
      lines.add(List.of("ls", source));
      lines.add(List.of("ls", "-l", source));
      lines.add(List.of("doctor", source));
    }
    lines.add(List.of("run"));
    lines.add(List.of("stores"));
    return lines;
  }

  private String everythingSaid(List<String> line) {
    StringBuilder said = new StringBuilder();
    for (List<String> more : List.of(
        List.of("-v"),
        List.of("-v", "--progress", "json"),
        List.of("-v", "--progress", "json", "--json"))) {
      List<String> all = new ArrayList<>(line);
      all.addAll(more);
      Cli.Outcome outcome = cli.run(all.toArray(String[]::new));
      said.append(outcome.out()).append(outcome.err());
    }
    return said.toString();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void given_success_then_no_secret_is_shown(List<String> line) {
    cli.converter.files = SampleStores.files(WEB);
    assertThat(everythingSaid(line)).isNotEmpty().doesNotContain(CANARY);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void given_a_failure_then_no_secret_is_shown(List<String> line) {
    // What an error may be made of: locations.
    cli.converter.failure = new TransferException(
        Problem.of("read").on(Location.of(WEB)).found("cut off").mayHelpToRetry(),
        new IOException("at " + Location.of(WEB)));
    String said = everythingSaid(line);
    assertThat(said).contains("cut off").contains("\tat ").doesNotContain(CANARY);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void given_a_bug_then_no_secret_is_shown(List<String> line) {
    cli.converter.failure = new IllegalStateException("oops");
    assertThat(everythingSaid(line)).contains("oops").doesNotContain(CANARY);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void given_a_librarys_error_with_a_whole_url_then_no_secret_is_shown(List<String> line) {
    String proxy = "http://user:" + CANARY + "@bad host:x";
    cli.converter.failure = new IllegalArgumentException(
        "Illegal character at index 7: " + proxy,
        new IOException("GET '" + WEB + "' and <" + WEB + "&a=" + CANARY + "> failed"));
    assertThat(everythingSaid(line))
        .contains("http://bad host:x")
        .contains("GET 'https://host/m.onnx?…' and <https://host/m.onnx?…> failed")
        .doesNotContain(CANARY);
  }

  @Test
  void given_a_secret_in_an_option_then_the_refusal_does_not_show_it() {
    for (String command : List.of("convert s3://b/m", "inspect s3://b/m", "copy s3://b/m /out")) {
      assertThat(everythingSaid(
              List.of((command + " --input-setting secretAccessKey=" + CANARY).split(" "))))
          .contains("AWS_SECRET_ACCESS_KEY")
          .doesNotContain(CANARY);
      assertThat(everythingSaid(List.of((command + " --input-setting " + CANARY).split(" "))))
          .contains("NAME=VALUE")
          .doesNotContain(CANARY);
      assertThat(everythingSaid(List.of((command + " --sessionToken=" + CANARY).split(" "))))
          .contains("unknown option")
          .doesNotContain(CANARY);
    }
    for (String command : List.of("ls s3://b/m", "doctor s3://b/m")) {
      assertThat(
              everythingSaid(List.of((command + " --setting sessionToken=" + CANARY).split(" "))))
          .contains("AWS_SESSION_TOKEN")
          .doesNotContain(CANARY);
    }
  }

  @Test
  void given_a_file_of_secrets_then_neither_warnings_nor_errors_show_them() throws IOException {
    Path file = directory.resolve("settings");
    for (String text : List.of(
        "secretAccessKey=" + CANARY,
        "secretAccessKey=" + CANARY + "\nunknown=" + CANARY,
        "secretAccessKey=" + CANARY + "\n" + CANARY)) {
      Files.writeString(file, text);
      assertThat(everythingSaid(List.of("ls", S3, "--settings", file.toString())))
          .isNotEmpty()
          .doesNotContain(CANARY);
      assertThat(everythingSaid(List.of("copy", S3, "/o", "--input-settings", file.toString())))
          .isNotEmpty()
          .doesNotContain(CANARY);
    }
  }
}
