package io.github.fuseml.ovms.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.fuseml.ovms.api.ConversionFailedException;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.EngineMissingException;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.api.VerificationFailedException;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.core.support.FakeEngine;
import io.github.fuseml.ovms.core.support.Sandbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the engine's process does, the caller hears what happened, nothing is left, and the next
 * conversion of the same converter works.
 */
@Timeout(60)
class EngineFaultTest {
  @TempDir
  private Path directory;

  /** A fault: the lines that the process runs, and what the caller hears. */
  record Fault(
      String name,
      String lines,
      Class<? extends OvmsConverterException> error,
      List<String> phrases) {
    /** A process that answered as it should, be it with a refusal, is kept. */
    boolean isKept() {
      return lines.endsWith("serve()");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** A process that starts well and has its fault when it is asked to convert. */
  private static Fault converting(
      String name, String lines, Class<? extends OvmsConverterException> error, String... phrases) {
    String start = "start(); say(HELLO); asked = request()\n";
    return new Fault(name, start + lines, error, List.of(phrases));
  }

  private static Fault starting(String name, String lines, String... phrases) {
    return new Fault(name, lines, EngineMissingException.class, List.of(phrases));
  }

  static Stream<Fault> faults() {
    Class<ConversionFailedException> failed = ConversionFailedException.class;
    return Stream.of(
        starting("ends at once", "sys.exit(7)", "ended with exit code 7", "engine install"),
        starting(
            "says what is wrong and ends", "err(b'no such libc\\n'); sys.exit(1)", "no such libc"),
        starting("closes its output at once and stays", "start(); os.close(1); wait()", "engine"),
        starting(
            "greets with text",
            "start(); say(b'Welcome to Python!\\n'); wait()",
            "Welcome to Python!"),
        starting("greets with a number", "start(); say(b'42\\n'); wait()", "42"),
        starting(
            "greets with half of an object",
            "start(); say(b'{\"hello\": \\n'); wait()",
            "{\"hello\":"),
        starting("greets with an empty object", "start(); say({}); wait()", "{}"),
        starting("greets with null", "start(); say(b'null\\n'); wait()", "null"),
        starting("greets with an empty line", "start(); say(b'\\n'); wait()", "no answer"),
        starting(
            "speaks another protocol",
            "start(); say(dict(HELLO, protocol=2)); wait()",
            "protocol 2 instead of 1"),
        starting(
            "has an old OpenVINO",
            "start(); say(dict(HELLO, openvino='2023.3.0-13775-ceeafaf64f3')); wait()",
            "2023.3.0",
            "older than 2024"),
        starting(
            "has no OpenVINO",
            "start(); say({'fatal': {'kind': 'no-openvino', 'message': \"no module named 'openvino'\"}});"
                + " sys.exit(3)",
            "no module named 'openvino'",
            "OVMS_CONVERTER_PYTHON"),
        starting(
            "tells a fatal error without its parts",
            "start(); say({'fatal': {}}); sys.exit(3)",
            "{\"fatal\": {}}"),
        starting("does not greet in time", "start(); wait()", "longer than 2 s"),
        converting(
            "answers with text", "say(b'Converting...\\n'); wait()", failed, "Converting..."),
        converting("answers with a list", "say([]); wait()", failed, "no answer: []"),
        converting("answers with null", "say(b'null\\n'); wait()", failed, "null"),
        converting(
            "answers with bytes that are no UTF-8",
            "say(b'\\xff\\xfe\\n'); wait()",
            failed,
            "no answer"),
        converting(
            "answers another request",
            "say({'id': asked['id'] + 1, 'result': SIGNATURE}); wait()",
            failed,
            "no answer"),
        converting(
            "answers without an id", "say({'result': SIGNATURE}); wait()", failed, "no answer"),
        converting(
            "answers without a result", "say({'id': asked['id']}); wait()", failed, "no answer"),
        converting(
            "answers without outputs",
            "say({'id': asked['id'], 'result': {'inputs': []}}); wait()",
            failed,
            "no answer"),
        converting(
            "answers with a shape that is none",
            "SIGNATURE['inputs'][0]['shape'] = [[3, 2]]\nresult(asked); wait()",
            failed,
            "no answer"),
        converting(
            "refuses without saying why",
            "say({'id': asked['id'], 'error': {}}); wait()",
            failed,
            "no answer"),
        converting(
            "refuses with a kind that nobody knows",
            "say({'id': asked['id'], 'error': {'kind': 'new', 'message': 'it is Monday'}}); serve()",
            failed,
            "it is Monday"),
        converting("is silent", "wait()", failed, "longer than 2 s", "time limit"),
        converting(
            "writes a line without an end",
            "while True: say(b'x' * 65536)",
            failed,
            "longer than 2 s"),
        converting(
            "ends while it converts",
            "err(b'loading\\nsegment table is broken\\n'); sys.exit(9)",
            failed,
            "exit code 9",
            "loading | segment table is broken"),
        converting(
            "is killed while it converts",
            "os.kill(os.getpid(), signal.SIGKILL)",
            failed,
            "signal 9",
            "out of memory"),
        converting(
            "crashes while it converts",
            "os.kill(os.getpid(), signal.SIGSEGV)",
            failed,
            "signal 11",
            "fault of the engine"),
        converting(
            "prints control characters and no UTF-8 before it ends",
            "err(b'\\x1b[31mbad\\xff\\xfe\\x00\\x07 byte\\r\\n'); sys.exit(1)",
            failed,
            "[31mbad\uFFFD\uFFFD byte"),
        converting(
            "prints a flood before it ends",
            "err(b''.join(b'line %d\\n' % i for i in range(200000))); sys.exit(1)",
            failed,
            "line 199990 | ",
            "line 199999"),
        converting(
            "prints one endless line before it ends",
            "err(b'y' * 50000000); sys.exit(1)",
            failed,
            "yyy"),
        converting(
            "cannot write",
            "say({'id': asked['id'], 'error': {'kind': 'unwritable', 'message': 'No space left'}}); serve()",
            TransferException.class,
            "No space left",
            "work directory"),
        converting(
            "ends while it verifies",
            "result(asked); request(); sys.exit(5)",
            VerificationFailedException.class,
            "exit code 5"),
        converting(
            "reads other inputs than it wrote",
            "result(asked); SIGNATURE['inputs'][0]['name'] = 'pixels'; result(request()); serve()",
            VerificationFailedException.class,
            "features",
            "pixels"),
        converting(
            "writes nothing and says that it did",
            "say({'id': asked['id'], 'result': SIGNATURE}); result(request()); serve()",
            VerificationFailedException.class,
            "did not write",
            "bin"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void givenAProcessThatMisbehavesWhenAModelIsConvertedThenItIsToldAndTheNextOneWorks(Fault fault) {
    // given
    Sandbox sandbox = Sandbox.in(directory.resolve("box"));
    FakeEngine fake = FakeEngine.in(directory.resolve("fake"), fault.lines());
    Path source = FixtureTrees.path("onnx-mlp/model.onnx");
    try (OvmsConverter converter = sandbox
        .converter(fake.settings().timeLimit(Duration.ofSeconds(2)).build())
        .build()) {
      // when
      OvmsConverterException error = catchThrowableOfType(
          OvmsConverterException.class,
          () -> converter.convert(sandbox.request(source).build()));

      // then
      assertThat(error).isExactlyInstanceOf(fault.error());
      assertThat(error.getMessage()).contains(fault.phrases()).hasSizeLessThan(30_000);
      assertThat(error.getMessage()).doesNotContain("\tat ", "Exception:");
      assertThat(error.getMessage().chars().filter(c -> Character.isISOControl(c) && c != '\t'))
          .isEmpty();
      assertThat(error.problem().remedy()).isNotBlank();
      sandbox.assertNothingLeft();
      if (!fault.isKept()) {
        fake.awaitNoProcess();
      }

      // and when
      fake.mend();
      ConversionResult next = converter.convert(sandbox.request(source).build());

      // then
      assertThat(next.version()).isEqualTo(1);
      sandbox.assertOnlyVersions(1);
      assertThat(fake.pids().size() == 1).isEqualTo(fault.isKept());
    }
    fake.awaitNoProcess();
  }
}
