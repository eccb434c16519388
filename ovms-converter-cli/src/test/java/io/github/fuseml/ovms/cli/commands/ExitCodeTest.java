package io.github.fuseml.ovms.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.IncompleteCopyException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.cli.testing.Cli;
import java.lang.reflect.Constructor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
  private static List<Class<?>> exceptions() {
    return new ClassFileImporter()
        .importPackages(OvmsConverterException.class.getPackageName()).stream()
            .filter(each -> each.isAssignableTo(OvmsConverterException.class))
            .filter(each -> !each.getModifiers().contains(JavaModifier.ABSTRACT))
            .filter(each -> !each.isEquivalentTo(IncompleteCopyException.class)) // Its cause's.
            .<Class<?>>map(JavaClass::reflect)
            .toList();
  }

  private static OvmsConverterException create(Class<?> type) throws ReflectiveOperationException {
    Constructor<?> constructor = type.getConstructor(Problem.class);
    return (OvmsConverterException) constructor.newInstance(Problem.of("try").found("a wall"));
  }

  @Test
  void each_exception_of_the_api_has_one_code_and_the_help_lists_it() throws Exception {
    String help = new Cli().run("--help").out();
    Map<Integer, Class<?>> seen = new HashMap<>();
    assertThat(exceptions()).hasSizeGreaterThanOrEqualTo(10);
    for (Class<?> type : exceptions()) {
      ExitCode code = ExitCode.of(create(type));
      assertThat(code).as(type.getSimpleName()).isNotEqualTo(ExitCode.UNEXPECTED);
      assertThat(seen.put(code.code(), type))
          .as("two exceptions with code %s", code)
          .isNull();
      assertThat(help).containsPattern("(?m)^  " + code.code() + " +\\Q" + code.meaning() + "\\E");
    }
  }

  @Test
  void given_a_failing_converter_then_the_process_ends_with_the_exceptions_code() throws Exception {
    for (Class<?> type : exceptions()) {
      Cli cli = new Cli();
      cli.converter.failure = create(type);
      Cli.Outcome outcome = cli.run("convert", "model.onnx");
      assertThat(outcome.code()).isEqualTo(ExitCode.of(cli.converter.failure).code());
      assertThat(outcome.out()).isEmpty();
      assertThat(cli.converter.calls).endsWith("close");
    }
  }

  @Test
  void given_an_incomplete_copy_then_the_code_is_its_causes_and_json_lists_the_files() {
    Cli cli = new Cli();
    cli.converter.failure = new IncompleteCopyException(
        new AccessDeniedException(Problem.of("write").found("it is refused")),
        List.of("a", "b"),
        List.of("c"),
        List.of("d"));

    Cli.Outcome outcome =
        cli.run("copy", "s3://bucket/model", "s3://bucket/copy", "--progress", "json");

    assertThat(outcome.code()).isEqualTo(ExitCode.ACCESS_DENIED.code());
    JsonObject told = JsonParser.parseString(outcome.err()).getAsJsonObject();
    assertThat(told.getAsJsonArray("replaced")).hasToString("[\"a\",\"b\"]");
    assertThat(told.getAsJsonArray("lost")).hasToString("[\"c\"]");
    assertThat(told.getAsJsonArray("unchanged")).hasToString("[\"d\"]");
  }

  @Test
  void given_something_else_then_it_is_unexpected() {
    assertThat(ExitCode.of(new IllegalStateException())).isEqualTo(ExitCode.UNEXPECTED);
  }
}
