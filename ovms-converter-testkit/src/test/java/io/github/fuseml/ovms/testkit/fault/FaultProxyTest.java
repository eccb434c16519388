package io.github.fuseml.ovms.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.fuseml.ovms.testkit.fault.RawClient.Answer;
import io.github.fuseml.ovms.testkit.server.NginxServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The faults of answers, in front of nginx. */
@Timeout(60)
class FaultProxyTest {
  private static final int SIZE = 300_000;
  private static final String RANGE = "Range: bytes=1000-1999";

  private static NginxServer nginx;
  private static byte[] content;

  private FaultProxy proxy;
  private URI file;

  @BeforeAll
  static void start() throws IOException {
    nginx = NginxServer.start();
    content = new byte[SIZE];
    new Random(1).nextBytes(content);
    Files.write(nginx.root().resolve("file"), content);
  }

  @AfterAll
  static void stop() {
    nginx.close();
  }

  @BeforeEach
  void open() {
    proxy = FaultProxy.inFrontOf(nginx.url());
    file = proxy.url("/file");
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  @Test
  void givenNoFaultWhenReadThenEverythingIsPassedOnAndRecorded() throws IOException {
    Answer whole = RawClient.get(file);
    Answer range = RawClient.get(file, RANGE);

    assertThat(whole.body()).isEqualTo(content);
    assertThat(range.status()).isEqualTo(206);
    assertThat(range.body()).isEqualTo(part(1000, 2000));
    assertThat(proxy.requests())
        .extracting(RecordedRequest::toString)
        .containsExactly("GET /file", "GET /file (bytes=1000-1999)");
    assertThat(proxy.requests()).extracting(RecordedRequest::status).containsExactly(200, 206);
    assertThat(proxy.requests())
        .extracting(RecordedRequest::bytes)
        .containsExactly((long) SIZE, 1000L);
    assertThat(proxy.connections()).isEqualTo(2);
  }

  @Test
  void givenAConnectionThatIsKeptWhenAskedTwiceThenBothAreAnsweredOnIt() throws IOException {
    String request = " /file HTTP/1.1\r\nHost: here\r\n";

    Answer answer = RawClient.exchange(
        file,
        "HEAD" + request + "\r\nGET" + request + "Range: bytes=0-0\r\nConnection: close\r\n\r\n");

    assertThat(answer.head()).startsWith("HTTP/1.1 200");
    assertThat(answer.text()).startsWith("HTTP/1.1 206");
    assertThat(proxy.connections()).isEqualTo(1);
    assertThat(proxy.requests()).extracting(RecordedRequest::method).containsExactly("HEAD", "GET");
  }

  @Test
  void givenACutWhenReadThenTheAnnouncedLengthDoesNotCome() throws IOException {
    proxy.inject(RequestMatch.any(), Fault.cutAfter(100_001));

    Answer answer = RawClient.get(file);

    assertThat(answer.head()).contains("Content-Length: " + SIZE);
    assertThat(answer.body()).isEqualTo(part(0, 100_001));
    assertThat(answer.wasReset()).isFalse();
    assertThat(proxy.requests().get(0).bytes()).isEqualTo(100_001);
  }

  @Test
  void givenACutPartialAnswerWhenReadThenItsHeadPromisesMore() throws IOException {
    proxy.inject(RequestMatch.any().ranged(), Fault.cutAfter(10));

    Answer answer = RawClient.get(file, RANGE);

    assertThat(answer.head()).contains("Content-Length: 1000");
    assertThat(answer.body()).isEqualTo(part(1000, 1010));
  }

  @Test
  void givenResetsWhenReadThenTheyAreSeen() throws IOException {
    proxy.inject(RequestMatch.any().nth(1), Fault.resetAfter(10));
    proxy.inject(RequestMatch.any().nth(2), Fault.resetBeforeForwarding());

    assertThat(RawClient.get(file).wasReset()).isTrue();
    Answer second = RawClient.get(file);
    assertThat(second.wasReset()).isTrue();
    assertThat(second.head()).isEmpty();
  }

  @Test
  void givenAStallWhenReadThenItGoesOnWhenReleased() throws Exception {
    Hold hold = new Hold();
    proxy.inject(RequestMatch.any(), Fault.stallAfter(1000, hold));
    FutureTask<Answer> reading = new FutureTask<>(() -> RawClient.get(file));
    new Thread(reading).start();

    hold.awaitReached();
    assertThat(reading.isDone()).isFalse();
    hold.release();

    assertThat(reading.get().body()).isEqualTo(content);
  }

  @Test
  void givenAStallWhenTheProxyIsClosedThenTheConnectionEnds() throws Exception {
    Hold hold = new Hold();
    proxy.inject(RequestMatch.any(), Fault.stallAfter(1000, hold));
    FutureTask<Answer> reading = new FutureTask<>(() -> RawClient.get(file));
    new Thread(reading).start();

    hold.awaitReached();
    proxy.close();

    assertThat(reading.get().body()).isEqualTo(part(0, 1000));
  }

  @Test
  void givenAPauseAndASlowLineWhenReadThenItTakesAtLeastThatLong() throws IOException {
    proxy.inject(RequestMatch.any().nth(1), Fault.stallAfter(5, Duration.ofMillis(300)));
    proxy.inject(RequestMatch.any().nth(2), Fault.slowDownTo(2 * SIZE));

    for (int i = 0; i < 2; i++) {
      long start = System.nanoTime();
      assertThat(RawClient.get(file).body()).isEqualTo(content);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(290));
    }
  }

  @Test
  void givenAFlippedByteWhenReadThenOnlyThatOneDiffers() throws IOException {
    proxy.inject(RequestMatch.any(), Fault.flipByte(70_000));

    byte[] body = RawClient.get(file).body();

    assertThat(Arrays.mismatch(body, content)).isEqualTo(70_000);
    body[70_000] ^= 1;
    assertThat(body).isEqualTo(content);
  }

  @Test
  void givenAnswersOfTheProxyWhenReadThenTheServerIsNotAsked() throws IOException {
    proxy.inject(RequestMatch.method("GET").path("file").nth(1), Fault.answer(500));
    proxy.inject(RequestMatch.any().nth(2), Fault.answer(429, Duration.ofSeconds(7)));

    assertThat(RawClient.get(file).status()).isEqualTo(500);
    Answer busy = RawClient.get(file);
    assertThat(busy.status()).isEqualTo(429);
    assertThat(busy.head()).contains("Retry-After: 7");
    assertThat(RawClient.get(file).status()).isEqualTo(200);
  }

  @Test
  void givenAShortenedRangeWhenReadThenItsHeadSaysSo() throws IOException {
    proxy.inject(RequestMatch.any(), Fault.shortenRangeTo(10));

    Answer answer = RawClient.get(file, RANGE);

    assertThat(answer.head())
        .contains("Content-Length: 10\r\n")
        .contains("Content-Range: bytes 1000-1009/" + SIZE);
    assertThat(answer.body()).isEqualTo(part(1000, 1010));
  }

  @Test
  void givenAnIgnoredRangeWhenReadThenEverythingComes() throws IOException {
    Path other = Files.writeString(nginx.root().resolve("other"), "given");
    proxy.inject(RequestMatch.any().nth(1), Fault.ignoreRange());
    proxy.inject(RequestMatch.any().nth(2), Fault.ignoreRange(other));

    Answer hidden = RawClient.get(file, RANGE);
    Answer given = RawClient.get(file, RANGE);

    assertThat(hidden.status()).isEqualTo(200);
    assertThat(hidden.body()).isEqualTo(content);
    assertThat(given.status()).isEqualTo(200);
    assertThat(given.head()).contains("ETag").doesNotContain("Content-Range");
    assertThat(given.text()).isEqualTo("given");
  }

  @Test
  void givenRefusedConnectionsWhenAskedThenNobodyListensUntilTheyAreTakenAgain()
      throws IOException {
    proxy.refuseConnections();
    assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> RawClient.get(file));

    proxy.acceptConnections();
    assertThat(RawClient.get(file).status()).isEqualTo(200);
  }

  @Test
  void givenACallbackWhenItsBytesHaveComeThenItRunsBeforeTheRest() throws IOException {
    AtomicLong runs = new AtomicLong();
    proxy.inject(
        RequestMatch.any().nth(2), Fault.runAfter(5, runs::incrementAndGet), Fault.cutAfter(6));

    assertThat(RawClient.get(file).body()).hasSize(SIZE);
    assertThat(runs).hasValue(0);
    assertThat(RawClient.get(file).body()).hasSize(6);
    assertThat(runs).hasValue(1);
  }

  @Test
  void givenACallbackThatFailsWhenTheProxyIsClosedThenThatIsTold() throws IOException {
    FaultProxy other = FaultProxy.inFrontOf(nginx.url());
    other.inject(RequestMatch.any(), Fault.runAfter(0, () -> {
      throw new IllegalArgumentException("a mistake");
    }));

    RawClient.get(other.url("/file"));

    assertThatIllegalStateException()
        .isThrownBy(other::close)
        .withRootCauseExactlyInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void givenCountsWhenAskedThenTheyChoose() throws IOException {
    FaultRule first = proxy.inject(RequestMatch.method("GET").first(2), Fault.answer(500));
    FaultRule every = proxy.inject(RequestMatch.any().header("Range").every(3), Fault.flipByte(0));
    FaultRule none = proxy.inject(RequestMatch.any().path("elsewhere"), Fault.answer(500));
    FaultRule random = proxy.inject(RequestMatch.any().randomly(0.5, 7), Fault.flipByte(1));

    for (int i = 0; i < 7; i++) {
      RawClient.get(file, "Range: bytes=0-1");
    }

    assertThat(first.applied()).isEqualTo(2);
    assertThat(every.applied()).isEqualTo(2);
    assertThat(none.applied()).isZero();
    Random expected = new Random(7);
    long chosen = 0;
    for (int i = 0; i < 7; i++) {
      chosen += expected.nextDouble() < 0.5 ? 1 : 0;
    }
    assertThat(random.applied()).isEqualTo(chosen);
  }

  @Test
  void givenChunksWhenCutOrFlippedThenTheOffsetsAreThoseOfTheBody() throws Exception {
    try (NginxServer compressing =
            NginxServer.builder().root(nginx.root()).compressing().start();
        FaultProxy before = FaultProxy.inFrontOf(compressing.url())) {
      URI url = before.url("/file");
      Answer whole = RawClient.get(url, "Accept-Encoding: gzip");
      before.inject(RequestMatch.any(), Fault.cutAfter(5));
      Answer cut = RawClient.get(url, "Accept-Encoding: gzip");

      assertThat(whole.head()).contains("Transfer-Encoding: chunked");
      assertThat(whole.text()).endsWith("\r\n0\r\n\r\n");
      assertThat(cut.text()).startsWith("5\r\n").endsWith("\r\n").hasSize(3 + 5 + 2);
    }
  }

  private static byte[] part(int from, int to) {
    return Arrays.copyOfRange(content, from, to);
  }
}
