package io.github.fuseml.ovms.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.StoreFaultsContract;
import io.github.fuseml.ovms.testkit.TestContent;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultRule;
import io.github.fuseml.ovms.testkit.fault.RecordedRequest;
import io.github.fuseml.ovms.testkit.fault.RequestMatch;
import io.github.fuseml.ovms.testkit.server.FakeGcsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What networks do between the store and a real server. */
class GcsFaultsTest extends StoreFaultsContract {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private static FakeGcsServer server;

  @BeforeAll
  static void start() {
    server = FakeGcsServer.start();
    server.createBucket("faults");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected URI server() {
    return server.url();
  }

  @Override
  protected ArtifactStoreProvider provider() {
    return new GcsStoreProvider();
  }

  @Override
  protected StoreSettings settings() {
    return settings("20s");
  }

  @Override
  protected StoreSettings impatientSettings() {
    return settings("1s");
  }

  private StoreSettings settings(String requestTimeout) {
    server.reachedAt(line().url());
    return StoreSettings.of(Map.of(
        "endpoint",
        line().url().toString(),
        "uploadChunkSize",
        "1MiB",
        "requestTimeout",
        requestTimeout));
  }

  @Override
  protected Location newBase() {
    return Location.of("gs://faults/model-" + NAMES.incrementAndGet());
  }

  /** A multipart body: the description goes before the bytes. */
  @Override
  protected RequestMatch uploads() {
    return RequestMatch.method("POST").path("/upload/");
  }

  @Test
  void givenALostAnswerWhenTheLastChunkHasArrivedThenItIsRecognisedAsOnesOwn() {
    for (WriteMode mode : WriteMode.values()) {
      line().clearRules();
      FaultRule lost = line().inject(lastChunk(3 * MIB).first(1), Fault.dropAnswer());

      Artifact written = store().write(base().resolve(mode.name()), file(random(0, 3 * MIB)), mode);

      assertThat(lost.applied()).isEqualTo(1);
      assertThat(readAll(written)).isEqualTo(random(0, 3 * MIB));
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
  void givenAChunkThatIsDamagedOnItsWayUpWhenWrittenThenAllIsSentAgain() {
    FaultRule damage =
        line().inject(RequestMatch.method("PUT").nth(2), Fault.flipUploadedByte(MIB / 2));

    TestContent content = TestContent.of(random(0, 3 * MIB));

    Artifact written = store().write(base(), content, WriteMode.CREATE_ONLY);

    assertThat(damage.applied()).isEqualTo(1);
    assertThat(readAll(written)).isEqualTo(random(0, 3 * MIB));
    assertThat(content.sent()).isEqualTo(3 * MIB);
  }

  @Test
  void givenAConnectionThatIsCutWhenChunksGoUpThenWhatIsMissingIsSentAgain() {
    FaultRule cut = line().inject(RequestMatch.method("PUT").nth(2), Fault.cutUploadAfter(MIB / 2));

    TestContent content = TestContent.of(random(0, 5 * MIB));

    Artifact written = store().write(base(), content, WriteMode.CREATE_ONLY);

    assertThat(cut.applied()).isEqualTo(1);
    assertThat(readAll(written)).isEqualTo(random(0, 5 * MIB));
    assertThat(content.sent()).isEqualTo(5L * MIB);
  }

  @Test
  void givenAChunkThatIsRefusedForNowWhenWrittenThenItIsSentAgain() {
    for (int status : new int[] {429, 503}) {
      line().clearRules();
      FaultRule busy = line().inject(RequestMatch.method("PUT").nth(2), Fault.answer(status));

      Artifact written = store()
          .write(base().resolve("" + status), file(random(0, 3 * MIB)), WriteMode.CREATE_ONLY);

      assertThat(busy.applied()).isEqualTo(1);
      assertThat(readAll(written)).isEqualTo(random(0, 3 * MIB));
    }
  }

  @Test
  void givenAnUploadThatFailsWhenItEndsThenNothingRemainsAndTheSessionIsEnded() {
    line().inject(lastChunk(3 * MIB), Fault.answer(403));

    assertThatExceptionOfType(OvmsConverterException.class)
        .isThrownBy(() -> store().write(base(), file(random(0, 3 * MIB)), WriteMode.REPLACE))
        .withMessageNotContaining("upload_id");

    assertThat(store().exists(base())).isFalse();
    assertThat(line().requests()).anyMatch(request -> request.method().equals("DELETE"));
  }

  @Test
  void givenAnInterruptBetweenChunksWhenWrittenThenItEndsAndNothingRemains() throws Exception {
    Content content = TestContent.of(random(0, 3 * MIB));
    Content interrupting = new Content() {
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
        Thread.currentThread().interrupt();
      }
    };

    Caller writer = new Caller(() -> store().write(base(), interrupting, WriteMode.REPLACE));

    assertThat(writer.wasStillInterrupted()).isTrue();
    assertThat(store().exists(base())).isFalse();
    assertThat(line().requests()).anyMatch(request -> request.method().equals("DELETE"));
  }

  @Test
  void givenAByteThatIsDamagedOnItsWayDownWhenReadThenTheChecksumTellsIt() {
    Artifact written = store().write(base(), file(random(0, 1000)), WriteMode.REPLACE);
    FaultRule damage = line().inject(RequestMatch.method("GET").first(1), Fault.flipByte(500));

    byte[] arrived = readAll(written);

    assertThat(damage.applied()).isEqualTo(1);
    SentBytes sum = new SentBytes(TestContent.of(arrived), arrived.length);
    readInto(sum, arrived.length);
    assertThat(GcsRevision.of(written).hasCrc32c(sum.crc32c())).isFalse();
    assertThat(store().checksums(written)).isNotEmpty();
  }

  @Test
  void givenARangeWhenReadThenOnlyItsBytesAreAskedFor() throws IOException {
    Artifact written = store().write(base(), file(random(0, 3 * MIB)), WriteMode.REPLACE);
    line().clearRequests();

    store().read(written, MIB, 1000).close();

    assertThat(line().requests())
        .extracting(request -> request.range().orElse(""))
        .containsExactly("bytes=" + MIB + "-" + (MIB + 999));
  }

  @Test
  void givenAListingWhenAskedForChecksumsThenThereIsNoFurtherRequest() {
    store().write(base().resolve("a"), file(random(0, 10)), WriteMode.REPLACE);
    Artifact listed = store().list(base()).get(0);
    line().clearRequests();

    assertThat(store().checksums(listed)).hasSize(2);

    assertThat(line().requests()).isEmpty();
  }

  private static void readInto(SentBytes sum, int size) {
    try {
      sum.read(new byte[size], 0, size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
