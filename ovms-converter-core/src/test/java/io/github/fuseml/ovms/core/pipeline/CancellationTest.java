package io.github.fuseml.ovms.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.fuseml.ovms.api.Cancellation;
import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.core.support.FakeEngine;
import io.github.fuseml.ovms.core.support.Sandbox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run that is cancelled ends soon, publishes nothing and leaves nothing. */
class CancellationTest {
  private static final Path MODEL =
      Path.of(System.getProperty("ovms.fixtures"), "onnx-mlp", "model.onnx");

  @TempDir
  Path directory;

  private Sandbox sandbox;
  private FakeEngine engine;

  @BeforeEach
  void makeTheSandbox() {
    sandbox = Sandbox.in(directory.resolve("sandbox"));
    engine = FakeEngine.in(directory.resolve("engine"));
  }

  @ParameterizedTest
  @EnumSource(value = Stage.class, names = "COPY", mode = EnumSource.Mode.EXCLUDE)
  void givenAHandleWhenItCancelsInAStageThenTheRunEndsThere(Stage stage) {
    Cancellation cancellation = new Cancellation();
    Events events = new Events(at -> {
      if (at == stage) {
        cancellation.cancel();
      }
    });
    try (OvmsConverter converter = converter(events)) {
      assertThatThrownBy(() -> converter.convert(request(), cancellation))
          .isInstanceOf(ConversionCancelledException.class);

      assertThat(Thread.interrupted())
          .as("the handle's interrupt is not the caller's")
          .isFalse();
      sandbox.assertNothingLeft();
      events.assertCancelledIn(stage);
      assertThat(converter.convert(request()).version()).as("the next run").isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Stage.class, names = "COPY", mode = EnumSource.Mode.EXCLUDE)
  void givenAnInterruptInAStageThenTheRunEndsThereAndTheThreadStaysInterrupted(Stage stage) {
    Events events = new Events(at -> {
      if (at == stage) {
        Thread.currentThread().interrupt();
      }
    });
    try (OvmsConverter converter = converter(events)) {
      Throwable error = catchThrowable(() -> converter.convert(request()));

      assertThat(Thread.interrupted()).as("the caller's interrupt is kept").isTrue();
      assertThat(error).isInstanceOf(ConversionCancelledException.class);
      sandbox.assertNothingLeft();
      events.assertCancelledIn(stage);
    }
  }

  @Test
  void givenAnEngineThatWorksLongWhenItIsCancelledThenItsProcessIsKilled() throws Exception {
    FakeEngine slow = FakeEngine.in(
        directory.resolve("slow"), "start()\nsay(HELLO)\nrequest()\nmark('working')\nwait()");
    Cancellation cancellation = new Cancellation();
    AtomicReference<Throwable> error = new AtomicReference<>();
    try (OvmsConverter converter = sandbox.converter(slow.settings().build()).build()) {
      Thread run = new Thread(
          () -> error.set(catchThrowable(() -> converter.convert(request(), cancellation))));
      run.start();
      slow.awaitMark("working");

      cancellation.cancel();
      run.join();

      assertThat(error.get()).isInstanceOf(ConversionCancelledException.class);
      slow.awaitNoProcess();
      sandbox.assertNothingLeft();
    }
  }

  @Test
  void givenARunThatGoesOnWhenTheConverterIsClosedThenItIsCancelled() throws Exception {
    FakeEngine slow = FakeEngine.in(
        directory.resolve("slow"), "start()\nsay(HELLO)\nrequest()\nmark('working')\nwait()");
    AtomicReference<Throwable> error = new AtomicReference<>();
    OvmsConverter converter = sandbox.converter(slow.settings().build()).build();
    Thread run = new Thread(() -> error.set(catchThrowable(() -> converter.convert(request()))));
    run.start();
    slow.awaitMark("working");

    converter.close();
    converter.close();
    run.join();

    assertThat(error.get()).isInstanceOf(ConversionCancelledException.class);
    slow.awaitNoProcess();
    sandbox.assertNothingLeft();
    assertThatThrownBy(() -> converter.convert(request()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void givenAHandleThatIsCancelledAlreadyThenNothingIsDone() {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    try (OvmsConverter converter = converter(new Events(stage -> {}))) {
      assertThatThrownBy(() -> converter.convert(request(), cancellation))
          .isInstanceOf(ConversionCancelledException.class);
      sandbox.assertNothingLeft();
    }
  }

  @Test
  void givenAListenerThatThrowsInEveryMethodThenTheRunIsTheSame() {
    ConversionListener hostile = (ConversionListener) java.lang.reflect.Proxy.newProxyInstance(
        getClass().getClassLoader(), new Class<?>[] {ConversionListener.class}, (p, method, a) -> {
          if (method.getDeclaringClass() == Object.class) {
            return method.getName().equals("hashCode") ? (Object) 1 : "hostile";
          }
          throw new AssertionError("a listener's fault");
        });
    Events events = new Events(stage -> {});
    try (OvmsConverter converter = sandbox
        .converter(engine.settings().build())
        .listener(hostile)
        .listener(events)
        .build()) {
      assertThat(converter.convert(request()).version()).isEqualTo(1);
      sandbox.assertOnlyVersions(1);
      assertThat(events.seen).startsWith("runStarted").endsWith("runSucceeded");
    }
  }

  @Test
  void givenEightThreadsWhenTheyConvertAtOnceThenEightWholeVersionsAppear() throws Exception {
    List<Thread> threads = new ArrayList<>();
    List<Throwable> errors = java.util.Collections.synchronizedList(new ArrayList<>());
    try (OvmsConverter converter = converter(new Events(stage -> {}))) {
      for (int i = 0; i < 8; i++) {
        Thread thread = new Thread(() -> {
          Throwable error = catchThrowable(() -> converter.convert(request()));
          if (error != null) {
            errors.add(error);
          }
        });
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(errors).isEmpty();
    sandbox.assertOnlyVersions(1, 2, 3, 4, 5, 6, 7, 8);
  }

  private OvmsConverter converter(ConversionListener listener) {
    return sandbox.converter(engine.settings().build()).listener(listener).build();
  }

  private ConversionRequest request() {
    return sandbox.request(MODEL).build();
  }

  /** Records a run's events, and does something when a stage begins. */
  private static final class Events implements ConversionListener {
    private final java.util.function.Consumer<Stage> atStart;
    private final List<String> seen = java.util.Collections.synchronizedList(new ArrayList<>());
    private boolean first = true;

    Events(java.util.function.Consumer<Stage> atStart) {
      this.atStart = atStart;
    }

    @Override
    public void runStarted(RunInfo run) {
      first = seen.isEmpty();
      seen.add("runStarted");
    }

    @Override
    public void stageStarted(RunInfo run, Stage stage) {
      seen.add("start " + stage);
      if (first) {
        atStart.accept(stage);
      }
    }

    @Override
    public void stageFinished(RunInfo run, Stage stage, long nanos) {
      seen.add("end " + stage);
    }

    @Override
    public void stageFailed(RunInfo run, Stage stage, Throwable error) {
      seen.add("failed " + stage);
    }

    @Override
    public void runSucceeded(RunInfo run) {
      seen.add("runSucceeded");
    }

    @Override
    public void runFailed(RunInfo run, Throwable error) {
      seen.add("runFailed");
    }

    @Override
    public void runCancelled(RunInfo run, ConversionCancelledException error) {
      seen.add("runCancelled");
    }

    /** Every stage before it ended, none after it began, and the terminal event is the last. */
    void assertCancelledIn(Stage stage) {
      List<String> expected = new ArrayList<>(List.of("runStarted"));
      for (Stage before : Stage.values()) {
        if (before.compareTo(stage) < 0) {
          expected.add("start " + before);
          expected.add("end " + before);
        }
      }
      expected.add("start " + stage);
      List<String> inStage = new ArrayList<>(expected);
      inStage.add("failed " + stage);
      inStage.add("runCancelled");
      List<String> afterStage = new ArrayList<>(expected);
      afterStage.add("end " + stage);
      afterStage.add("runCancelled");
      assertThat(List.copyOf(seen)).isIn(inStage, afterStage);
    }
  }
}
