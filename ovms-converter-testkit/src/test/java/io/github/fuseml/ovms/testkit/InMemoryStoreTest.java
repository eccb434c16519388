package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.StoreOperation.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class InMemoryStoreTest {
  private static final String URL = "memory://models/a";
  private static final Location LOCATION = Location.of(URL);

  private final InMemoryStoreProvider memory = new InMemoryStoreProvider();
  private final ArtifactStore store = memory.open(StoreSettings.none(), StoreRole.INPUT);

  @TempDir
  Path directory;

  @Test
  void givenObjectsWhenSeenThroughTheProviderThenTheyAreThere() {
    memory.put(URL, new byte[] {1});
    memory.put("memory://models/b", new byte[] {2});

    assertThat(memory.urls()).containsExactly(URL, "memory://models/b");
    assertThat(memory.get(URL)).hasValueSatisfying(bytes -> assertThat(bytes).containsExactly(1));

    memory.remove(URL);

    assertThat(memory.get(URL)).isEmpty();
  }

  @Test
  void givenTwoStoresOfOneProviderWhenOneWritesThenTheOtherReads() throws IOException {
    Path file = Files.write(directory.resolve("a"), new byte[] {1, 2});
    store.write(LOCATION, file, WriteMode.CREATE_ONLY);

    try (ArtifactStore other = memory.open(StoreSettings.none(), StoreRole.OUTPUT)) {
      assertThat(other.find(LOCATION)).isPresent();
    }
  }

  @Test
  void givenAMarkerOfADirectoryWhenListedThenItIsNoArtifact() {
    memory.put("memory://models/dir/", new byte[0]);

    assertThat(store.list(Location.of("memory://models"))).isEmpty();
    assertThat(store.listDirectories(Location.of("memory://models"))).containsExactly("dir");
    assertThat(store.exists(Location.of("memory://models/dir"))).isTrue();
  }

  @Test
  void givenCallsWhenTheLogIsReadThenTheyAreThereInOrder() throws IOException {
    Artifact artifact = memory.put(URL, new byte[1000]);
    store.find(LOCATION);
    try (InputStream in = store.read(artifact, 10, 100)) {
      in.readNBytes(30);
    }

    assertThat(memory.operations())
        .extracting(StoreOperation::toString)
        .containsExactly("FIND memory://models/a", "READ memory://models/a 10+100");
    assertThat(memory.bytesRead(URL)).isEqualTo(30);

    memory.clearOperations();

    assertThat(memory.operations()).isEmpty();
    assertThat(memory.bytesRead(URL)).isZero();
  }

  @Test
  void givenAFaultForTheSecondWriteWhenWrittenThenOnlyThatOneFailsWithoutEffect()
      throws IOException {
    Path file = Files.write(directory.resolve("a"), new byte[] {1});
    TransferException error = error();
    memory.fail(Kind.WRITE, 2, error);

    store.write(Location.of("memory://m/1"), file, WriteMode.CREATE_ONLY);
    assertThatThrownBy(() -> store.write(Location.of("memory://m/2"), file, WriteMode.CREATE_ONLY))
        .isSameAs(error);
    store.write(Location.of("memory://m/3"), file, WriteMode.CREATE_ONLY);

    assertThat(memory.urls()).containsExactly("memory://m/1", "memory://m/3");
  }

  @Test
  void givenALostAnswerWhenWrittenThenItFailsWithEffect() throws IOException {
    Path file = Files.write(directory.resolve("a"), new byte[] {1});
    memory.failAfter(Kind.WRITE, 1, error());

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.write(LOCATION, file, WriteMode.CREATE_ONLY));

    assertThat(memory.urls()).containsExactly(URL);
  }

  @Test
  void givenACutReadWhenReadThenTheStreamFailsAfterTheBytes() throws IOException {
    Artifact artifact = memory.put(URL, new byte[100]);
    memory.cutRead(1, 40);

    try (InputStream in = store.read(artifact, 0, -1)) {
      assertThat(in.readNBytes(40)).hasSize(40);
      assertThatExceptionOfType(IOException.class).isThrownBy(in::read);
    }
    try (InputStream in = store.read(artifact, 0, -1)) {
      assertThat(in.readAllBytes()).hasSize(100);
    }
  }

  @Test
  void givenAChangeBeforeTheReadWhenReadThenItIsRefused() {
    Artifact artifact = memory.put(URL, new byte[] {1});
    memory.before(Kind.READ, 1, operation -> memory.put(URL, new byte[] {2}));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.read(artifact, 0, -1));
  }

  @Test
  void givenAGateWhenOpenedThenTheOperationGoesOn() throws Exception {
    memory.put(URL, new byte[] {1});
    Gate gate = memory.block(Kind.FIND, 1);
    FutureTask<Boolean> found = start(() -> store.find(LOCATION).isPresent());

    gate.awaitReached();
    assertThat(found.isDone()).isFalse();
    gate.open();

    assertThat(found.get()).isTrue();
  }

  @Test
  void givenAGateWhenTheWaitingThreadIsInterruptedThenTheOperationFails() throws Exception {
    Gate gate = memory.block(Kind.LIST, 1);
    FutureTask<Boolean> interrupted = new FutureTask<>(() -> {
      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> store.list(Location.of("memory://models")));
      return Thread.currentThread().isInterrupted();
    });
    Thread thread = new Thread(interrupted);
    thread.start();

    gate.awaitReached();
    thread.interrupt();

    assertThat(interrupted.get()).isTrue();
  }

  @Test
  void givenSettingsOrAnotherSchemeWhenUsedThenTheRequestIsRefused() {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> memory.open(StoreSettings.of(Map.of("key", "secret")), StoreRole.INPUT))
        .withMessageContaining("key")
        .withMessageNotContaining("secret");
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> store.find(Location.of("s3://bucket/a")));
  }

  private static FutureTask<Boolean> start(Callable<Boolean> call) {
    FutureTask<Boolean> task = new FutureTask<>(call);
    new Thread(task).start();
    return task;
  }

  private static TransferException error() {
    return new TransferException(Problem.of("write").found("the line is cut").mayHelpToRetry());
  }
}
