package io.github.fuseml.ovms.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
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
import io.github.fuseml.ovms.testkit.fault.RequestMatch;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What networks do between the store and a real server. */
@Timeout(120)
class S3FaultsTest {
  private static final int MIB = 1 << 20;
  private static final AtomicInteger NAMES = new AtomicInteger();

  private static MinioServer server;

  private FaultProxy proxy;
  private ArtifactStore store;
  private Location location;

  @TempDir
  private Path directory;

  @BeforeAll
  static void start() {
    server = MinioServer.start();
    server.createBucket("faults");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    proxy = FaultProxy.inFrontOf(server.url());
    store = open("requestTimeout", "20s");
    location = Location.of("s3://faults/model-" + NAMES.incrementAndGet());
  }

  private ArtifactStore open(String... more) {
    String[] all = new String[more.length + 2];
    System.arraycopy(more, 0, all, 0, more.length);
    all[more.length] = "uploadPartSize";
    all[more.length + 1] = "5MiB";
    return new S3StoreProvider()
        .open(
            Stores.settings(
                proxy.url().toString(), MinioServer.ACCESS_KEY, MinioServer.SECRET_KEY, all),
            StoreRole.OUTPUT);
  }

  @AfterEach
  void close() {
    store.close();
    proxy.close();
  }

  @Test
  void givenALostAnswerWhenASmallFileIsCreatedThenItIsRecognisedAsOnesOwn() {
    FaultRule lost = proxy.inject(RequestMatch.method("PUT").first(1), Fault.dropAnswer());

    Artifact written = store.write(location, file(1000), WriteMode.CREATE_ONLY);

    assertThat(lost.applied()).isEqualTo(1);
    assertThat(store.find(location)).contains(written);
  }

  @Test
  void givenALostAnswerWhenSomebodyElsesIdenticalFileIsThereThenItIsAConflict() {
    Path file = file(1000);
    store.write(location, file, WriteMode.CREATE_ONLY);
    proxy.inject(RequestMatch.method("PUT").first(1), Fault.dropAnswer());

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> store.write(location, file, WriteMode.CREATE_ONLY));
  }

  @Test
  void givenALostAnswerWhenALargeUploadIsCompletedThenItIsRecognisedAsOnesOwn() {
    for (WriteMode mode : WriteMode.values()) {
      proxy.clearRules();
      FaultRule lost = proxy.inject(completion().first(1), Fault.dropAnswer());

      Artifact written = store.write(location.resolve(mode.name()), file(11 * MIB), mode);

      assertThat(lost.applied()).isEqualTo(1);
      assertThat(store.find(written.location())).contains(written);
    }
    assertNoUploadsRemain();
  }

  private static RequestMatch completion() {
    return RequestMatch.method("POST").and(request -> request.target().contains("uploadId="));
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
    FaultRule damage =
        proxy.inject(RequestMatch.method("PUT").first(1), Fault.flipUploadedByte(500));
    Path file = file(1000);

    Artifact written = store.write(location, file, WriteMode.CREATE_ONLY);

    assertThat(damage.applied()).isEqualTo(1);
    assertThat(content(written)).isEqualTo(bytes(file));
  }

  @Test
  void givenAPartThatIsDamagedOnItsWayUpWhenWrittenThenItIsSentAgain() {
    FaultRule damage =
        proxy.inject(RequestMatch.method("PUT").nth(2), Fault.flipUploadedByte(3 * MIB));
    Path file = file(13 * MIB);

    Artifact written = store.write(location, file, WriteMode.REPLACE);

    assertThat(damage.applied()).isEqualTo(1);
    assertThat(content(written)).isEqualTo(bytes(file));
  }

  @Test
  void givenBytesThatAreAlwaysDamagedWhenWrittenThenItFailsAndNothingRemains() {
    proxy.inject(RequestMatch.method("PUT"), Fault.flipUploadedByte(500));

    for (int size : new int[] {1000, 11 * MIB}) {
      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> store.write(location, file(size), WriteMode.CREATE_ONLY))
          .withMessageContaining("damaged");
      assertThat(store.exists(location)).isFalse();
    }
    assertNoUploadsRemain();
  }

  @Test
  void givenAConnectionThatIsCutWhenWrittenThenThePartsAreSentAgain() {
    FaultRule cut =
        proxy.inject(RequestMatch.method("PUT").every(2).first(3), Fault.cutUploadAfter(2 * MIB));
    Path file = file(23 * MIB);
    AtomicLong sent = new AtomicLong();

    Artifact written = store.write(location, counting(file, sent), WriteMode.CREATE_ONLY);

    assertThat(cut.applied()).isPositive();
    assertThat(content(written)).isEqualTo(bytes(file));
    assertThat(sent).hasValue(23L * MIB);
  }

  @Test
  void givenAnUploadThatFailsWhenItEndsThenNothingRemainsAndTheProgressIsTakenBack() {
    proxy.inject(
        RequestMatch.method("PUT").and(request -> request.target().contains("partNumber=3")),
        Fault.answer(422));
    AtomicLong sent = new AtomicLong();

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.write(location, counting(file(23 * MIB), sent), WriteMode.REPLACE));

    assertThat(store.exists(location)).isFalse();
    assertThat(sent).hasValue(0);
    assertNoUploadsRemain();
  }

  @Test
  void givenAnInterruptWhenALargeFileGoesUpThenItEndsAndNothingRemains() throws Exception {
    Hold hold = new Hold();
    proxy.inject(
        RequestMatch.method("PUT").and(request -> request.target().contains("partNumber=2")),
        Fault.stallAfter(0, hold));
    CompletableFuture<Boolean> stayed = new CompletableFuture<>();
    Path file = file(23 * MIB);
    Thread writer = new Thread(() -> {
      try {
        store.write(location, file, WriteMode.REPLACE);
        stayed.completeExceptionally(new AssertionError("it was written"));
      } catch (TransferException e) {
        stayed.complete(Thread.currentThread().isInterrupted());
      } catch (Throwable e) {
        stayed.completeExceptionally(e);
      }
    });
    writer.start();
    // The part's answer has no body to stall; its head waits for nothing. So wait for the request.
    while (proxy.requests().stream().noneMatch(r -> r.target().contains("partNumber="))) {
      Thread.onSpinWait();
    }

    writer.interrupt();

    assertThat(stayed.get(30, TimeUnit.SECONDS)).isTrue();
    hold.release();
    assertThat(store.exists(location)).isFalse();
    assertNoUploadsRemain();
  }

  @RepeatedTest(20) // It may come while the answer is read, or just before.
  void givenAnInterruptWhenAnAnswerIsWaitedForThenItEndsSoon() throws Exception {
    for (int i = 0; i < 3; i++) {
      store.write(location.resolve("" + i), file(10), WriteMode.REPLACE);
    }
    Hold hold = new Hold();
    proxy.inject(RequestMatch.method("GET").first(1), Fault.stallAfter(100, hold));
    CompletableFuture<Boolean> stayed = new CompletableFuture<>();
    Thread reader = new Thread(() -> {
      try {
        store.list(location);
        stayed.completeExceptionally(new AssertionError("it was listed"));
      } catch (TransferException e) {
        stayed.complete(Thread.currentThread().isInterrupted());
      } catch (Throwable e) {
        stayed.completeExceptionally(e);
      }
    });
    reader.start();
    hold.awaitReached();

    reader.interrupt();

    assertThat(stayed.get(10, TimeUnit.SECONDS)).as("still interrupted").isTrue();
    hold.release();
  }

  @Test
  void givenAStreamThatIsCutWhenReadThenItFailsAndGoesOnFromThere() throws IOException {
    Path file = file(3 * MIB);
    Artifact written = store.write(location, file, WriteMode.REPLACE);
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
    Artifact written = store.write(location, file(3 * MIB), WriteMode.REPLACE);
    Hold hold = new Hold();
    proxy.inject(RequestMatch.method("GET").first(1), Fault.stallAfter(MIB, hold));
    InputStream in = store.read(written, 0, -1);
    CompletableFuture<byte[]> reader = CompletableFuture.supplyAsync(() -> {
      try {
        return in.readAllBytes();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    });
    hold.awaitReached();

    in.close();

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> reader.get(10, TimeUnit.SECONDS))
        .withRootCauseInstanceOf(IOException.class);
    hold.release();
  }

  @Test
  void givenAServiceThatStandsStillWhenReadThenItFailsAfterTheTimeLimit() throws IOException {
    Artifact written = store.write(location, file(3 * MIB), WriteMode.REPLACE);
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
    Path file = file(1000);
    Artifact written = store.write(location, file, WriteMode.REPLACE);
    proxy.inject(RequestMatch.method("GET").ranged(), Fault.ignoreRange(file));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.read(written, 10, 20).close())
        .withMessageContaining("asked for a part");
  }

  @Test
  void givenAShortenedRangeWhenReadThenItIsNoFullPart() {
    Artifact written = store.write(location, file(1000), WriteMode.REPLACE);
    proxy.inject(RequestMatch.method("GET").ranged(), Fault.shortenRangeTo(5));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.read(written, 10, 20).close());
  }

  private Path file(int size) {
    try {
      byte[] bytes = new byte[size];
      new Random(size).nextBytes(bytes);
      return Files.write(Files.createTempFile(directory, "content", ""), bytes);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private byte[] content(Artifact artifact) {
    try (InputStream in = store.read(artifact, 0, -1)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Content counting(Path file, AtomicLong sent) {
    Content content = Content.of(file);
    return new Content() {
      @Override
      public long size() {
        return content.size();
      }

      @Override
      public InputStream open(long offset, long length) throws IOException {
        return content.open(offset, length);
      }

      @Override
      public void sent(long bytes) {
        sent.addAndGet(bytes);
      }
    };
  }

  private void assertNoUploadsRemain() {
    assertThat(server.mc("ls", "--incomplete", "--recursive", "server/faults").strip())
        .as("incomplete uploads")
        .isEmpty();
  }
}
