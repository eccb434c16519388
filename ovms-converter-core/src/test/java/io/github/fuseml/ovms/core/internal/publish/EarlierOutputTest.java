package io.github.fuseml.ovms.core.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.Artifact;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EarlierOutputTest {
  private static final String SOURCE = "s3://bucket/model";

  @Test
  void givenAnOutputElsewhereWhenListedThenEverythingIsTheSources() {
    assertThat(kept("s3://bucket/other", "a.onnx", "1/m.xml", "1/m.bin"))
        .containsExactly("a.onnx", "1/m.xml", "1/m.bin");
    assertThat(kept("s3://bucket/model2", "a.onnx")).containsExactly("a.onnx");
    assertThat(kept("s3://bucket", "a.onnx", "1/m.xml", "1/m.bin")).hasSize(3);
    assertThat(kept("/bucket/model", "a.onnx")).containsExactly("a.onnx");
  }

  @Test
  void givenAClaimToAVersionWhenListedThenItIsNotTheSources() {
    String claim = ".ovms-converter-claim-7";
    assertThat(kept("s3://bucket/other", claim, "a.onnx")).containsExactly("a.onnx");
    assertThat(kept(SOURCE, claim, "a.onnx", "1/m.xml", "1/m.bin")).containsExactly("a.onnx");
    assertThat(kept("s3://bucket/other", "ovms/" + claim, ".ovms-converter-claim-x"))
        .containsExactly(".ovms-converter-claim-x");
  }

  @Test
  void givenAnOutputBelowTheSourceWhenListedThenWhatIsInItIsNotTheSources() {
    assertThat(kept(SOURCE + "/ovms", "a.onnx", "ovms/1/m.xml", "ovms/x", "ovms2/b", "ovms.txt"))
        .containsExactly("a.onnx", "ovms2/b", "ovms.txt");
    assertThat(kept(SOURCE + "/ovms/", "a.onnx", "ovms/1/m.xml")).containsExactly("a.onnx");
    assertThat(kept(SOURCE + "/a/b", "a/b/1/m.bin", "a/c")).containsExactly("a/c");
  }

  @Test
  void givenTheSourceAsOutputWhenListedThenVersionsThatHoldAnIrAreNotTheSources() {
    assertThat(kept(SOURCE, "a.onnx", "1/m.xml", "1/m.bin", "12/n.bin", "12/n.xml"))
        .containsExactly("a.onnx");
    assertThat(kept(SOURCE + "/", "a.onnx", "1/m.xml", "1/m.bin")).containsExactly("a.onnx");
  }

  @Test
  void givenTheSourceAsOutputWhenANumberedDirectoryHoldsMoreThanAnIrThenItIsTheSources() {
    assertThat(kept(SOURCE, "1/saved_model.pb", "1/variables/variables.index")).hasSize(2);
    assertThat(kept(SOURCE, "1/m.xml", "1/m.bin", "1/readme")).hasSize(3);
    assertThat(kept(SOURCE, "1/m.xml", "1/other.bin")).hasSize(2);
    assertThat(kept(SOURCE, "1/m.xml")).hasSize(1);
    assertThat(kept(SOURCE, "1")).hasSize(1);
  }

  @Test
  void givenTheSourceAsOutputWhenADirectoryIsNoVersionThenItIsTheSources() {
    assertThat(kept(SOURCE, "01/m.xml", "01/m.bin")).hasSize(2);
    assertThat(kept(SOURCE, "0/m.xml", "0/m.bin")).hasSize(2);
    assertThat(kept(SOURCE, "v1/m.xml", "v1/m.bin")).hasSize(2);
    assertThat(kept(SOURCE, "m.xml", "m.bin")).hasSize(2);
  }

  @Test
  void givenTheSourceAsOutputWhenARunIsWritingThereThenItsTemporaryFilesAreNotTheSources() {
    assertThat(kept(SOURCE, "a.onnx", ".ovms-converter-0a1b/m.bin", ".other/b"))
        .containsExactly("a.onnx", ".other/b");
  }

  @Test
  void givenAnotherOutputWhenVersionsWithARecordLieInTheSourceThenTheyAreNotTheSources() {
    String record = "/ovms-converter.provenance.json";
    for (String output : List.of("memory://elsewhere", SOURCE + "/new")) {
      assertThat(kept(
              output, "a.onnx", "ovms/1/m.xml", "ovms/1" + record, "ovms/2/m.xml", "new/1/m.xml"))
          .contains("a.onnx", "ovms/2/m.xml")
          .doesNotContain("ovms/1/m.xml", "ovms/1" + record);
      assertThat(kept(output, "a.onnx", "1/m.xml", "1" + record)).containsExactly("a.onnx");
      assertThat(kept(output, "a.onnx", "v1/m.xml", "v1" + record)).hasSize(3);
    }
  }

  @Test
  void givenNothingButVersionsWithARecordThenTheyAreWhatIsMeant() {
    String record = "ovms-converter.provenance.json";
    assertThat(kept("memory://elsewhere", "1/m.xml", "1/m.bin", "1/" + record)).hasSize(3);
    assertThat(kept("memory://elsewhere", "m.xml", "m.bin", record)).hasSize(3);
  }

  private static List<String> kept(String output, String... paths) {
    Location source = Location.of(SOURCE);
    List<Artifact> files = Arrays.stream(paths)
        .map(path -> new Artifact(source.resolve(path), path, 1, "1"))
        .toList();
    return EarlierOutput.without(files, source, Location.of(output)).stream()
        .map(Artifact::path)
        .toList();
  }
}
