package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.FaultRule;
import io.github.fuseml.ovms.testkit.fault.Hold;
import io.github.fuseml.ovms.testkit.fault.RequestMatch;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a store that speaks HTTP has to do when the line to its service fails, for its author to extend
 * beside {@link ArtifactStoreContract}. The service is a real one; {@link #line()} lies between.
 *
 * <pre>{@code
 * class MyFaultsTest extends StoreFaultsContract {
 *   protected URI server() { return server.url(); }
 *   protected ArtifactStoreProvider provider() { return new MyStoreProvider(); }
 *   protected StoreSettings settings() { return StoreSettings.of(Map.of("endpoint", line().url()…)); }
 *   protected StoreSettings impatientSettings() { … "timeout", "1s" … }
 *   protected Location newBase() { return Location.of("my://bucket/" + BASES.incrementAndGet()); }
 * }
 * }</pre>
 */
@Timeout(180)
public abstract class StoreFaultsContract extends StoreContractSupport {
  /** A mebibyte. */
  protected static final int MIB = 1 << 20;

  private static final Duration SOON = Duration.ofSeconds(10);

  private @Nullable FaultProxy line;

  /** For the subclass. */
  protected StoreFaultsContract() {}

  /**
   * Where the service is.
   *
   * @return its address without the line between
   */
  protected abstract URI server();

  /**
   * The settings of a store that gives up after a second in which nothing comes.
   *
   * @return settings, which lead over the line as well
   */
  protected abstract StoreSettings impatientSettings();

  /**
   * The requests that carry the bytes of a small file.
   *
   * @return those of the method PUT unless overridden
   */
  protected RequestMatch uploads() {
    return RequestMatch.method("PUT");
  }

  /**
   * Whether bytes that were damaged on their way up are noticed.
   *
   * @return true unless overridden
   */
  protected boolean noticesDamagedUploads() {
    return true;
  }

  /**
   * The line to the service, on which things go wrong.
   *
   * @return a proxy, new for each test
   */
  protected final FaultProxy line() {
    FaultProxy there = line;
    if (there == null) {
      there = FaultProxy.inFrontOf(server());
      line = there;
    }
    return there;
  }

  @AfterEach
  void closeTheLine() {
    if (line != null) {
      line.close();
    }
  }

  private Location model() {
    return base().resolve("model");
  }

  @Test
  void givenAStreamThatIsCutWhenReadThenItFailsAndGoesOnFromThere() throws IOException {
    byte[] content = random(1, 3 * MIB);
    Artifact artifact = putAndFind(model(), content);
    for (Fault fault : new Fault[] {Fault.cutAfter(MIB), Fault.resetAfter(MIB)}) {
      line().clearRules();
      line().inject(RequestMatch.method("GET").first(1), fault);

      int count = readUntilItFails(artifact);

      assertThat(count).isBetween(0, MIB);
      assertThat(read(artifact, count, -1))
          .isEqualTo(Arrays.copyOfRange(content, count, content.length));
    }
  }

  /** How many bytes come before that. */
  private int readUntilItFails(Artifact artifact) throws IOException {
    int count = 0;
    try (InputStream in = store().read(artifact, 0, -1)) {
      byte[] buffer = new byte[64 * 1024];
      while (true) {
        int read;
        try {
          read = in.read(buffer);
        } catch (IOException e) {
          return count;
        }
        assertThat(read).as("no end before the end").isPositive();
        count += read;
      }
    }
  }

  @Test
  void givenAStalledStreamWhenClosedByAnotherThreadThenTheReadEndsSoon() throws Exception {
    Artifact artifact = putAndFind(model(), random(2, 3 * MIB));
    Hold hold = new Hold();
    line().inject(RequestMatch.method("GET").first(1), Fault.stallAfter(MIB, hold));
    InputStream in = store().read(artifact, 0, -1);
    CompletableFuture<Throwable> reader =
        CompletableFuture.supplyAsync(() -> catchThrowable(in::readAllBytes));
    hold.awaitReached();

    in.close();

    assertThat(reader.get(SOON.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    hold.release();
  }

  @Test
  void givenAServiceThatStandsStillWhenReadThenItFailsAfterTheTimeLimit() throws IOException {
    Artifact artifact = putAndFind(model(), random(3, 3 * MIB));
    Hold hold = new Hold();
    line().inject(RequestMatch.method("GET").first(1), Fault.stallAfter(MIB, hold));

    try (ArtifactStore impatient = provider().open(impatientSettings(), StoreRole.INPUT);
        InputStream in = impatient.read(artifact, 0, -1)) {
      assertThatExceptionOfType(IOException.class).isThrownBy(in::readAllBytes);
    }
    hold.release();
  }

  @Test
  void givenAServiceThatIgnoresTheRangeWhenReadThenItIsRefusedOrTheBytesAreRight() {
    byte[] content = random(4, 1000);
    Artifact artifact = putAndFind(model(), content);
    line().inject(RequestMatch.method("GET").ranged(), Fault.ignoreRange(file(content)));

    assertRefusedOrRight(artifact, 10, Arrays.copyOfRange(content, 10, 30));
  }

  @Test
  void givenAShortenedRangeWhenReadThenItIsNoFullPart() {
    byte[] content = random(5, 1000);
    Artifact artifact = putAndFind(model(), content);
    line().inject(RequestMatch.method("GET").ranged(), Fault.shortenRangeTo(5));

    assertRefusedOrRight(artifact, 10, Arrays.copyOfRange(content, 10, 30));
  }

  @Test
  void givenAnArtifactThatIsSwappedBetweenTwoRangesWhenReadThenItIsNoMixture() {
    Artifact artifact = putAndFind(model(), random(6, 3 * MIB));
    assumeHasRevision(artifact);
    read(artifact, 0, 1000);
    put(model(), random(7, 3 * MIB));

    assertThatExceptionOfType(OvmsConverterException.class)
        .isThrownBy(() -> read(artifact, 1000, 1000))
        .withMessageContaining("changed");
  }

  /** Right it can be where the store takes the bytes from all that comes. */
  private void assertRefusedOrRight(Artifact artifact, long offset, byte[] right) {
    try {
      assertThat(read(artifact, offset, right.length)).isEqualTo(right);
    } catch (TransferException refused) {
      assertThat(refused.problem().found()).isNotEmpty();
    }
  }

  @Test
  void givenAServiceThatIsBusyWhenAskedThenItIsAskedAgain() {
    put(model(), random(8, 10));
    FaultRule busy =
        line().inject(RequestMatch.any().first(2), Fault.answer(503, Duration.ofSeconds(1)));

    assertThat(store().find(model())).isPresent();

    assertThat(busy.applied()).isEqualTo(2);
  }

  @Test
  void givenAServiceThatIsBusyUntilADateWhenAskedThenItIsAskedAgainAndNotBefore() {
    put(model(), random(9, 10));
    Instant free = Instant.now().plusSeconds(3);
    line().inject(RequestMatch.any().first(1), Fault.answer(429, free));

    assertThat(store().find(model())).isPresent();

    // A date has whole seconds.
    assertThat(Instant.now()).isAfterOrEqualTo(Instant.ofEpochSecond(free.getEpochSecond()));
  }

  @Test
  void givenAServiceThatAsksForMoreTimeThanWeHaveWhenAskedThenItIsNotWaitedFor() {
    put(model(), random(10, 10));
    for (Fault busy : new Fault[] {
      Fault.answer(429, Duration.ofHours(1)),
      Fault.answer(503, Instant.now().plus(Duration.ofHours(1)))
    }) {
      line().clearRules();
      FaultRule rule = line().inject(RequestMatch.any(), busy);

      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> store().list(base()))
          .matches(TransferException::isRetryable);
      assertThat(rule.applied()).isEqualTo(1);
    }
  }

  @Test
  void givenAServiceThatFailsAlwaysWhenAskedThenTheErrorSaysSoAndMayBeTriedAgain() {
    put(model(), random(11, 10));
    FaultRule broken = line().inject(RequestMatch.any(), Fault.answer(500));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store().list(base()))
        .withMessageContaining("answered 500")
        .matches(TransferException::isRetryable);
    assertThat(broken.applied()).as("attempts").isBetween(2L, 10L);
  }

  @Test
  void givenAnInterruptWhenABusyServiceIsWaitedForThenItEndsSoon() throws Exception {
    put(model(), random(12, 10));
    FaultRule busy = line().inject(RequestMatch.any(), Fault.answer(503, Duration.ofSeconds(40)));
    Caller caller = new Caller(() -> store().list(base()));
    while (busy.applied() == 0) {
      Thread.onSpinWait();
    }

    caller.interrupt();

    assertThat(caller.wasStillInterrupted()).isTrue();
  }

  @RepeatedTest(10) // It may come while the answer is read, or just before.
  void givenAnInterruptWhenAnAnswerIsWaitedForThenItEndsSoon() throws Exception {
    for (int i = 0; i < 3; i++) {
      put(base().resolve("" + i), random(13, 10));
    }
    Hold hold = new Hold();
    line().inject(RequestMatch.any().first(1), Fault.stallAfter(100, hold));
    Caller caller = new Caller(() -> store().list(base()));
    hold.awaitReached();

    caller.interrupt();

    assertThat(caller.wasStillInterrupted()).isTrue();
    hold.release();
  }

  /** A thread that calls a store, and whose call should fail when it is interrupted. */
  protected static final class Caller {
    private final CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    private final Thread thread;

    /**
     * Starts a thread.
     *
     * @param call what it does
     */
    public Caller(Runnable call) {
      thread = new Thread(() -> {
        try {
          call.run();
          interrupted.completeExceptionally(new AssertionError("it did not fail"));
        } catch (TransferException e) {
          interrupted.complete(Thread.currentThread().isInterrupted());
        } catch (Throwable e) {
          interrupted.completeExceptionally(e);
        }
      });
      thread.start();
    }

    /** Interrupts it. */
    public void interrupt() {
      thread.interrupt();
    }

    /**
     * Waits until the call has failed, which should be soon.
     *
     * @return whether the thread was still interrupted then
     * @throws Exception if it did not fail, or not by a {@link TransferException}, or not soon
     */
    public boolean wasStillInterrupted() throws Exception {
      return interrupted.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Test
  void givenALostAnswerWhenASmallFileIsCreatedThenItIsRecognisedAsOnesOwn() {
    assumeCan(StoreCapability.CREATE_ONLY);
    byte[] content = random(14, 1000);
    FaultRule lost = line().inject(uploads().first(1), Fault.dropAnswer());

    Artifact written = store().write(model(), file(content), WriteMode.CREATE_ONLY);

    assertThat(lost.applied()).isEqualTo(1);
    assertThat(store().find(model())).contains(written);
    assertThat(readAll(written)).isEqualTo(content);
  }

  @Test
  void givenALostAnswerWhenSomebodyElsesIdenticalFileIsThereThenItIsAConflict() {
    assumeCan(StoreCapability.CREATE_ONLY);
    byte[] content = random(15, 1000);
    store().write(model(), file(content), WriteMode.CREATE_ONLY);
    line().inject(uploads().first(1), Fault.dropAnswer());

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> store().write(model(), file(content), WriteMode.CREATE_ONLY));
  }

  @Test
  void givenAServiceThatIsBusyWhenWrittenThenItIsSentAgain() {
    assumeCan(StoreCapability.WRITE);
    for (int status : new int[] {429, 503}) {
      line().clearRules();
      TestContent content = TestContent.of(random(status, 1000));
      FaultRule busy = line().inject(uploads().first(1), Fault.answer(status));

      Artifact written = store().write(base().resolve("" + status), content, WriteMode.REPLACE);

      assertThat(busy.applied()).isEqualTo(1);
      assertThat(readAll(written)).isEqualTo(random(status, 1000));
      assertThat(content.sent()).isEqualTo(1000);
    }
  }

  @Test
  void givenAnUploadThatIsCutWhenWrittenThenItIsSentAgainAndCountedOnce() {
    assumeCan(StoreCapability.WRITE);
    TestContent content = TestContent.of(random(16, 100_000));
    FaultRule cut = line().inject(uploads().first(1), Fault.cutUploadAfter(40_000));

    Artifact written = store().write(model(), content, WriteMode.REPLACE);

    assertThat(cut.applied()).isEqualTo(1);
    assertThat(readAll(written)).isEqualTo(random(16, 100_000));
    assertThat(content.sent()).isEqualTo(100_000);
    assertThat(content.unclosed()).isZero();
  }

  @Test
  void givenAByteThatIsDamagedOnItsWayUpWhenWrittenThenItIsSentAgain() {
    assumeNoticesDamage();
    byte[] content = random(17, 100_000);
    FaultRule damage = line().inject(uploads().first(1), Fault.flipUploadedByte(50_000));

    Artifact written = store().write(model(), file(content), WriteMode.REPLACE);

    assertThat(damage.applied()).isEqualTo(1);
    assertThat(readAll(written)).isEqualTo(content);
  }

  @Test
  void givenBytesThatAreAlwaysDamagedWhenWrittenThenItFailsAndNothingRemains() {
    assumeNoticesDamage();
    TestContent content = TestContent.of(random(18, 100_000));
    line().inject(uploads(), Fault.flipUploadedByte(50_000));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store().write(model(), content, WriteMode.REPLACE))
        .withMessageContaining("damaged");

    assertThat(store().exists(model())).isFalse();
    assertThat(content.sent()).as("progress, taken back").isZero();
  }

  private void assumeNoticesDamage() {
    assumeCan(StoreCapability.WRITE);
    Assumptions.assumeTrue(noticesDamagedUploads(), "nothing there compares checksums");
  }

  @Test
  void givenAnUploadThatIsRefusedWhenItEndsThenNothingRemainsAndTheProgressIsTakenBack() {
    assumeCan(StoreCapability.WRITE);
    TestContent content = TestContent.of(random(19, 100_000));
    line().inject(uploads(), Fault.answer(403));

    assertThatExceptionOfType(OvmsConverterException.class)
        .isThrownBy(() -> store().write(model(), content, WriteMode.REPLACE));

    assertThat(store().exists(model())).isFalse();
    assertThat(content.sent()).as("progress, taken back").isZero();
    assertThat(content.unclosed()).isZero();
  }

  @Test
  void givenAReplacementThatFailsWhenItEndsThenWhatWasThereIsThere() {
    assumeCan(StoreCapability.WRITE);
    byte[] before = random(20, 1000);
    put(model(), before);
    line().inject(uploads(), Fault.cutUploadAfter(40_000));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store().write(model(), file(random(21, 100_000)), WriteMode.REPLACE));

    line().clearRules();
    assertThat(contentAt(model())).isEqualTo(before);
  }
}
