package io.github.fuseml.ovms.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExceptionsTest {
  private static final Problem PROBLEM = Problem.of("read the model")
      .on("s3://bucket/model")
      .found("the connection broke")
      .remedy("check the network")
      .mayHelpToRetry();

  static Stream<BiFunction<Problem, Throwable, OvmsConverterException>> constructors() {
    return Stream.of(
        AccessDeniedException::new,
        BadRequestException::new,
        ConflictException::new,
        ConversionCancelledException::new,
        ConversionFailedException::new,
        EngineMissingException::new,
        NotFoundException::new,
        TransferException::new,
        UnsupportedFormatException::new,
        VerificationFailedException::new);
  }

  @ParameterizedTest
  @MethodSource("constructors")
  void givenAProblemWhenThrownThenTheMessageSaysWhatWasTriedWhyItFailedAndWhatToDo(
      BiFunction<Problem, Throwable, OvmsConverterException> constructor) {
    IOException cause = new IOException("reset");

    OvmsConverterException error = constructor.apply(PROBLEM, cause);

    assertThat(error)
        .hasMessage(
            "cannot read the model s3://bucket/model: the connection broke;" + " check the network")
        .hasCause(cause);
    assertThat(error.problem()).isEqualTo(PROBLEM);
    assertThat(error.isRetryable()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("constructors")
  void givenAnErrorWhenSentToAnotherProcessThenItArrivesWhole(
      BiFunction<Problem, Throwable, OvmsConverterException> constructor) throws Exception {
    OvmsConverterException error = constructor.apply(PROBLEM, new IOException("reset"));

    OvmsConverterException arrived = (OvmsConverterException) sentAndReceived(error);

    assertThat(arrived).hasSameClassAs(error).hasMessage(error.getMessage());
    assertThat(arrived.problem()).isEqualTo(PROBLEM);
    assertThat(arrived).hasRootCauseInstanceOf(IOException.class).hasRootCauseMessage("reset");
  }

  @Test
  void givenAProblemWithFewPartsWhenSummarisedThenOnlyTheseAreThere() {
    assertThat(Problem.of("plan").summary()).isEqualTo("cannot plan");
    assertThat(Problem.of("read").on("a").summary()).isEqualTo("cannot read a");
    assertThat(Problem.of("read").found("no").summary()).isEqualTo("cannot read: no");
    assertThat(new NotFoundException(Problem.of("read").found("no")))
        .hasMessage("cannot read: no")
        .hasNoCause();
  }

  @Test
  void givenAProblemWhenMoreIsSaidThenTheFormerValueStays() {
    Problem first = Problem.of("read");

    Problem second = first.on("a").found("no").remedy("stop").mayHelpToRetry();

    assertThat(first).isEqualTo(new Problem("read", null, "", null, false));
    assertThat(second).isEqualTo(new Problem("read", "a", "no", "stop", true));
  }

  @Test
  void givenASecretLocationWhenItIsTheSubjectThenTheMessageDoesNotShowIt() {
    Problem problem = Problem.of("read").on(Location.of("https://u:hush@host/a?token=hush"));

    assertThat(new TransferException(problem)).hasMessage("cannot read https://host/a?…");
  }

  private static Object sentAndReceived(Object value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }
}
