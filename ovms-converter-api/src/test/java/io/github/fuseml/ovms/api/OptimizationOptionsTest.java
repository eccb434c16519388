package io.github.fuseml.ovms.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptimizationOptionsTest {
  private static final List<String> NAMES = List.of(
      "input_shape",
      "input",
      "freeze_placeholder_with_value",
      "output",
      "batch",
      "mean_values",
      "scale_values",
      "scale",
      "reverse_input_channels",
      "layout",
      "source_layout",
      "target_layout",
      "static_shape",
      "data_type",
      "compress_to_fp16",
      "saved_model_tags",
      "signature");

  private static OptimizationOptions options(String name, String value) {
    return OptimizationOptions.builder().parameter(name, value).build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "input_shape|[1,3,224,224]|input_shape=[1,3,224,224]",
        "input|~\"/enc/x[0]\"[1,4],\"a,b\"{f32},\"c->d\"->1~|~input=\"/enc/x[0]\"[1,4],\"a,b\"{f32},\"c->d\"->1~",
        "input|~\"plain\"[1]~|input=plain[1]",
        "output|~\"b{1}\",\"a\\\"b\\\\\"~|~output=\"b{1}\",\"a\\\"b\\\\\"~",
        "mean_values|~\"x(1)\"(2)~|~mean_values=\"x(1)\"(2)~",
        "layout|~\"x(1)\"(nc)~|~layout=\"x(1)\"(nc)~",
        "input_shape|(1,3,224,224)|input_shape=[1,3,224,224]",
        "input_shape|[1 3 224 224]|input_shape=[1,3,224,224]",
        "input_shape|[ 1 , ? ] , ( -1 3 )|input_shape=[1,?],[?,3]",
        "input_shape|[1..8,..5,2..,?]|input_shape=[1..8,..5,2..,?]",
        "input_shape|[],[...]|input_shape=[],[...]",
        "input|x|input=x",
        "input|0:node[3,4],node:1[2]{i32}->[20,15],x->False|input=0:node[3,4],node:1[2]{i32}->[20,15],x->False",
        "input|0:node[3 4],node:1[2]{int32}->[20 15]|input=0:node[3,4],node:1[2]{i32}->[20,15]",
        "input|a / b [ 1, 2 ] { fp16 } , c|input=a / b[1,2]{f16},c",
        "input|[1,2]{f32},[3]|input=[1,2]{f32},[3]",
        "freeze_placeholder_with_value|a->1,b->[1 2 3]|freeze_placeholder_with_value=a->1,b->[1,2,3]",
        "output|prob , split:1|output=prob,split:1",
        "batch| 4 |batch=4",
        "mean_values|data(1,2,3),info[2 3.5 4]|mean_values=data(1,2,3),info(2,3.5,4)",
        "mean_values|[127.5]|mean_values=(127.5)",
        "mean_values|(9,1),(1,9)|mean_values=(9,1),(1,9)",
        "scale_values|data[58.4, 57.1, 57.4]|scale_values=data(58.4,57.1,57.4)",
        "scale|255.0|scale=255",
        "scale|-1e-3|scale=-0.001",
        "reverse_input_channels|True|reverse_input_channels=true",
        "layout|nhwc|layout=nhwc",
        "layout|nhwc -> nchw|layout=nhwc->nchw",
        "layout|[n,h,w,c]->[n,c,h,w]|layout=nhwc->nchw",
        "layout|a(nhwc->nchw),b([n,c])|layout=a(nhwc->nchw),b(nc)",
        "layout|n?c,nc...|layout=n?c,nc...",
        "layout|a(->nchw)|layout=a(->nchw)",
        "source_layout|a(nhwc)|layout=a(nhwc)",
        "target_layout|nchw|layout=->nchw",
        "static_shape|1|static_shape=true",
        "data_type|half|data_type=FP16",
        "data_type|FP32|none",
        "data_type|int8|data_type=INT8",
        "data_type|INT4|data_type=INT4",
        "saved_model_tags| serve , gpu |saved_model_tags=serve,gpu",
        "signature| my predict |signature=my predict",
        "compress_to_fp16|True|data_type=FP16"
      })
  void given_either_spelling_then_it_is_understood(String name, String value, String expected) {
    assertThat(options(name, value)).hasToString(expected);
  }

  @Test
  void given_a_name_that_is_nearly_a_parameter_then_that_one_is_suggested() {
    BadRequestException error =
        catchThrowableOfType(BadRequestException.class, () -> options("mean_value", "(1)"));
    assertThat(error.problem().remedy()).isEqualTo("did you mean mean_values?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "input_shape|[1,3,x,224]|expected a number, '?' or a range at column 6: \"[1,3,x,224]\"",
        "input_shape|1,3|expected '[' or '(' at column 1",
        "input_shape|[1,3|expected ']' at the end",
        "input_shape|[1,,3]|expected a number, '?' or a range at column 4",
        "input_shape|[1,]|expected another number at column 4",
        "input_shape|[1,3)|expected a number, '?' or a range at column 5",
        "input_shape|[1] [2]|expected ',' or the end at column 5",
        "input_shape|[-2]|expected a number, '?' or a range at column 2",
        "input_shape|[8..1]|expected a range from the smaller to the larger number at column 2",
        "input_shape|[..]|expected a number, '?' or a range at column 2",
        "input_shape|[99999999999999999999]|expected a number up to 2147483647 at column 2",
        "input_shape|[1,0..2147483648]|expected a number up to 2147483647 at column 4",
        "batch|999999999999999999|expected a number up to 2147483647 at column 1",
        "scale|1e-46|expected a number that a 32-bit float can be and be divided by at column 1",
        "scale|1e39|expected a number that a 32-bit float can be and be divided by at column 1",
        "scale_values|(1,1e-39)|expected a number that a 32-bit float can be and be divided by at column 4",
        "mean_values|(1e39)|expected a number that a 32-bit float can be at column 2",
        "input|~\"a~|expected '\"' at the end",
        "input|~\"\"~|expected a name inside the quotes",
        "input|a[1]{f33}|expected a type such as f32, f16, i64, i32, u8 or boolean at column 6",
        "input|a{f32|expected '}' at the end",
        "input|a->|expected a number, True or False at the end",
        "input|a->[]|expected a value inside the brackets",
        "input|a->yes|expected a number, True or False at column 4",
        "input|a,,b|expected the name of an input, a shape or a type at column 3",
        "input|a,a|expected a name that is not there already ('a')",
        "input|a[?]->1|'a' is frozen and has the dynamic shape [?]",
        "freeze_placeholder_with_value|a|expected '->' at the end",
        "freeze_placeholder_with_value|->1|expected the name of an input at column 1",
        "output|a,|expected a name at the end",
        "output|a,a|a name is there twice",
        "output|a[1]|expected ',' or the end at column 2",
        "batch|0|expected a whole number above 0 at column 1",
        "batch|-1|expected a whole number above 0 at column 1",
        "batch|two|expected a whole number above 0 at column 1",
        "mean_values|1,2,3|expected '[' or '(' at column 2",
        "mean_values|(1,b)|expected a number at column 4",
        "mean_values|a(1),(2)|some parts have a name and some have none",
        "mean_values|a(1),a(2)|a name is there twice",
        "scale_values|(1,0,2)|expected a number other than 0 at column 4",
        "scale|0|expected a number other than 0 at column 1",
        "scale|1,2|expected ',' or the end at column 2",
        "reverse_input_channels|maybe|expected true or false at column 1",
        "layout|n*c|dimensions cannot be fused",
        "layout|a(nhwc|expected ')' at the end",
        "layout|nh1c|expected a layout such as nhwc",
        "layout|nccw|names a dimension twice",
        "source_layout|a([n,h,H,c])|names a dimension twice",
        "layout|a(nhwc),nc|some parts have a name and some have none",
        "data_type|INT2|expected FP16, half, FP32, float, INT8 or INT4 at column 1",
        "compress_to_fp16|half|expected true or false at column 1",
        "saved_model_tags|a,,b|expected a name at column 3",
        "signature|~  ~|expected the name of a signature at the end",
        "inputshape|[1]|there is no such parameter"
      })
  void given_a_wrong_value_then_the_error_says_what_was_expected_and_where(
      String name, String value, String expected) {
    BadRequestException error =
        catchThrowableOfType(BadRequestException.class, () -> options(name, value));
    assertThat(error.problem().summary())
        .startsWith("cannot read " + name + ": ")
        .contains(expected);
    assertThat(error.problem().remedy()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "batch|1|input_shape|[1,2]",
        "batch|1|input|a[1,2]",
        "input|a[1]|input_shape|[1]",
        "scale|2|scale_values|(1,2,3)",
        "layout|nhwc|source_layout|nhwc",
        "layout|nhwc|target_layout|nhwc",
        "data_type|FP32|compress_to_fp16|true",
        "input|a,b|input_shape|[1]",
        "input|a->1|freeze_placeholder_with_value|a->2",
        "input|a,b|mean_values|(1)",
        "input|a,b->1|mean_values|(1),(2)",
        "input|a[1]|scale_values|(1),(2)",
        "source_layout|nchw|target_layout|image(nhwc)",
        "source_layout|image(nchw)|target_layout|nhwc",
        "source_layout|~right(nc),left(nc)~|target_layout|~cn,nc~",
        "output|a|output|b",
        "scale|2|scale|3"
      })
  void given_parameters_that_exclude_each_other_then_they_are_refused(
      String one, String value, String other, String otherValue) {
    assertThatThrownBy(() -> OptimizationOptions.builder()
            .parameter(one, value)
            .parameter(other, otherValue)
            .build())
        .isInstanceOf(BadRequestException.class);
  }

  @Test
  void given_a_parameter_twice_then_it_may_only_say_the_same() {
    OptimizationOptions same = OptimizationOptions.builder()
        .parameter("input_shape", "[1,3]")
        .parameter("input_shape", "( 1 3 )")
        .build();
    assertThat(same).hasToString("input_shape=[1,3]");
    assertThatThrownBy(() -> OptimizationOptions.builder()
            .parameter("input_shape", "[1,3]")
            .parameter("input_shape", "[1,4]"))
        .hasMessageContaining("it is given twice: \"[1,3]\" and \"[1,4]\"");
  }

  @Test
  void given_typed_values_that_no_float_holds_then_they_are_refused_as_well() {
    OptimizationOptions.Builder scaled =
        OptimizationOptions.builder().scale(List.of(new ChannelValues("", List.of(1e-46))));
    assertThatThrownBy(scaled::build).isInstanceOf(BadRequestException.class);
    OptimizationOptions.Builder shaped =
        OptimizationOptions.builder().inputShapes(List.of(PartialShape.of(1L << 40)));
    assertThatThrownBy(shaped::build).isInstanceOf(BadRequestException.class);
  }

  @Test
  void given_what_cannot_be_read_then_the_remedy_is_an_example_that_can() {
    for (String name : NAMES) {
      BadRequestException error =
          catchThrowableOfType(BadRequestException.class, () -> options(name, " "));
      String example = error.problem().remedy().replaceAll("^.*example: |; .*$", "");
      assertThat(options(name, example)).as(name).isNotNull();
      assertThat(example).as(name).isNotEmpty();
    }
  }

  @Test
  void given_names_and_shapes_apart_then_they_belong_together_in_their_order() {
    OptimizationOptions options = OptimizationOptions.builder()
        .parameter("input", "a,b->3,c{i32}")
        .parameter("input_shape", "[1,2],[3]")
        .build();
    assertThat(options).hasToString("input=a[1,2],b->3,c[3]{i32}");
    assertThat(options.inputsChosen()).isTrue();
  }

  @Test
  void given_any_text_then_it_is_read_or_refused_and_what_is_read_is_read_again_the_same() {
    Random random = new Random(20210419);
    String alphabet = "[](){}->,..?*:0123456789abnchwxTrue \t'\"\\éß-1fp32->[";
    for (int i = 0; i < 60_000; i++) {
      String name = NAMES.get(random.nextInt(NAMES.size()));
      StringBuilder value = new StringBuilder();
      for (int length = random.nextInt(14); length > 0; length--) {
        value.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      OptimizationOptions read;
      try {
        read = options(name, value.toString());
      } catch (BadRequestException e) {
        continue;
      }
      OptimizationOptions.Builder again = OptimizationOptions.builder();
      for (Map.Entry<String, String> entry : read.parameters().entrySet()) {
        again.parameter(entry.getKey(), entry.getValue());
      }
      assertThat(again.build()).as(name + "=" + value).isEqualTo(read);
    }
  }
}
