package io.github.fuseml.ovms.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.fuseml.ovms.api.Cancellation;
import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.ConversionListener.Level;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.core.support.FakeEngine;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.ModelTree;
import io.github.fuseml.ovms.testkit.Fixtures;
import io.github.fuseml.ovms.testkit.RecordingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Listeners hear everything in its order, and change nothing. */
@Timeout(60)
class ListenerTest {
  @TempDir
  private Path directory;

  private final RecordingListener events = new RecordingListener();
  private Sandbox sandbox;

  @BeforeEach
  void makeSandbox() {
    sandbox = Sandbox.in(directory.resolve("box"));
  }

  @Test
  void givenARunThenItTellsWhatItFoundInTheStageThatFoundIt() {
    FakeEngine engine = FakeEngine.in(directory.resolve("engine"));
    try (OvmsConverter converter =
        sandbox.converter(engine.settings().build()).listener(events).build()) {
      converter.convert(sandbox.request(model()).build());
    }

    List<String> told = events.events();
    assertThat(told)
        .anyMatch(
            event -> event.startsWith("message detect INFO found ONNX: model.onnx is an ONNX"));
    assertThat(told.stream().filter(event -> event.startsWith("stageFinished")))
        .containsExactlyElementsOf(EnumSet.range(Stage.RESOLVE, Stage.PUBLISH).stream()
            .map(stage -> "stageFinished " + stage)
            .toList());
    events.assertGrammar();
  }

  @Test
  void givenADetectorThatWarnsThenTheWarningIsAnEventAndPartOfTheResult() {
    FormatDetector warning = new FormatDetector() {
      @Override
      public String id() {
        return "warning";
      }

      @Override
      public Detection detect(ModelTree tree) {
        return Detection.found(List.of(DetectedModel.builder(ModelFormat.ONNX, "weights.xyz")
            .file("weights.xyz")
            .reason("this test says so")
            .warning("it is old")
            .build()));
      }
    };
    FakeEngine engine = FakeEngine.in(directory.resolve("engine"));
    try (OvmsConverter converter = sandbox
        .converter(engine.settings().build())
        .register(warning)
        .listener(events)
        .build()) {
      Path source = Files.writeString(directory.resolve("weights.xyz"), "unlike any format");

      ConversionResult result = converter.convert(sandbox.request(source).build());

      assertThat(result.warnings()).containsExactly("it is old");
      assertThat(events.messages(Level.WARNING)).containsExactly("it is old");
      events.assertGrammar();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Throwable> thrown() {
    return Stream.of(
        new IllegalStateException("a fault"),
        new StackOverflowError(),
        new AssertionError("a failed test"),
        new NoClassDefFoundError("somebody/Gone"),
        new Error("an error of its own"),
        new IOException("checked, as other languages may throw it"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("thrown")
  void givenAListenerThatAlwaysThrowsThenTheOthersHearAllAndTheRunIsTheSame(Throwable thrown) {
    // given
    FakeEngine engine = FakeEngine.in(directory.resolve("engine"));
    try (OvmsConverter converter = sandbox
        .converter(engine.settings().build())
        .listener(new Hostile(thrown))
        .listener(events)
        .build()) {

      // when
      converter.convert(sandbox.request(model()).build());
    }

    // then
    events.assertGrammar();
    assertThat(events.events()).endsWith("runSucceeded").doesNotHaveDuplicates();
    sandbox.assertOnlyVersions(1);
  }

  /** Throws the same in every method, also what a method does not declare. */
  private record Hostile(Throwable thrown) implements ConversionListener {
    @Override
    public void runStarted(RunInfo run) {
      fail();
    }

    @Override
    public void stageStarted(RunInfo run, Stage stage) {
      fail();
    }

    @Override
    public void progress(RunInfo run, Stage stage, Progress progress) {
      fail();
    }

    @Override
    public void message(RunInfo run, Stage stage, Message message) {
      fail();
    }

    @Override
    public void stageFinished(RunInfo run, Stage stage, long nanos) {
      fail();
    }

    @Override
    public void runSucceeded(RunInfo run) {
      fail();
    }

    private void fail() {
      Hostile.<RuntimeException>rethrow(thrown);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void rethrow(Throwable thrown) throws T {
      throw (T) thrown;
    }
  }

  @Test
  void givenAnEngineThatPrintsAfterItsAnswersThenNoMessageComesOutsideOfItsStage() {
    // given
    FakeEngine engine = FakeEngine.in(directory.resolve("engine"), """
        start(); say(HELLO)
        import threading
        def chatter():
            while True:
                err(b"still here\\n")
        threading.Thread(target=chatter, daemon=True).start()
        serve()
        """);
    try (OvmsConverter converter =
        sandbox.converter(engine.settings().build()).listener(events).build()) {

      // when
      for (int i = 0; i < 20; i++) {
        converter.convert(sandbox.requestAnew(model()).build());
      }
    }

    // then
    events.assertGrammar();
    assertThat(events.messages(Level.DETAIL)).contains("still here");
    engine.awaitNoProcess();
  }

  @Test
  void givenAListenerThatSwallowsTheInterruptThenTheHandleStillCancels() throws Exception {
    // given
    CountDownLatch reached = new CountDownLatch(1);
    ConversionListener careless = new ConversionListener() {
      @Override
      public void stageStarted(RunInfo run, Stage stage) {
        if (stage == Stage.DETECT) {
          reached.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            // As it should not be done.
          }
        }
      }
    };
    FakeEngine engine = FakeEngine.in(directory.resolve("engine"));
    Cancellation handle = new Cancellation();
    Throwable[] error = new Throwable[1];
    try (OvmsConverter converter = sandbox
        .converter(engine.settings().build())
        .listener(careless)
        .listener(events)
        .build()) {
      Thread run = new Thread(() -> error[0] =
          catchThrowable(() -> converter.convert(sandbox.request(model()).build(), handle)));
      run.start();
      reached.await();

      // when
      handle.cancel();
      run.join();
    }

    // then
    assertThat(error[0]).isExactlyInstanceOf(ConversionCancelledException.class);
    events.assertGrammar();
    assertThat(events.events()).endsWith("runCancelled");
    sandbox.assertNothingLeft();
  }

  @Test
  void givenAListenerThatClosesTheConverterThenItsOwnRunIsCancelled() {
    FakeEngine engine = FakeEngine.in(directory.resolve("engine"));
    OvmsConverter[] converter = new OvmsConverter[1];
    ConversionListener closing = new ConversionListener() {
      @Override
      public void stageStarted(RunInfo run, Stage stage) {
        if (stage == Stage.PLAN) {
          converter[0].close();
        }
      }
    };
    converter[0] = sandbox
        .converter(engine.settings().build())
        .listener(closing)
        .listener(events)
        .build();

    Throwable error =
        catchThrowable(() -> converter[0].convert(sandbox.request(model()).build()));

    assertThat(error).isExactlyInstanceOf(ConversionCancelledException.class);
    assertThat(Thread.interrupted()).isFalse();
    events.assertGrammar();
    sandbox.assertNothingLeft();
    engine.awaitNoProcess();
  }

  private static Path model() {
    return Fixtures.get("onnx-mlp").source();
  }
}
