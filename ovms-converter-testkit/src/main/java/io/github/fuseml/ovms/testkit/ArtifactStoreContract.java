package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.Together.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link ArtifactStore} has to do, sentence by sentence of its Javadoc; its author extends
 * this class. Nothing is mocked: the store works on a real place, perhaps a server that the test
 * starts.
 *
 * <pre>{@code
 * class MyStoreContractTest extends ArtifactStoreContract {
 *   private static final AtomicInteger BASES = new AtomicInteger();
 *
 *   protected ArtifactStoreProvider provider() { return new MyStoreProvider(); }
 *   protected StoreSettings settings() { return StoreSettings.of(Map.of("endpoint", …)); }
 *   protected Location newBase() { return Location.of("my://bucket/" + BASES.incrementAndGet()); }
 * }
 * }</pre>
 *
 * <p>A test for something that the store does not claim in its capabilities is reported as aborted,
 * and so is one that {@link #deviations()} names.
 */
@Timeout(300)
public abstract class ArtifactStoreContract extends DirectoryWritingContract {
  private static final int MIB = 1024 * 1024;

  /** For the subclass. */
  protected ArtifactStoreContract() {}

  @Test
  void theDeclaredDeviationsAreTestsOfThisContract() {
    Set<String> tests = new TreeSet<>();
    for (Class<?> type = ArtifactStoreContract.class; type != null; type = type.getSuperclass()) {
      Arrays.stream(type.getDeclaredMethods())
          .filter(method -> method.isAnnotationPresent(Test.class))
          .forEach(method -> tests.add(method.getName()));
    }

    assertThat(tests).containsAll(deviations().keySet());
    assertThat(deviations().values()).as("reasons").doesNotContain("");
  }

  @Test
  void theCapabilitiesAreFixed() {
    assertThat(store().capabilities()).isEqualTo(store().capabilities());
    if (!can(StoreCapability.WRITE)) {
      assertThat(store().capabilities())
          .doesNotContain(StoreCapability.CREATE_ONLY, StoreCapability.ATOMIC_DIRECTORY);
    }
  }

  @Test
  void givenAStoreWhenClosedTwiceThenTheSecondTimeDoesNothing() {
    ArtifactStore other = open();

    other.close();
    other.close();
  }

  @Test
  void givenTwoStoresOfAProviderWhenOneIsClosedThenTheOtherWorks() {
    put(base().resolve("model"), utf8("a"));

    open().close();

    assertThat(contentAt(base().resolve("model"))).isEqualTo(utf8("a"));
  }

  @Test
  void givenAClosedStoreWhenUsedThenEveryMethodIsAnIllegalState() {
    Artifact artifact = putAndFind(base().resolve("model"), utf8("a"));
    Path file = file(utf8("b"));
    ArtifactStore closed = open();
    closed.close();

    assertIllegalState(() -> closed.find(artifact.location()));
    assertIllegalState(() -> closed.list(base()));
    assertIllegalState(() -> closed.exists(artifact.location()));
    assertIllegalState(() -> closed.listDirectories(base()));
    assertIllegalState(() -> closed.read(artifact, 0, -1));
    if (!store().checksums(artifact).isEmpty()) {
      assertIllegalState(() -> closed.checksums(artifact));
    }
    if (can(StoreCapability.WRITE)) {
      assertIllegalState(() -> closed.write(base().resolve("other"), file, WriteMode.CREATE_ONLY));
      assertIllegalState(() -> closed.delete(artifact.location()));
    }
    if (can(StoreCapability.ATOMIC_DIRECTORY)) {
      assertIllegalState(() -> closed.writeDirectory(base().resolve("1"), Map.of("b", file)));
    }
    if (can(StoreCapability.LOCAL_PATH)) {
      assertIllegalState(() -> closed.localPath(artifact));
    }
    assertThat(pathsBelow(base())).containsExactly("model");
  }

  private static void assertIllegalState(ThrowingCallable call) {
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(call);
  }

  @Test
  void givenAnInterruptedThreadWhenItWritesThenNothingAppearsAndItStaysInterrupted() {
    assumeCan(StoreCapability.WRITE);
    Path file = file(random(1, 20 * MIB));

    Interrupted<Artifact> end =
        interrupted(() -> store().write(base().resolve("deep/model"), file, WriteMode.CREATE_ONLY));

    assertThat(end.outcome().error()).isInstanceOf(TransferException.class);
    assertThat(end.stillInterrupted()).isTrue();
    assertNothingBelow(base());
  }

  @Test
  void givenAnInterruptedThreadWhenItWritesADirectoryThenNothingAppearsAndItStaysInterrupted() {
    assumeCan(StoreCapability.ATOMIC_DIRECTORY);
    Path file = file(random(2, MIB));

    Interrupted<List<Artifact>> end =
        interrupted(() -> store().writeDirectory(base().resolve("deep/1"), Map.of("model", file)));

    assertThat(end.outcome().error()).isInstanceOf(TransferException.class);
    assertThat(end.stillInterrupted()).isTrue();
    assertNothingBelow(base());
  }

  @Test
  void givenAnInterruptedThreadWhenItLooksThenItEndsWithTheAnswerOrATransferException() {
    Location location = base().resolve("model/a");
    put(location, utf8("a"));

    assertEnds(() -> store().find(location), store().find(location));
    assertEnds(() -> store().list(base()), store().list(base()));
    assertEnds(() -> store().exists(location), true);
    assertEnds(() -> store().listDirectories(base()), Set.of("model"));
  }

  private static void assertEnds(Callable<?> call, Object answer) {
    Interrupted<?> end = interrupted(call);

    assertThat(end.stillInterrupted()).as("still interrupted").isTrue();
    if (end.outcome().error() == null) {
      assertThat(end.outcome().value()).isEqualTo(answer);
    } else {
      assertThat(end.outcome().error()).isInstanceOf(TransferException.class);
    }
  }

  @Test
  void givenAnInterruptedThreadWhenItReadsThenItEndsAndItStaysInterrupted() {
    byte[] content = random(3, 8 * MIB);
    Artifact artifact = putAndFind(base().resolve("model"), content);

    Interrupted<byte[]> end = interrupted(() -> {
      try (InputStream in = store().read(artifact, 0, -1)) {
        return in.readAllBytes();
      }
    });

    assertThat(end.stillInterrupted()).as("still interrupted").isTrue();
    if (end.outcome().error() == null) {
      assertThat(end.outcome().value()).isEqualTo(content);
    } else {
      assertThat(end.outcome().error()).isInstanceOfAny(TransferException.class, IOException.class);
    }
    assertThat(readAll(artifact)).as("read again by another thread").isEqualTo(content);
  }

  private record Interrupted<T>(Outcome<T> outcome, boolean stillInterrupted) {}

  /** Calls in a new thread that is interrupted from the beginning. */
  private static <T> Interrupted<T> interrupted(Callable<T> call) {
    Callable<Interrupted<T>> task = () -> {
      Thread.currentThread().interrupt();
      T value = null;
      Throwable error = null;
      try {
        value = call.call();
      } catch (Exception e) {
        error = e;
      }
      return new Interrupted<>(
          new Outcome<>(value, error), Thread.currentThread().isInterrupted());
    };
    Outcome<Interrupted<T>> end = Together.run(List.of(task)).get(0);
    @Nullable Interrupted<T> value = end.value();
    if (value == null) {
      throw new AssertionError(end.error());
    }
    return value;
  }
}
