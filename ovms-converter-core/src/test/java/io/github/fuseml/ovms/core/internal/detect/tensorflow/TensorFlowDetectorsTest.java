package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import static io.github.fuseml.ovms.core.internal.detect.support.Answers.copy;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.declined;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.found;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.refused;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ModelSignature;
import io.github.fuseml.ovms.core.internal.detect.support.DirectoryTree;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.core.internal.detect.support.ProtobufWriter;
import io.github.fuseml.ovms.spi.Detection.Refusal;
import io.github.fuseml.ovms.spi.FormatDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFlowDetectorsTest {
  @TempDir
  private Path directory;

  private DirectoryTree tree() {
    return DirectoryTree.of(directory);
  }

  @Nested
  class SavedModels {
    private final FormatDetector detector = new SavedModelDetector();

    @Test
    void givenADirectoryThenOnlyItsOwnFilesAreNeeded() {
      copy(FixtureTrees.path("saved-model-mlp/model"), directory.resolve("net"));
      write(directory, "net/keras_metadata.pb", "x");
      write(directory, "net/notes.txt", "x");
      write(directory, "net/assets/words.txt", "x");

      DetectedModel model = found(detector, DirectoryTree.of(directory.resolve("net")));

      assertThat(model.path()).isEmpty();
      assertThat(model.name()).isEqualTo("net");
      assertThat(model.files())
          .containsExactly(
              "assets/words.txt",
              "fingerprint.pb",
              "saved_model.pb",
              "variables/variables.data-00000-of-00001",
              "variables/variables.index");
    }

    @Test
    void givenAVersionNumberThenTheNameIsThatOfTheDirectoryAbove() {
      DetectedModel model = found(detector, FixtureTrees.tree("saved-model-versioned/model"));

      assertThat(model.path()).isEqualTo("1");
      assertThat(model.scope()).isEqualTo("1");
      assertThat(model.name()).isEqualTo("model");
    }

    @Test
    void givenTheVersionDirectoryItselfThenTheNameIsThatOfTheDirectoryAbove() {
      DetectedModel model = found(detector, FixtureTrees.tree("saved-model-versioned/model/1"));

      assertThat(model.path()).isEmpty();
      assertThat(model.name()).isEqualTo("model");
    }

    @Test
    void givenSeveralSignaturesThenItTellsAllAndWhichOneIsUsed() {
      DetectedModel model = found(detector, FixtureTrees.tree("saved-model-two-signatures/model"));

      assertThat(model.attributes())
          .containsEntry("tensorflow.tags", "serve")
          .containsEntry("tensorflow.signature", "serving_default")
          .containsEntry("tensorflow.signatures", "embed, serving_default");
      assertThat(model.signatures())
          .extracting(ModelSignature::name)
          .containsExactly("embed", "serving_default");
    }

    @Test
    void givenSignaturesThatAreTheSameThenItDoesNotWarn() {
      DetectedModel model = found(detector, FixtureTrees.tree("saved-model-conv/model"));

      assertThat(model.attributes())
          .containsEntry("tensorflow.signatures", "serve, serving_default");
      assertThat(model.warnings()).isEmpty();
    }

    @Test
    void givenNoDefaultSignatureThenTheFirstByNameIsUsed() {
      assertThat(
              found(detector, FixtureTrees.tree("saved-model-no-default/model")).attributes())
          .containsEntry("tensorflow.signature", "embed");
    }

    @Test
    void givenTagsOfItsOwnThenTheOnlyMetaGraphIsUsed() {
      assertThat(
              found(detector, FixtureTrees.tree("saved-model-tf1-tags/model")).attributes())
          .containsEntry("tensorflow.tags", "serve, gpu")
          .containsEntry("tensorflow.signature", "predict");
    }

    @Test
    void givenNoSignatureThenItIsRefusedWithARemedy() {
      Refusal refusal = refused(detector, FixtureTrees.tree("bad-saved-model-no-signatures/model"));

      assertThat(refusal.what()).isEqualTo("a TensorFlow SavedModel without signatures");
      assertThat(refusal.remedy()).contains("signatures=");
    }

    @Test
    void givenNoVariablesThoughTheGraphHasSomeThenItIsRefused() {
      assertThat(refused(detector, FixtureTrees.tree("bad-saved-model-variables-deleted/model"))
              .reason())
          .startsWith("variables/variables.index missing: the graph has 4 variable(s)");
    }

    @Test
    void givenAnIndexWithoutItsDataThenTheShardIsNamed() {
      assertThat(refused(detector, FixtureTrees.tree("bad-saved-model-data-deleted/model"))
              .reason())
          .startsWith("variables/variables.data-00000-of-00001 missing");
    }

    @Test
    void givenOneOfSeveralShardsMissingThenItIsNamed() throws IOException {
      copy(FixtureTrees.path("saved-model-mlp/model"), directory.resolve("net"));
      Path variables = directory.resolve("net/variables");
      byte[] index = Files.readAllBytes(variables.resolve("variables.index"));
      assertThat(Arrays.copyOf(index, 5)).containsExactly(0, 0, 6, 8, 1);
      index[4] = 3;
      Files.write(variables.resolve("variables.index"), index);
      write(variables, "variables.data-00000-of-00003", "x");
      write(variables, "variables.data-00002-of-00003", "x");

      assertThat(refused(detector, tree()).reason())
          .startsWith("net/variables/variables.data-00001-of-00003 missing");
    }

    @Test
    void givenItsGraphAloneThenTheDirectoryIsAskedFor() {
      Refusal refusal =
          refused(detector, FixtureTrees.tree("saved-model-mlp/model/saved_model.pb"));

      assertThat(refusal.remedy()).isEqualTo("give the directory that holds saved_model.pb");
    }

    @Test
    void givenTheTextFormThenItIsRefused() {
      write(directory, "saved_model.pbtxt", "saved_model_schema_version: 1");

      assertThat(refused(detector, tree()).reason()).contains("saved_model.pb only");
    }

    @Test
    void givenOneDeepBelowThenTheReasonNamesIt() {
      write(directory, "a/b/c/saved_model.pb", "x");

      assertThat(declined(detector, tree())).contains("a/b/c/saved_model.pb");
    }

    @Test
    void givenATruncatedGraphThenItIsRefused() throws IOException {
      byte[] whole = Files.readAllBytes(FixtureTrees.path("saved-model-mlp/model/saved_model.pb"));
      write(directory, "saved_model.pb", Arrays.copyOf(whole, whole.length / 2));

      assertThat(refused(detector, tree()).reason())
          .startsWith("saved_model.pb is damaged: truncated: field meta_graphs claims ");
    }
  }

  @Nested
  class FrozenGraphs {
    private final FormatDetector detector = new FrozenGraphDetector();

    private ProtobufWriter node(String name, String op) {
      return ProtobufWriter.message().text(1, name).text(2, op);
    }

    @Test
    void givenBinaryAndTextThenBothTellTheSame() {
      DetectedModel binary = found(detector, FixtureTrees.tree("frozen-graph"));
      DetectedModel text = found(detector, FixtureTrees.tree("frozen-graph-text"));

      assertThat(text.inputs()).isEqualTo(binary.inputs());
      assertThat(binary.inputs())
          .extracting(Object::toString)
          .containsExactly("features:0 f32[?,4]");
    }

    @Test
    void givenAVariableThenItIsRefusedWithARemedy() {
      byte[] graph = ProtobufWriter.message()
          .message(1, node("x", "Placeholder"))
          .message(1, node("w", "VarHandleOp"))
          .toByteArray();
      write(directory, "graph.pb", graph);

      Refusal refusal = refused(detector, tree());

      assertThat(refusal.what()).isEqualTo("a TensorFlow graph that is not frozen");
      assertThat(refusal.reason()).contains("'w'");
      assertThat(refusal.remedy()).contains("convert_variables_to_constants");
    }

    @Test
    void givenAVariableInTextThenItIsRefused() {
      write(directory, "graph.pbtxt", "# by hand\nnode { name: 'w' op: \"VariableV2\" }");

      assertThat(refused(detector, tree()).reason()).contains("'w'");
    }

    @Test
    void givenATruncatedTextThenItIsRefused() {
      write(directory, "graph.pbtxt", "node { name: 'w' op: \"Const\" attr { key: 'value' ");

      assertThat(refused(detector, tree()).reason()).startsWith("truncated");
    }

    @Test
    void givenATextNestedWithoutEndThenItIsRefused() {
      write(directory, "graph.pbtxt", "node {" + " a {".repeat(100_000));

      assertThat(refused(detector, tree()).reason()).contains("deeper");
    }

    @Test
    void givenASavedModelOrOnnxThenItIsDeclined() {
      declined(detector, FixtureTrees.tree("saved-model-mlp/model"));
      declined(detector, FixtureTrees.tree("onnx-mlp/model.onnx"));
      declined(detector, FixtureTrees.tree("paddle-mlp/model.pdmodel"));
      declined(detector, FixtureTrees.tree("tf1-meta-graph/model.meta"));
    }
  }

  @Nested
  class MetaGraphs {
    private final FormatDetector detector = new MetaGraphDetector();

    @Test
    void givenItsCheckpointThenAllThreeFilesAreNeeded() {
      DetectedModel model = found(detector, FixtureTrees.tree("tf1-meta-graph"));

      assertThat(model.files())
          .containsExactly("model.data-00000-of-00001", "model.index", "model.meta");
    }

    @Test
    void givenNoCheckpointThenItIsRefused() throws IOException {
      Files.copy(FixtureTrees.path("tf1-meta-graph/model.meta"), directory.resolve("net.meta"));

      assertThat(refused(detector, tree()).reason()).startsWith("net.index missing");
    }
  }

  @Nested
  class Lite {
    private final FormatDetector detector = new TfliteDetector();

    @Test
    void givenAnotherSuffixThenItIsFound() throws IOException {
      Files.copy(FixtureTrees.path("tflite-mlp/model.tflite"), directory.resolve("net.bin"));

      assertThat(found(detector, tree()).path()).isEqualTo("net.bin");
    }

    @Test
    void givenATruncatedFileThenItIsRefused() throws IOException {
      byte[] whole = Files.readAllBytes(FixtureTrees.path("tflite-mlp/model.tflite"));
      for (int length = 8; length < whole.length; length += 16) {
        write(directory, "net.tflite", Arrays.copyOf(whole, length));

        assertThat(refused(detector, tree()).what()).isEqualTo("a damaged TensorFlow Lite model");
      }
    }

    @Test
    void givenAnotherFlatBufferThenItIsDeclined() {
      write(directory, "net.tflite", "    XYZ0");

      assertThat(declined(detector, tree())).contains("TFL3");
    }
  }
}
