package io.github.fuseml.ovms.core.internal.detect.unsupported;

import static io.github.fuseml.ovms.core.internal.detect.support.Answers.declined;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.refused;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.core.internal.detect.support.DirectoryTree;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.spi.Detection.Refusal;
import io.github.fuseml.ovms.spi.FormatDetector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnsupportedDetectorTest {
  private final FormatDetector detector = new UnsupportedDetector();

  @TempDir
  private Path directory;

  private Refusal refusedAs(String name, byte[] content) {
    write(directory, name, content);
    return refused(detector, DirectoryTree.of(directory.resolve(name)));
  }

  private static byte[] zip(String... names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(1);
      }
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "keras-weights/model.weights.h5, Keras weights, load_weights",
    "torch-script/model.pt, TorchScript, torch.jit.load",
    "torch-module/model.pth, PyTorch pickle, torch.onnx.export",
    "torch-state/model.pt, PyTorch pickle, torch.onnx.export",
    "torch-legacy/model.pt, PyTorch pickle, torch.onnx.export",
    "torch-exported/model.pt2, exported program, torch.export.load",
    "sklearn-pickle/model.pkl, scikit-learn, hummingbird",
    "sklearn-joblib/model.joblib, scikit-learn, hummingbird",
    "sklearn-skops/model.skops, skops, hummingbird",
    "pickle-protocol-0/model.pkl, Python pickle, ONNX",
    "safetensors/model.safetensors, safetensors, optimum-cli",
    "gguf/model.gguf, GGUF, optimum-cli",
  })
  void givenAFileOfARealLibraryThenItIsNamedWithAWayOut(String file, String what, String remedy) {
    Refusal refusal = refused(detector, FixtureTrees.tree(file));

    assertThat(refusal.what()).contains(what);
    assertThat(refusal.remedy()).contains(remedy);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"learner\":{}}', model.json, XGBoost",
    "'tree\nversion=v4\nnum_class=1\n', model.txt, LightGBM",
    "CBM1____, model.cbm, CatBoost",
    "'version https://git-lfs.github.com/spec/v1\n', model.onnx, Git LFS",
    "'<?xml version=\"1.0\"?><PMML>', model.pmml, PMML",
    "'{\"format\": \"layers-model\", \"modelTopology\": {}}', model.json, TensorFlow.js",
    "x, net.caffemodel, Caffe",
  })
  void givenATextThenItIsNamed(String text, String name, String what) {
    assertThat(refusedAs(name, text.getBytes(StandardCharsets.UTF_8)).what()).contains(what);
  }

  @ParameterizedTest
  @CsvSource({
    "789c4bcb, model.joblib, compressed pickle",
    "1f8b0800, model.pkl.gz, compressed pickle",
    "1f8b0800, model.tar.gz, tar archive",
    "1f8b0800, model.gz, gzip",
    "894844460d0a1a0a, data.hdf5, HDF5",
    "800495050000000000000094, model.sav, ''",
  })
  void givenAMagicNumberThenItIsNamed(String hex, String name, String what) {
    byte[] bytes = Arrays.copyOf(HexFormat.of().parseHex(hex), 40);

    assertThat(refusedOrNot(name, bytes)).contains(what);
  }

  private String refusedOrNot(String name, byte[] content) {
    write(directory, name, content);
    return detector.detect(DirectoryTree.of(directory.resolve(name))).toString();
  }

  @Test
  void givenArchivesThenTheirNamesTellThemApart() throws IOException {
    assertThat(refusedAs("a.zip", zip("readme.txt")).what()).isEqualTo("a zip archive");
    assertThat(refusedAs("b.npz", zip("x.npy")).what()).isEqualTo("a NumPy archive (.npz)");
    assertThat(refusedAs("c.mar", zip("MAR-INF/MANIFEST.json")).what()).contains("TorchServe");
  }

  @Test
  void givenATruncatedArchiveThenItIsDamaged() throws IOException {
    byte[] whole = Files.readAllBytes(FixtureTrees.path("keras-v3/model.keras"));

    Refusal refusal = refusedAs("model.keras", Arrays.copyOf(whole, whole.length / 2));

    assertThat(refusal.what()).isEqualTo("a damaged zip archive");
  }

  @Test
  void givenACheckpointThenItIsRefusedOnlyOutsideOfASavedModel() throws IOException {
    byte[] index = Files.readAllBytes(FixtureTrees.path("tf1-meta-graph/model.index"));
    assertThat(refusedAs("net.index", index).what())
        .isEqualTo("a TensorFlow checkpoint without its graph");

    declined(detector, FixtureTrees.tree("saved-model-mlp/model"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello", "{}", "\u0080\u0004", "PK", ""})
  void givenAnythingElseThenItIsDeclined(String text) {
    write(directory, "model.bin", text.getBytes(StandardCharsets.ISO_8859_1));

    declined(detector, DirectoryTree.of(directory));
  }
}
