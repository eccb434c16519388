package io.github.fuseml.ovms.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartialShapeTest {
  private static final long UNBOUNDED = Dimension.UNBOUNDED;

  @ParameterizedTest
  @CsvSource({
    "3, 3, 3",
    "0, 0, 0",
    "0, 9223372036854775807, ?",
    "1, 8, 1..8",
    "1, 9223372036854775807, 1..",
    "0, 8, ..8",
  })
  void givenADimensionWhenPrintedThenItIsInOpenVinosNotation(long min, long max, String text) {
    assertThat(new Dimension(min, max)).hasToString(text);
  }

  @Test
  void givenADimensionWhenAskedThenItIsFixedOnlyWithOneSize() {
    assertThat(Dimension.of(3).isStatic()).isTrue();
    assertThat(Dimension.DYNAMIC.isStatic()).isFalse();
    assertThat(new Dimension(1, UNBOUNDED).isStatic()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"-1, 1", "2, 1", "-2, -1", "0, -1"})
  void givenARangeThatIsNoneWhenMadeThenItIsRefused(long min, long max) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new Dimension(min, max));
  }

  @Test
  void givenShapesWhenPrintedThenTheyAreInOpenVinosNotation() {
    assertThat(PartialShape.of(-1, 3, 224, 224)).hasToString("[?,3,224,224]");
    assertThat(PartialShape.of()).hasToString("[]");
    assertThat(PartialShape.UNKNOWN).hasToString("[...]");
    assertThat(new PartialShape(List.of(new Dimension(1, 8), new Dimension(2, UNBOUNDED))))
        .hasToString("[1..8,2..]");
  }

  @Test
  void givenShapesWhenAskedThenTheyAreFixedOnlyWithAllDimensionsFixed() {
    assertThat(PartialShape.of(1, 2).isStatic()).isTrue();
    assertThat(PartialShape.of().isStatic()).as("a scalar").isTrue();
    assertThat(PartialShape.of(-1, 2).isStatic()).isFalse();
    assertThat(PartialShape.UNKNOWN.isStatic()).as("of unknown rank").isFalse();
  }

  @Test
  void givenAListThatChangesWhenAShapeWasMadeOfItThenTheShapeStays() {
    List<Dimension> dimensions = new ArrayList<>(List.of(Dimension.of(1)));
    PartialShape shape = new PartialShape(dimensions);

    dimensions.clear();

    assertThat(shape).isEqualTo(PartialShape.of(1));
  }

  @Test
  void givenATensorWhenPrintedThenItsNameTypeAndShapeAreThere() {
    assertThat(new TensorSpec("x", new ElementType("f32"), PartialShape.of(-1, 4)))
        .hasToString("x f32[?,4]");
  }
}
