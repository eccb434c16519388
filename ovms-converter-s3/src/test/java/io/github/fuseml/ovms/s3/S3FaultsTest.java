package io.github.fuseml.ovms.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.StoreFaultsContract;
import io.github.fuseml.ovms.testkit.TestContent;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultRule;
import io.github.fuseml.ovms.testkit.fault.Hold;
import io.github.fuseml.ovms.testkit.fault.RequestMatch;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What networks do between the store and a real server. */
class S3FaultsTest extends StoreFaultsContract {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private static MinioServer server;

  @BeforeAll
  static void start() {
    server = MinioServer.start();
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
    return new S3StoreProvider();
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
    return Stores.settings(
        line().url().toString(),
        MinioServer.ACCESS_KEY,
        MinioServer.SECRET_KEY,
        "requestTimeout",
        requestTimeout,
        "uploadPartSize",
        "5MiB");
  }

  @Override
  protected Location newBase() {
    return Location.of("s3://faults/model-" + NAMES.incrementAndGet());
  }

  @Test
  void givenALostAnswerWhenALargeUploadIsCompletedThenItIsRecognisedAsOnesOwn() {
    for (WriteMode mode : WriteMode.values()) {
      line().clearRules();
      FaultRule lost = line().inject(completion().first(1), Fault.dropAnswer());

      Artifact written =
          store().write(base().resolve(mode.name()), file(random(1, 11 * MIB)), mode);

      assertThat(lost.applied()).isEqualTo(1);
      assertThat(store().find(written.location())).contains(written);
    }
    assertNoUploadsRemain();
  }

  private static RequestMatch completion() {
    return RequestMatch.method("POST").and(request -> request.target().contains("uploadId="));
  }

  @Test
  void givenAPartThatIsDamagedOnItsWayUpWhenWrittenThenItIsSentAgain() {
    FaultRule damage =
        line().inject(RequestMatch.method("PUT").nth(2), Fault.flipUploadedByte(3 * MIB));
    byte[] content = random(2, 13 * MIB);

    Artifact written = store().write(base(), file(content), WriteMode.REPLACE);

    assertThat(damage.applied()).isEqualTo(1);
    assertThat(readAll(written)).isEqualTo(content);
  }

  @Test
  void givenPartsThatAreAlwaysDamagedWhenWrittenThenItFailsAndNothingRemains() {
    line().inject(RequestMatch.method("PUT"), Fault.flipUploadedByte(500));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store().write(base(), file(random(3, 11 * MIB)), WriteMode.CREATE_ONLY))
        .withMessageContaining("damaged");

    assertThat(store().exists(base())).isFalse();
    assertNoUploadsRemain();
  }

  @Test
  void givenAConnectionThatIsCutWhenWrittenThenThePartsAreSentAgain() {
    FaultRule cut =
        line().inject(RequestMatch.method("PUT").every(2).first(3), Fault.cutUploadAfter(2 * MIB));
    TestContent content = TestContent.of(random(4, 23 * MIB));

    Artifact written = store().write(base(), content, WriteMode.CREATE_ONLY);

    assertThat(cut.applied()).isPositive();
    assertThat(readAll(written)).isEqualTo(random(4, 23 * MIB));
    assertThat(content.sent()).isEqualTo(23L * MIB);
  }

  @Test
  void givenAPartThatIsRefusedWhenWrittenThenNothingRemainsAndTheProgressIsTakenBack() {
    line()
        .inject(
            RequestMatch.method("PUT").and(request -> request.target().contains("partNumber=3")),
            Fault.answer(422));
    TestContent content = TestContent.of(random(5, 23 * MIB));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store().write(base(), content, WriteMode.REPLACE));

    assertThat(store().exists(base())).isFalse();
    assertThat(content.sent()).isZero();
    assertNoUploadsRemain();
  }

  @Test
  void givenAnInterruptWhenALargeFileGoesUpThenItEndsAndNothingRemains() throws Exception {
    Hold hold = new Hold();
    line()
        .inject(
            RequestMatch.method("PUT").and(request -> request.target().contains("partNumber=2")),
            Fault.stallAfter(0, hold));
    Path file = file(random(6, 23 * MIB));
    Caller writer = new Caller(() -> store().write(base(), file, WriteMode.REPLACE));
    // The part's answer has no body to stall; its head waits for nothing. So wait for the request.
    while (line().requests().stream().noneMatch(r -> r.target().contains("partNumber="))) {
      Thread.onSpinWait();
    }

    writer.interrupt();

    assertThat(writer.wasStillInterrupted()).isTrue();
    hold.release();
    assertThat(store().exists(base())).isFalse();
    assertNoUploadsRemain();
  }

  private void assertNoUploadsRemain() {
    assertThat(server.mc("ls", "--incomplete", "--recursive", "server/faults").strip())
        .as("incomplete uploads")
        .isEmpty();
  }
}
