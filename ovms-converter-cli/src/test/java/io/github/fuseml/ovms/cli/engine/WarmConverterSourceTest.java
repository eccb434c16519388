package io.github.fuseml.ovms.cli.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmConverterSourceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"convert a", "convert a -o b --json", "run", "run --quiet", "convert --format x a"
      })
  void given_a_command_that_converts_then_the_engine_is_started_early(String line) {
    assertThat(WarmConverterSource.isWorthIt(line.split(" "))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "convert",
        "inspect a",
        "version",
        "engine info",
        "convert a --dry-run",
        "convert --help",
        "run -h",
        "convert a --python /p",
        "convert a --python=/p",
        "convert a --optimizer x",
        "convert a --engine-memory-limit 1g",
        "run --engine-home /e",
        "convert a --work-dir /w",
        "convert a --parallelism 8",
        "run --part-size 8m",
        "run --stall-timeout=1m",
        "run --transfer-time-limit 1h",
        "convert a --file-time-limit 1h",
        "copy s3://a/b /c",
        "ls s3://a/b",
        "doctor s3://a/b",
        "stores",
        "convert a --no-install",
        "convert a --output-format onnx"
      })
  void given_another_engine_or_no_need_for_one_then_none_is_started(String line) {
    assertThat(WarmConverterSource.isWorthIt(line.split(" "))).isFalse();
  }
}
