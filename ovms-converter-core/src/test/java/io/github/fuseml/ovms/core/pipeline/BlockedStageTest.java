package io.github.fuseml.ovms.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.fuseml.ovms.api.Cancellation;
import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.support.FakeEngine;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.ModelTree;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.testkit.Fixtures;
import io.github.fuseml.ovms.testkit.Gate;
import io.github.fuseml.ovms.testkit.InMemoryStoreProvider;
import io.github.fuseml.ovms.testkit.RecordingListener;
import io.github.fuseml.ovms.testkit.StoreOperation.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A run that waits for something that does not come, at every place where one may wait, is ended by
 * whatever ends runs.
 */
@Timeout(60)
class BlockedStageTest {
  private static final String SOURCE = "memory://bucket/models/mlp";
  private static final String OUTPUT = "memory://bucket/served/mlp";

  @TempDir
  private Path directory;

  private final InMemoryStoreProvider memory = new InMemoryStoreProvider();
  private final RecordingListener events = new RecordingListener();
  private final List<AutoCloseable> closing = new ArrayList<>();
  private Sandbox sandbox;
  private FakeEngine engine;

  @BeforeEach
  void putAModelIntoTheStore() throws IOException {
    sandbox = Sandbox.in(directory.resolve("box"));
    byte[] model = Files.readAllBytes(Fixtures.get("onnx-mlp").source());
    memory.put(SOURCE + "/model.onnx", model);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : closing) {
      closeable.close();
    }
  }

  /** Where a run is made to wait; tells when it does. */
  private enum Place {
    OPENING_A_STORE(Stage.RESOLVE),
    LOOKING_FOR_THE_SOURCE(Stage.LIST),
    LISTING_THE_SOURCE(Stage.LIST),
    READING_THE_FIRST_BYTES(Stage.DETECT),
    DETECTING(Stage.DETECT),
    LOOKING_FOR_VERSIONS(Stage.LIST),
    FETCHING(Stage.FETCH),
    STARTING_THE_ENGINE(Stage.OPTIMIZE),
    CONVERTING(Stage.OPTIMIZE),
    VERIFYING(Stage.VERIFY),
    WRITING_THE_WEIGHTS(Stage.PUBLISH),
    WRITING_THE_DESCRIPTION(Stage.PUBLISH),
    TELLING_A_LISTENER(Stage.FETCH);

    private final Stage stage;

    Place(Stage stage) {
      this.stage = stage;
    }

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
  }

  /** What ends it. */
  private enum Means {
    HANDLE,
    INTERRUPT,
    CLOSE
  }

  static List<Arguments> everywhere() {
    List<Arguments> all = new ArrayList<>();
    for (Place place : Place.values()) {
      for (Means means : Means.values()) {
        all.add(Arguments.of(place, means));
      }
    }
    return all;
  }

  @ParameterizedTest(name = "while {0}, by {1}")
  @MethodSource("everywhere")
  void givenARunThatWaitsWhenItIsCancelledThenNothingIsLeft(Place place, Means means)
      throws Exception {
    // given
    Blocked blocked = block(place);
    Cancellation handle = new Cancellation();
    OvmsConverter converter = closeLater(builder(blocked).build());
    AtomicReference<Throwable> error = new AtomicReference<>();
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread run = new Thread(() -> {
      error.set(catchThrowable(() -> converter.convert(request(), handle)));
      interrupted.set(Thread.interrupted());
    });
    run.start();
    blocked.awaitReached();

    // when
    switch (means) {
      case HANDLE -> handle.cancel();
      case INTERRUPT -> run.interrupt();
      case CLOSE -> converter.close();
    }
    run.join();

    // then
    assertThat(error.get()).isExactlyInstanceOf(ConversionCancelledException.class);
    assertThat(interrupted.get())
        .as("only the caller's own interrupt is his")
        .isEqualTo(means == Means.INTERRUPT);
    events.assertGrammar();
    assertThat(events.events()).endsWith("runCancelled");
    assertThat(events.events()).contains("stageStarted " + place.stage);
    assertThat(events.events().stream().filter(event -> event.startsWith("stageStarted")))
        .last()
        .isEqualTo("stageStarted " + place.stage);
    assertThat(memory.urls()).containsExactly(SOURCE + "/model.onnx");
    sandbox.assertNothingLeft();
    if (means == Means.CLOSE) {
      engine.awaitNoProcess();
      assertThat(catchThrowable(() -> converter.convert(request())))
          .isInstanceOf(IllegalStateException.class);
      converter.close();
    } else {
      blocked.unblock();
      assertThat(converter.convert(request()).version()).isEqualTo(1);
      assertThat(memory.urls()).as("the source, the IR and its record").hasSize(4);
    }
    converter.close();
    engine.awaitNoProcess();
  }

  private OvmsConverter.Builder builder(Blocked blocked) {
    return sandbox
        .converter(engine.settings().build())
        .register(blocked.store)
        .register(blocked.detector)
        .listener(blocked.listener)
        .listener(events);
  }

  private OvmsConverter closeLater(OvmsConverter converter) {
    closing.add(converter);
    return converter;
  }

  private static ConversionRequest request() {
    return ConversionRequest.builder().source(SOURCE).output(OUTPUT).build();
  }

  private Blocked block(Place place) {
    Path home = directory.resolve("engine");
    Gate gate = switch (place) {
      case LOOKING_FOR_THE_SOURCE -> memory.block(Kind.FIND, 1);
      case LISTING_THE_SOURCE -> memory.block(Kind.LIST, 1);
      case READING_THE_FIRST_BYTES -> memory.block(Kind.READ, 1);
      case LOOKING_FOR_VERSIONS -> memory.block(Kind.LIST_DIRECTORIES, 1);
      case WRITING_THE_WEIGHTS -> memory.block(Kind.WRITE, 1);
      case WRITING_THE_DESCRIPTION -> memory.block(Kind.WRITE, 2);
      default -> null;
    };
    String fault = switch (place) {
      case STARTING_THE_ENGINE -> "start(); mark('reached'); wait()";
      case CONVERTING -> "start(); say(HELLO); request(); mark('reached'); wait()";
      case VERIFYING ->
        "start(); say(HELLO); result(request()); request(); mark('reached'); wait()";
      default -> null;
    };
    engine = fault == null ? FakeEngine.in(home) : FakeEngine.in(home, fault);
    return new Blocked(place, gate, fault != null);
  }

  /** Holds the run at a place, until it is interrupted there. */
  private final class Blocked {
    private final Place place;
    private final Gate gate;
    private final boolean byEngine;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final AtomicBoolean open = new AtomicBoolean();

    private final ArtifactStoreProvider store = new ArtifactStoreProvider() {
      @Override
      public String id() {
        return memory.id();
      }

      @Override
      public Set<String> schemes() {
        return memory.schemes();
      }

      @Override
      public ArtifactStore open(StoreSettings settings, StoreRole role) {
        if (role == StoreRole.OUTPUT) {
          waitAt(Place.OPENING_A_STORE);
        }
        return memory.open(settings, role);
      }
    };

    private final FormatDetector detector = new FormatDetector() {
      @Override
      public String id() {
        return "slow";
      }

      @Override
      public Detection detect(ModelTree tree) {
        waitAt(Place.DETECTING);
        return Detection.declined("it never finds anything");
      }
    };

    private final ConversionListener listener = new ConversionListener() {
      @Override
      public void stageStarted(RunInfo run, Stage stage) {
        if (stage == Stage.FETCH) {
          waitInAListener();
        }
      }

      @Override
      public void progress(RunInfo run, Stage stage, Progress progress) {
        if (stage == Stage.FETCH && place == Place.FETCHING) {
          waitAt(Place.FETCHING);
        }
      }
    };

    Blocked(Place place, Gate gate, boolean byEngine) {
      this.place = place;
      this.gate = gate;
      this.byEngine = byEngine;
    }

    void awaitReached() throws InterruptedException {
      if (gate != null) {
        gate.awaitReached();
      } else if (byEngine) {
        engine.awaitMark("reached");
      } else {
        reached.await();
      }
    }

    void unblock() {
      open.set(true);
      engine.mend();
    }

    /** Waits as an extension should: the interrupt ends it and stays set. */
    private void waitAt(Place here) {
      if (here != place || open.get()) {
        return;
      }
      reached.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TransferException(Problem.of("wait").found("the thread was interrupted"), e);
      }
    }

    private void waitInAListener() {
      waitAt(Place.TELLING_A_LISTENER);
    }
  }
}
