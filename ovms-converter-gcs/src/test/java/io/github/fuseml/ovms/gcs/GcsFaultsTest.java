package io.github.fuseml.ovms.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.FaultRule;
import io.github.fuseml.ovms.testkit.fault.Hold;
import io.github.fuseml.ovms.testkit.fault.RecordedRequest;
import io.github.fuseml.ovms.testkit.fault.RequestMatch;
import io.github.fuseml.ovms.testkit.server.FakeGcsServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What networks do between the store and a real server. */
@Timeout(120)
class GcsFaultsTest {
  private static final int MIB = 1 << 20;
  private static final AtomicInteger NAMES = new AtomicInteger();

  private static FakeGcsServer server;

  private final AtomicLong sent = new AtomicLong();
  private FaultProxy proxy;
  private ArtifactStore store;
  private Location location;

  @BeforeAll
  static void start() {
    server = FakeGcsServer.start();
    server.createBucket("faults");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    proxy = FaultProxy.inFrontOf(server.url());
    server.reachedAt(proxy.url());
    store = open("requestTimeout", "20s");
    location = Location.of("gs://faults/model-" + NAMES.incrementAndGet());
  }

  private ArtifactStore open(String name, String value) {
    Map<String, String> values =
        new HashMap<>(Map.of("endpoint", proxy.url().toString(), "uploadChunkSize", "1MiB"));
    values.put(name, value);
    return new GcsStoreProvider().open(StoreSettings.of(values), StoreRole.OUTPUT);
  }

  @AfterEach
  void close() {
    store.close();
    proxy.close();
  }

  @Test
  void givenALostAnswerWhenASmallFileIsCreatedThenItIsRecognisedAsOnesOwn() {
    FaultRule lost = proxy.inject(RequestMatch.method("POST").first(1), Fault.dropAnswer());

    Artifact written = store.write(location, content(1000), WriteMode.CREATE_ONLY);

    assertThat(lost.applied()).isEqualTo(1);
    assertThat(store.find(location)).contains(written);
  }

  @Test
  void givenALostAnswerWhenSomebodyElsesIdenticalFileIsThereThenItIsAConflict() {
    store.write(location, content(1000), WriteMode.CREATE_ONLY);
    proxy.inject(RequestMatch.method("POST").first(1), Fault.dropAnswer());

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> store.write(location, content(1000), WriteMode.CREATE_ONLY));
  }

  @Test
  void givenALostAnswerWhenTheLastChunkHasArrivedThenItIsRecognisedAsOnesOwn() {
    for (WriteMode mode : WriteMode.values()) {
      proxy.clearRules();
      FaultRule lost = proxy.inject(lastChunk(3 * MIB).first(1), Fault.dropAnswer());

      Artifact written = store.write(location.resolve(mode.name()), content(3 * MIB), mode);

      assertThat(lost.applied()).isEqualTo(1);
      assertThat(bytes(written)).isEqualTo(random(3 * MIB));
    }
  }

  private static RequestMatch lastChunk(int size) {
    return RequestMatch.method("PUT")
        .and(request -> contentRange(request).endsWith("-" + (size - 1) + "/" + size));
  }

  private static String contentRange(RecordedRequest request) {
    return request.header("Content-Range").orElse("");
  }

  @Test
  void givenAServiceThatIsBusyWhenAskedThenItIsAskedAgain() {
    FaultRule busy =
        proxy.inject(RequestMatch.any().first(2), Fault.answer(503, Duration.ofSeconds(1)));

    assertThat(store.find(location)).isEmpty();

    assertThat(busy.applied()).isEqualTo(2);
  }

  @Test
  void givenAServiceThatFailsAlwaysWhenAskedThenTheErrorSaysSoAndMayBeTriedAgain() {
    FaultRule broken = proxy.inject(RequestMatch.any(), Fault.answer(500));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.list(location))
        .withMessageContaining("answered 500")
        .matches(TransferException::isRetryable);
    assertThat(broken.applied()).as("attempts").isEqualTo(5);
  }

  @Test
  void givenAByteThatIsDamagedOnItsWayUpWhenWrittenThenItIsSentAgain() {
    // A multipart body: the description goes before the bytes.
    FaultRule damage =
        proxy.inject(RequestMatch.method("POST").first(1), Fault.flipUploadedByte(50_000));

    Artifact written = store.write(location, content(100_000), WriteMode.CREATE_ONLY);

    assertThat(damage.applied()).isEqualTo(1);
    assertThat(bytes(written)).isEqualTo(random(100_000));
    assertThat(sent).hasValue(100_000);
  }

  @Test
  void givenAChunkThatIsDamagedOnItsWayUpWhenWrittenThenAllIsSentAgain() {
    FaultRule damage =
        proxy.inject(RequestMatch.method("PUT").nth(2), Fault.flipUploadedByte(MIB / 2));

    Artifact written = store.write(location, content(3 * MIB), WriteMode.CREATE_ONLY);

    assertThat(damage.applied()).isEqualTo(1);
    assertThat(bytes(written)).isEqualTo(random(3 * MIB));
    assertThat(sent).hasValue(3 * MIB);
  }

  @Test
  void givenBytesThatAreAlwaysDamagedWhenWrittenThenItFailsAndNothingRemains() {
    proxy.inject(RequestMatch.method("POST").path("/upload/"), Fault.flipUploadedByte(50_000));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.write(location, content(100_000), WriteMode.CREATE_ONLY))
        .withMessageContaining("damaged");

    assertThat(store.exists(location)).isFalse();
    assertThat(sent).hasValue(0);
  }

  @Test
  void givenAConnectionThatIsCutWhenChunksGoUpThenWhatIsMissingIsSentAgain() {
    FaultRule cut = proxy.inject(RequestMatch.method("PUT").nth(2), Fault.cutUploadAfter(MIB / 2));

    Artifact written = store.write(location, content(5 * MIB), WriteMode.CREATE_ONLY);

    assertThat(cut.applied()).isEqualTo(1);
    assertThat(bytes(written)).isEqualTo(random(5 * MIB));
    assertThat(sent).hasValue(5L * MIB);
  }

  @Test
  void givenAChunkThatIsRefusedForNowWhenWrittenThenItIsSentAgain() {
    for (int status : new int[] {429, 503}) {
      proxy.clearRules();
      FaultRule busy = proxy.inject(RequestMatch.method("PUT").nth(2), Fault.answer(status));

      Artifact written =
          store.write(location.resolve("" + status), content(3 * MIB), WriteMode.CREATE_ONLY);

      assertThat(busy.applied()).isEqualTo(1);
      assertThat(bytes(written)).isEqualTo(random(3 * MIB));
    }
  }

  @Test
  void givenAnUploadThatFailsWhenItEndsThenNothingRemainsAndTheSessionIsEnded() {
    proxy.inject(lastChunk(3 * MIB), Fault.answer(403));

    assertThatExceptionOfType(OvmsConverterException.class)
        .isThrownBy(() -> store.write(location, content(3 * MIB), WriteMode.REPLACE))
        .withMessageNotContaining("upload_id");

    assertThat(store.exists(location)).isFalse();
    assertThat(proxy.requests()).anyMatch(request -> request.method().equals("DELETE"));
  }

  @Test
  void givenAnInterruptBetweenChunksWhenWrittenThenItEndsAndNothingRemains() throws Exception {
    Content interrupting = new Counted(random(3 * MIB), sent) {
      @Override
      public void sent(long bytes) {
        super.sent(bytes);
        Thread.currentThread().interrupt();
      }
    };

    CompletableFuture<Boolean> stayed =
        interruptible(() -> store.write(location, interrupting, WriteMode.REPLACE));

    assertThat(stayed.get(30, TimeUnit.SECONDS)).as("still interrupted").isTrue();
    assertThat(store.exists(location)).isFalse();
    assertThat(proxy.requests()).anyMatch(request -> request.method().equals("DELETE"));
  }

  @Test
  void givenAnInterruptWhenAnAnswerIsWaitedForThenItEndsSoon() throws Exception {
    for (int i = 0; i < 5; i++) {
      store.write(location.resolve("" + i), content(10), WriteMode.REPLACE);
    }
    Hold hold = new Hold();
    proxy.inject(RequestMatch.method("GET").first(1), Fault.stallAfter(100, hold));
    CompletableFuture<Thread> reader = new CompletableFuture<>();
    CompletableFuture<Boolean> stayed = interruptible(() -> {
      reader.complete(Thread.currentThread());
      store.list(location);
    });
    hold.awaitReached();

    reader.join().interrupt();

    assertThat(stayed.get(10, TimeUnit.SECONDS)).as("still interrupted").isTrue();
    hold.release();
  }

  /** Whether the thread was still interrupted when the task failed as it should. */
  private static CompletableFuture<Boolean> interruptible(Runnable task) {
    CompletableFuture<Boolean> stayed = new CompletableFuture<>();
    Thread thread = new Thread(() -> {
      try {
        task.run();
        stayed.completeExceptionally(new AssertionError("it did not fail"));
      } catch (TransferException e) {
        stayed.complete(Thread.currentThread().isInterrupted());
      } catch (Throwable e) {
        stayed.completeExceptionally(e);
      }
    });
    thread.start();
    return stayed;
  }

  @Test
  void givenAStreamThatIsCutWhenReadThenItFailsAndGoesOnFromThere() throws IOException {
    Artifact written = store.write(location, content(3 * MIB), WriteMode.REPLACE);
    proxy.inject(RequestMatch.method("GET").first(1), Fault.cutAfter(MIB));

    int count = 0;
    try (InputStream in = store.read(written, 0, -1)) {
      byte[] buffer = new byte[64 * 1024];
      for (int n = in.read(buffer); ; n = in.read(buffer)) {
        assertThat(n).as("no end before the end").isPositive();
        count += n;
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("of " + 3 * MIB + " bytes");
    }

    assertThat(count).isBetween(0, MIB);
    try (InputStream in = store.read(written, count, -1)) {
      assertThat(in.readAllBytes()).hasSize(3 * MIB - count);
    }
  }

  @Test
  void givenAStalledStreamWhenClosedByAnotherThreadThenTheReadEndsSoon() throws Exception {
    Artifact written = store.write(location, content(3 * MIB), WriteMode.REPLACE);
    Hold hold = new Hold();
    proxy.inject(RequestMatch.method("GET").first(1), Fault.stallAfter(MIB, hold));
    InputStream in = store.read(written, 0, -1);
    CompletableFuture<byte[]> reader = CompletableFuture.supplyAsync(() -> readAll(in));
    hold.awaitReached();

    in.close();

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> reader.get(10, TimeUnit.SECONDS))
        .withRootCauseInstanceOf(IOException.class);
    hold.release();
  }

  @Test
  void givenAServiceThatStandsStillWhenReadThenItFailsAfterTheTimeLimit() throws IOException {
    Artifact written = store.write(location, content(3 * MIB), WriteMode.REPLACE);
    Hold hold = new Hold();
    proxy.inject(RequestMatch.method("GET").first(1), Fault.stallAfter(MIB, hold));

    try (ArtifactStore impatient = open("requestTimeout", "1s");
        InputStream in = impatient.read(written, 0, -1)) {
      assertThatExceptionOfType(IOException.class).isThrownBy(in::readAllBytes);
    }
    hold.release();
  }

  @Test
  void givenAServiceThatIgnoresTheRangeWhenReadThenItIsRefused() {
    Artifact written = store.write(location, content(1000), WriteMode.REPLACE);
    proxy.inject(RequestMatch.method("GET").ranged(), Fault.ignoreRange());

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.read(written, 10, 20).close())
        .withMessageContaining("asked for a part");
  }

  @Test
  void givenAShortenedRangeWhenReadThenItIsNoFullPart() {
    Artifact written = store.write(location, content(1000), WriteMode.REPLACE);
    proxy.inject(RequestMatch.method("GET").ranged(), Fault.shortenRangeTo(5));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.read(written, 10, 20).close());
  }

  @Test
  void givenAByteThatIsDamagedOnItsWayDownWhenReadThenTheChecksumTellsIt() {
    Artifact written = store.write(location, content(1000), WriteMode.REPLACE);
    FaultRule damage = proxy.inject(RequestMatch.method("GET").first(1), Fault.flipByte(500));

    byte[] arrived = bytes(written);

    assertThat(damage.applied()).isEqualTo(1);
    SentBytes sum = new SentBytes(new Counted(arrived, sent), arrived.length);
    readInto(sum, arrived.length);
    assertThat(GcsRevision.of(written).hasCrc32c(sum.crc32c())).isFalse();
    assertThat(store.checksums(written)).isNotEmpty();
  }

  @Test
  void givenARangeWhenReadThenOnlyItsBytesAreAskedFor() throws IOException {
    Artifact written = store.write(location, content(3 * MIB), WriteMode.REPLACE);
    proxy.clearRequests();

    store.read(written, MIB, 1000).close();

    assertThat(proxy.requests())
        .extracting(request -> request.range().orElse(""))
        .containsExactly("bytes=" + MIB + "-" + (MIB + 999));
  }

  @Test
  void givenAListingWhenAskedForChecksumsThenThereIsNoFurtherRequest() {
    store.write(location.resolve("a"), content(10), WriteMode.REPLACE);
    Artifact listed = store.list(location).get(0);
    proxy.clearRequests();

    assertThat(store.checksums(listed)).hasSize(2);

    assertThat(proxy.requests()).isEmpty();
  }

  private static void readInto(SentBytes sum, int size) {
    try {
      sum.read(new byte[size], 0, size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] readAll(InputStream in) {
    try {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Content content(int size) {
    return new Counted(random(size), sent);
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private byte[] bytes(Artifact artifact) {
    try (InputStream in = store.read(artifact, 0, -1)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes that count how many of them have arrived. */
  private static class Counted implements Content {
    private final byte[] bytes;
    private final AtomicLong sent;

    Counted(byte[] bytes, AtomicLong sent) {
      this.bytes = bytes;
      this.sent = sent;
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public InputStream open(long offset, long length) {
      return new ByteArrayInputStream(bytes, (int) offset, (int) length);
    }

    @Override
    public void sent(long count) {
      sent.addAndGet(count);
    }
  }
}
