package io.github.fuseml.ovms.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.InMemoryStoreProvider;
import io.github.fuseml.ovms.testkit.StoreOperation.Kind;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call to a store ends when its thread is interrupted, whatever the store thinks of it. */
@Timeout(30)
class InterruptibleStoreTest {
  private static final Location FILE = Location.of("memory://b/file");

  private final InMemoryStoreProvider objects = new InMemoryStoreProvider();
  private final Artifact artifact = objects.put(FILE, new byte[] {1, 2, 3, 4});
  private final ArtifactStore raw = objects.open(StoreSettings.none(), StoreRole.OUTPUT);
  private final ArtifactStore store = new InterruptibleStore(raw);

  @ParameterizedTest
  @EnumSource
  void givenAStoreThatIgnoresInterruptsThenTheCallEndsAndTheThreadStaysInterrupted(Kind kind)
      throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    objects.before(kind, 1, operation -> {
      reached.countDown();
      awaitUninterruptibly(released);
    });
    FutureTask<Boolean> stayed = new FutureTask<>(() -> {
      assertThatThrownBy(() -> call(kind))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("interrupted");
      return Thread.currentThread().isInterrupted();
    });
    Thread caller = new Thread(stayed, "caller");
    caller.start();
    reached.await();

    caller.interrupt();

    assertThat(stayed.get(20, TimeUnit.SECONDS)).isTrue();
    released.countDown();
  }

  @Test
  void givenAnErrorOfTheStoreThenItIsPassedOnAsItIs() {
    TransferException error = new TransferException(Problem.of("look at").found("it broke"));
    objects.fail(Kind.FIND, 1, error);
    assertThatThrownBy(() -> store.find(FILE)).isSameAs(error);
    raw.close();
    assertThatThrownBy(() -> store.find(FILE)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void givenAPartOfAFileThenItIsRead() throws Exception {
    try (InputStream in = store.read(artifact, 1, 2)) {
      assertThat(in.readAllBytes()).containsExactly(2, 3);
    }
    try (InputStream in = store.read(artifact, 1, -1)) {
      assertThat(in.readAllBytes()).containsExactly(2, 3, 4);
    }
  }

  @Test
  void givenTheStoreInsideThenItCanBeTakenOut() {
    assertThat(InterruptibleStore.raw(store)).isSameAs(raw);
    assertThat(InterruptibleStore.raw(raw)).isSameAs(raw);
    assertThat(store.capabilities()).isEqualTo(raw.capabilities());
  }

  private void call(Kind kind) {
    switch (kind) {
      case FIND -> store.find(FILE);
      case LIST -> store.list(FILE);
      case EXISTS -> store.exists(FILE);
      case LIST_DIRECTORIES -> store.listDirectories(FILE);
      case READ -> store.read(artifact, 0, -1);
      case WRITE -> store.write(FILE, Content.of(Path.of("/dev/null")), WriteMode.REPLACE);
      case REPLACE -> store.replace(artifact, Content.of(Path.of("/dev/null")));
      case DELETE -> store.delete(FILE);
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean released = false;
    while (!released) {
      try {
        latch.await();
        released = true;
      } catch (InterruptedException e) {
        // As a client does that waits for a socket.
      }
    }
  }
}
