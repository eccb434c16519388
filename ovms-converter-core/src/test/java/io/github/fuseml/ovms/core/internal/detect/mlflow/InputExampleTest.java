package io.github.fuseml.ovms.core.internal.detect.mlflow;

import static io.github.fuseml.ovms.core.internal.detect.support.Answers.found;
import static io.github.fuseml.ovms.core.internal.detect.support.Answers.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ElementType;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.core.internal.detect.support.DirectoryTree;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputExampleTest {
  private static final Map<String, String> ARRAYS =
      Map.of("artifact_path", "input_example.json", "type", "ndarray");

  @TempDir
  private Path directory;

  private Optional<String> shapes(String json, Object info, long... sizes) {
    write(directory, "input_example.json", json);
    TensorSpec input = new TensorSpec("x", new ElementType("f32"), PartialShape.of(sizes));
    return InputExample.shapes(DirectoryTree.of(directory), "", List.of(input), info);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[[1, 2, 3]]|[{'tensor-spec':{'shape':[-1,3]}}]",
        "{\"x\": [[1, 2], [3, 4]], \"y\": [7]}|[{'name':'x','tensor-spec':{'shape':[-1,2]}},{'name':'y','tensor-spec':{'shape':[-1]}}]",
        "{\"inputs\": [[[1.5], [2e3]]]}|[{'tensor-spec':{'shape':[-1,2,1]}}]",
        "{\"inputs\": {\"x\": [[true]]}}|[{'name':'x','tensor-spec':{'shape':[-1,1]}}]",
        "[[1, 2], [3]]|[{'tensor-spec':{'shape':[-1,-1]}}]",
        "[[]]|[{'tensor-spec':{'shape':[-1,0]}}]"
      })
  void givenArraysThenTheirSizesAreToldExceptHowManyRows(String json, String tensors) {
    assertThat(shapes(json, ARRAYS, -1, -1))
        .contains("{\"inputs\":" + tensors.replace('\'', '"') + "}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[[1, [2]]]",
        "[{\"x\": 1}]",
        "{\"x\": {\"y\": [1]}}",
        "[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]"
      })
  void givenWhatIsNoArrayThenNothingIsTold(String json) {
    assertThat(shapes(json, ARRAYS, -1, -1)).isEmpty();
  }

  @Test
  void givenAModelThatLeavesOnlyTheRowsOpenThenTheExampleIsNotRead() {
    assertThat(shapes("[[1, 2]]", ARRAYS, -1, 2)).isEmpty();
  }

  @Test
  void givenATableOrAPathThatLeavesTheModelThenNothingIsTold() {
    assertThat(shapes(
            "{\"columns\": [\"a\"], \"data\": [[1]]}",
            Map.of("artifact_path", "input_example.json", "type", "dataframe"),
            -1,
            -1))
        .isEmpty();
    assertThat(shapes("[[1]]", Map.of("artifact_path", "../x.json", "type", "ndarray"), -1, -1))
        .isEmpty();
    assertThat(shapes("[[1]]", "nonsense", -1, -1)).isEmpty();
  }

  @Test
  void givenAnExampleBesideADynamicModelThenTheDescriptionHasItsShapes() throws IOException {
    // given
    write(
        directory,
        "model.onnx",
        Files.readAllBytes(FixtureTrees.path("onnx-conv-dynamic/model.onnx")));
    write(directory, "MLmodel", """
        flavors:
          onnx: {data: model.onnx}
        saved_input_example_info:
          artifact_path: input_example.json
          type: ndarray
        """);
    write(directory, "input_example.json", "[[[[1, 2, 3, 4], [1, 2, 3, 4]]]]");
    // when
    DetectedModel model = found(new MlflowDetector(), DirectoryTree.of(directory));
    // then
    assertThat(model.attributes())
        .containsEntry(
            "mlflow.input_example", "{\"inputs\":[{\"tensor-spec\":{\"shape\":[-1,1,2,4]}}]}");
  }
}
