package io.github.fuseml.ovms.http;

import static io.github.fuseml.ovms.http.Stores.at;
import static io.github.fuseml.ovms.http.Stores.random;
import static io.github.fuseml.ovms.http.Stores.read;
import static io.github.fuseml.ovms.testkit.fault.RequestMatch.method;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.Hold;
import io.github.fuseml.ovms.testkit.server.NginxServer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reading from a real nginx over a line on which things go wrong. */
@Timeout(120)
class ReadFaultsTest {
  private static final int SIZE = 3_000_000;
  private static NginxServer nginx;
  private static ServedDirectory served;

  private final byte[] content = random(1, SIZE);
  private FaultProxy line;
  private ArtifactStore store;
  private Artifact model;

  @BeforeAll
  static void start() {
    nginx = NginxServer.start();
    served = new ServedDirectory(nginx.root(), nginx.url("/"));
  }

  @AfterAll
  static void stop() {
    nginx.close();
  }

  @BeforeEach
  void findTheModel() {
    served.put(served.location("model"), content);
    line = FaultProxy.inFrontOf(nginx.url());
    store = Stores.input();
    model = store.find(at(line.url("/model"))).orElseThrow();
    line.clearRequests();
  }

  @AfterEach
  void end() {
    store.close();
    line.close();
  }

  @Test
  void givenAnAnswerThatIsCutWhenReadThenTheBytesBeforeArriveAndThenAnIoException()
      throws IOException {
    line.inject(method("GET"), Fault.cutAfter(1_000_000));

    try (InputStream in = store.read(model, 0, -1)) {
      assertThat(in.readNBytes(1_000_000)).isEqualTo(Arrays.copyOf(content, 1_000_000));
      assertThatExceptionOfType(IOException.class).isThrownBy(in::read);
    }
    line.clearRules();
    assertThat(read(store, model, 1_000_000, -1))
        .isEqualTo(Arrays.copyOfRange(content, 1_000_000, SIZE));
  }

  @Test
  void givenAStalledBodyWhenItsReaderIsInterruptedThenItEndsAndStaysInterrupted() throws Exception {
    Hold hold = new Hold();
    line.inject(method("GET"), Fault.stallAfter(1000, hold));
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread reader = new Thread(() -> {
      try (InputStream in = store.read(model, 0, -1)) {
        in.readAllBytes();
        interrupted.completeExceptionally(new AssertionError("it was read"));
      } catch (IOException | TransferException e) { // The latter where the head was not yet seen.
        interrupted.complete(Thread.currentThread().isInterrupted());
      } catch (Throwable e) {
        interrupted.completeExceptionally(e);
      }
    });
    reader.start();
    hold.awaitReached();

    reader.interrupt();

    assertThat(interrupted.get()).isTrue();
    hold.release();
  }

  @Test
  void givenAnAnswerThatDoesNotBeginWhenItsCallerIsInterruptedThenItEnds() throws Exception {
    Hold hold = new Hold();
    line.inject(method("GET"), Fault.stallAfter(0, hold));
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread caller = new Thread(() -> end.complete(catchThrowable(() -> {
      try (InputStream in = store.read(model, 0, -1)) {
        in.readAllBytes();
      }
    })));
    caller.start();
    hold.awaitReached();

    caller.interrupt();

    assertThat(end.get()).isInstanceOfAny(IOException.class, TransferException.class);
    hold.release();
  }

  @Test
  void givenNoByteForTooLongWhenReadThenAnIoException() throws IOException {
    line.inject(method("GET"), Fault.stallAfter(1000, Duration.ofSeconds(30)));

    try (ArtifactStore impatient = Stores.input("answerTimeout", "200ms");
        InputStream in = impatient.read(model, 0, -1)) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(in::readAllBytes)
          .withMessageContaining("no byte arrived");
    }
  }

  @Test
  void givenARangeThatComesShorterThanAskedForWhenReadThenItIsRefused() {
    line.inject(method("GET").ranged(), Fault.shortenRangeTo(10));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> read(store, model, 1000, 500))
        .withMessageContaining("another part");
  }

  @Test
  void givenTheWholeInsteadOfARangeWhenReadThenTheBytesBeforeAreSkipped() throws IOException {
    line.inject(method("GET").ranged(), Fault.ignoreRange());

    assertThat(read(store, model, 2_000_000, 500))
        .isEqualTo(Arrays.copyOfRange(content, 2_000_000, 2_000_500));
  }

  @Test
  void givenAContentRangeOfAnotherPlaceWhenReadThenItIsRefused() {
    try (OneAnswer server = new OneAnswer(206, "abcde", "Content-Range", "bytes 1-5/100")) {
      Artifact artifact = new Artifact(at(server.url("/model")), "model", 100, null);

      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> read(store, artifact, 2, 5))
          .withMessageContaining("another part");
    }
  }

  @Test
  void givenARangeWhenReadThenItIsBoundToTheVersionThatWasFound() throws IOException {
    read(store, model, 10, 10);

    assertThat(line.requests()).singleElement().satisfies(request -> {
      assertThat(request.range()).contains("bytes=10-19");
      assertThat(request.header("If-Range")).contains(model.revision());
      assertThat(request.header("Accept-Encoding")).contains("identity");
    });
  }

  @Test
  void givenAnObjectThatIsSwappedBetweenTwoRangesWhenReadThenItIsNoMixture() throws IOException {
    assertThat(read(store, model, 0, 1000)).isEqualTo(Arrays.copyOf(content, 1000));
    served.put(served.location("model"), random(2, SIZE));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> read(store, model, 1000, 1000))
        .withMessageContaining("changed");
  }

  @Test
  void givenAnObjectThatIsSwappedWithinABodyWhenReadThenItIsTheOldOne() throws IOException {
    line.inject(
        method("GET"),
        Fault.runAfter(500_000, () -> served.put(served.location("model"), random(3, SIZE))));

    assertThat(read(store, model, 0, -1)).isEqualTo(content);
  }

  @Test
  void givenResetsBeforeTheAnswerWhenAskedThenItIsAskedAgain() throws IOException {
    line.inject(method("GET").first(2), Fault.resetBeforeForwarding());

    assertThat(read(store, model, 0, -1)).isEqualTo(content);
  }

  @Test
  void givenAServerThatStaysUnavailableWhenAskedThenItIsAskedABoundedNumberOfTimes() {
    line.inject(method("GET"), Fault.answer(503));

    try (ArtifactStore twice = Stores.input("attempts", "2")) {
      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> twice.read(model, 0, -1))
          .satisfies(error -> assertThat(error.problem().retryable()).isTrue());
    }
    assertThat(line.requests()).hasSize(2);
  }

  @Test
  void givenManyRangesWhenReadToTheirEndsThenTheConnectionIsUsedAgain() throws IOException {
    int before = line.connections();
    for (int i = 0; i < 20; i++) {
      try (InputStream in = store.read(model, i * 1000L, 1000)) {
        assertThat(in.readNBytes(1000)).hasSize(1000);
      }
    }

    assertThat(line.connections() - before).isLessThanOrEqualTo(1);
  }

  @Test
  void givenALargeBodyThatNobodyReadsWhenOpenedThenItIsNotFetchedAhead() throws IOException {
    byte[] large = random(4, 64 * 1024 * 1024);
    served.put(served.location("large"), large);
    Location location = at(line.url("/large"));
    Artifact found = store.find(location).orElseThrow();
    line.clearRequests();

    try (InputStream in = store.read(found, 0, -1)) {
      in.read();
    }

    assertThat(line.requests())
        .singleElement()
        .satisfies(request -> assertThat(request.bytes()).isLessThan(32 * 1024 * 1024));
  }
}
