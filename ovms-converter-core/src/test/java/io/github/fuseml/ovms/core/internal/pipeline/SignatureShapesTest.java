package io.github.fuseml.ovms.core.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ElementType;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.api.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureShapesTest {
  private static final OptimizationOptions ASKED =
      OptimizationOptions.builder().shapesFromSignature(true).build();

  private static TensorSpec input(String name, long... sizes) {
    return new TensorSpec(name, new ElementType("f32"), PartialShape.of(sizes));
  }

  private static DetectedModel model(String signature, TensorSpec... inputs) {
    return DetectedModel.builder(ModelFormat.ONNX, "model.onnx")
        .inputs(List.of(inputs))
        .attribute("mlflow.signature", signature)
        .build();
  }

  private static String tensor(String name, String shape) {
    String spec =
        "\"type\":\"tensor\",\"tensor-spec\":{\"dtype\":\"float32\",\"shape\":" + shape + "}";
    return "{" + (name.isEmpty() ? "" : "\"name\":\"" + name + "\",") + spec + "}";
  }

  @Test
  void given_a_signature_that_knows_more_then_only_dynamic_dimensions_take_its_sizes() {
    String signature =
        "{\"inputs\":[" + tensor("b", "[2,9]") + "," + tensor("a", "[-1,3,224]") + "]}";
    DetectedModel model = model(signature, input("a", -1, -1, 7), input("b", -1, 5));
    OptimizationOptions options = SignatureShapes.apply(ASKED, model);
    assertThat(options).hasToString("input=a[?,3,7],b[2,5]");
    assertThat(options.inputsChosen()).isFalse();
  }

  @Test
  void given_a_single_tensor_without_a_name_then_it_is_the_models_input() {
    DetectedModel model =
        model("{\"inputs\":[" + tensor("", "[1,4]") + "]}", input("features", -1, 4));
    assertThat(SignatureShapes.apply(ASKED, model)).hasToString("input=features[1,4]");
    assertThat(OptionCheck.withHints(OptimizationOptions.defaults(), model).warnings())
        .singleElement()
        .asString()
        .contains("features[1,4]")
        .contains("--shapes from-signature");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "no json",
        "{\"inputs\":[{\"type\":\"double\",\"name\":\"x\"}]}",
        "{\"inputs\":[{\"tensor-spec\":3}]}",
        "{\"inputs\":7}"
      })
  void given_a_signature_that_tells_nothing_then_that_is_said(String signature) {
    assertThatThrownBy(
            () -> SignatureShapes.apply(ASKED, model(signature, input("features", -1, 4))))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("tells no dimension");
  }

  @Test
  void given_an_example_then_it_tells_what_the_signature_leaves_open_but_not_the_rows() {
    DetectedModel model =
        model("{\"inputs\":[" + tensor("a", "[-1,3,-1]") + "]}", input("a", -1, -1, -1)).toBuilder()
            .attribute("mlflow.input_example", "{\"inputs\":[" + tensor("a", "[-1,5,224]") + "]}")
            .build();
    assertThat(SignatureShapes.apply(ASKED, model)).hasToString("input=a[?,3,224]");
    assertThat(OptionCheck.withHints(OptimizationOptions.defaults(), model).warnings())
        .containsExactly("the MLflow signature with the saved input example knows more of"
            + " the shapes: a[?,3,224]; --shapes from-signature uses it");
  }
}
