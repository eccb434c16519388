package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.testkit.Fixture.Tolerance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FixturesTest {
  @TempDir
  Path directory;

  @Test
  void givenTheManifestWhenReadThenEveryFixtureIsThereWithItsFiles() throws Exception {
    for (Fixture fixture : Fixtures.all()) {
      assertThat(fixture.source()).as(fixture.name()).exists();
      assertThat(fixture.isConvertible() && fixture.isBad()).as(fixture.name()).isFalse();
      for (var file : fixture.files().entrySet()) {
        assertThat(sha256(fixture.root().resolve(file.getKey())))
            .as(file.getKey())
            .isEqualTo(file.getValue());
      }
    }
  }

  @Test
  void givenAFixtureWhenReadThenItsFactsAreTyped() {
    Fixture fixture = Fixtures.get("onnx-mlp");

    assertThat(fixture.format()).isEqualTo("onnx");
    assertThat(fixture.isConvertible()).isTrue();
    assertThat(fixture.isBad()).isFalse();
    assertThat(fixture.inputs()).hasToString("[features f32[?,4]]");
    assertThat(fixture.outputs()).hasToString("[probabilities f32[?,3]]");
    assertThat(fixture.samples()).hasValueSatisfying(path -> assertThat(path).exists());
    assertThat(fixture.tolerance()).isEqualTo(new Tolerance(1e-5, 1e-4));
    assertThat(fixture.fp16Tolerance()).isEqualTo(new Tolerance(1e-2, 1e-2));
    assertThat(fixture.json().get("opset").getAsInt()).isEqualTo(17);
    assertThat(fixture).hasToString("onnx-mlp");
  }

  @Test
  void givenAFixtureWithoutSamplesWhenReadThenThereAreNone() {
    Fixture fixture = Fixtures.get("bad-onnx-truncated");

    assertThat(fixture.isBad()).isTrue();
    assertThat(fixture.samples()).isEmpty();
    assertThat(fixture.tolerance()).isNull();
    assertThat(fixture.inputs()).isEmpty();
  }

  @Test
  void givenAPackageWhenReadThenTheModelInsideIsNamed() {
    assertThat(Fixtures.get("mlflow-onnx").modelPathInside()).isEqualTo("model.onnx");
    assertThat(Fixtures.get("onnx-mlp").modelPathInside()).isNull();
  }

  @Test
  void givenAFixtureWhenCopiedThenTheCopyHasItsFiles() {
    Fixture fixture = Fixtures.get("saved-model-mlp");

    Path copy = fixture.copyTo(directory.resolve("new"));

    assertThat(copy.resolve("saved_model.pb"))
        .hasSameBinaryContentAs(fixture.source().resolve("saved_model.pb"));
    assertThat(fixture.files().keySet())
        .allSatisfy(file -> assertThat(directory.resolve("new").resolve(file)).exists());
  }

  @Test
  void givenAnUnknownNameWhenAskedForThenTheErrorNamesIt() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Fixtures.get("nothing"))
        .withMessageContaining("nothing");
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(read(file)));
  }

  private static byte[] read(Path file) throws IOException {
    return Files.readAllBytes(file);
  }
}
