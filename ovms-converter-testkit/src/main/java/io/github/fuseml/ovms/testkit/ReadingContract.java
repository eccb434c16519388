package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.testkit.Together.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@code read} and {@code localPath}. */
abstract class ReadingContract extends ListingContract {
  private static final int MIB = 1024 * 1024;

  ReadingContract() {}

  @Test
  void givenAnArtifactWhenReadWithLengthMinusOneThenAllThatFollowsComes() {
    byte[] content = random(1, 300_000);
    Artifact artifact = putAndFind(base().resolve("model"), content);

    assertThat(read(artifact, 0, -1)).isEqualTo(content);
    assertThat(read(artifact, 299_999, -1)).containsExactly(content[299_999]);
  }

  @Test
  void givenARangeWhenReadThenExactlyItsBytesCome() {
    int size = 70_000;
    byte[] content = random(2, size);
    Artifact artifact = putAndFind(base().resolve("model"), content);

    assertRange(artifact, content, 0, 1);
    assertRange(artifact, content, 5, 10);
    assertRange(artifact, content, 65_530, 20);
    assertRange(artifact, content, size - 1, 1);
    assertRange(artifact, content, 0, size);
  }

  @Test
  void givenARangeThatReachesBeyondTheEndWhenReadThenFewerBytesCome() {
    byte[] content = random(3, 1000);
    Artifact artifact = putAndFind(base().resolve("model"), content);

    assertRange(artifact, content, 990, 100);
    assertRange(artifact, content, 0, 1001);
    assertRange(artifact, content, 1, Long.MAX_VALUE);
  }

  @Test
  void givenTheEndOfAnArtifactWhenReadThenNothingComes() {
    Artifact artifact = putAndFind(base().resolve("model"), random(4, 1000));

    assertThat(read(artifact, 1000, -1)).isEmpty();
    assertThat(read(artifact, 1000, 10)).isEmpty();
  }

  @Test
  void givenALengthOfZeroWhenReadThenNothingComes() {
    Artifact artifact = putAndFind(base().resolve("model"), random(5, 1000));

    assertThat(read(artifact, 0, 0)).isEmpty();
    assertThat(read(artifact, 500, 0)).isEmpty();
    assertThat(read(artifact, 1000, 0)).isEmpty();
  }

  @Test
  void givenAnEmptyArtifactWhenReadThenNothingComes() {
    Artifact artifact = putAndFind(base().resolve("model"), new byte[0]);

    assertThat(read(artifact, 0, -1)).isEmpty();
    assertThat(read(artifact, 0, 0)).isEmpty();
    assertThat(read(artifact, 0, 100)).isEmpty();
  }

  @Test
  void givenAStreamWhenReadByteByByteThenTheBytesAreUnsigned() throws IOException {
    byte[] content = {0, 127, (byte) 128, (byte) 255};
    Artifact artifact = putAndFind(base().resolve("model"), content);

    try (InputStream in = store().read(artifact, 0, -1)) {
      assertThat(new int[] {in.read(), in.read(), in.read(), in.read(), in.read()})
          .containsExactly(0, 127, 128, 255, -1);
    }
  }

  @Test
  void givenAStreamWhenClosedBeforeItsEndThenTheArtifactCanBeReadAgain() throws IOException {
    byte[] content = random(6, 4 * MIB);
    Artifact artifact = putAndFind(base().resolve("model"), content);

    for (int i = 0; i < 20; i++) {
      try (InputStream in = store().read(artifact, 0, -1)) {
        assertThat(in.read()).isEqualTo(content[0] & 0xff);
      }
    }

    assertThat(readAll(artifact)).isEqualTo(content);
  }

  @Test
  void givenAReaderWhenAnotherThreadClosesItsStreamThenItEndsAndAnEarlyEndIsNoEnd()
      throws IOException {
    byte[] content = random(16, 20 * MIB);
    Artifact artifact = putAndFind(base().resolve("model"), content);
    InputStream in = store().read(artifact, 0, -1);
    CountDownLatch reading = new CountDownLatch(1);
    ByteArrayOutputStream arrived = new ByteArrayOutputStream();

    Callable<Boolean> reader = () -> {
      byte[] piece = new byte[1000];
      try {
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
          arrived.write(piece, 0, count);
          reading.countDown();
        }
        return true;
      } catch (IOException e) {
        return false;
      } finally {
        reading.countDown();
      }
    };
    Callable<Boolean> closer = () -> {
      reading.await();
      in.close();
      in.close(); // As everywhere in Java, the second time does nothing.
      return true;
    };
    List<Outcome<Boolean>> outcomes = Together.run(List.of(reader, closer));

    assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.error()).isNull());
    byte[] expected = Boolean.TRUE.equals(outcomes.get(0).value())
        ? content
        : Arrays.copyOf(content, arrived.size());
    assertThat(Arrays.equals(arrived.toByteArray(), expected))
        .as("what arrived")
        .isTrue();
    assertThat(read(artifact, 5, 10)).isEqualTo(Arrays.copyOfRange(content, 5, 15));
  }

  @Test
  void givenManyThreadsWhenTheyReadRangesThenEachGetsItsBytes() {
    byte[] content = random(7, 3 * MIB);
    Artifact artifact = putAndFind(base().resolve("model"), content);
    List<Callable<Boolean>> readers = IntStream.range(0, 8)
        .<Callable<Boolean>>mapToObj(reader -> () -> {
          Random random = new Random(reader);
          for (int i = 0; i < 12; i++) {
            assertRange(artifact, content, random.nextInt(content.length), random.nextInt(MIB));
          }
          return true;
        })
        .toList();

    assertThat(Together.run(readers))
        .allSatisfy(outcome -> assertThat(outcome.error()).isNull());
  }

  @Test
  void givenAnArtifactThatIsRemovedWhenReadThenItIsNotFound() {
    Artifact artifact = putAndFind(base().resolve("model"), random(8, 1000));
    remove(artifact.location());

    OvmsConverterException error = failureOf(artifact, 0);

    assertThat(error).isInstanceOf(NotFoundException.class);
  }

  @Test
  void givenAnArtifactThatHasChangedWhenReadThenItIsNotMistakenForTheOldOne() {
    Artifact artifact = putAndFind(base().resolve("model"), random(9, 1000));
    assumeHasRevision(artifact);
    put(artifact.location(), random(10, 1000));

    assertThat(failureOf(artifact, 0)).isInstanceOf(TransferException.class);
    assertThat(failureOf(artifact, 500)).isInstanceOf(TransferException.class);
  }

  @Test
  void givenAnArtifactThatHasBecomeShorterWhenReadThenItIsNotMistakenForTheOldOne() {
    Artifact artifact = putAndFind(base().resolve("model"), random(11, 1000));
    put(artifact.location(), random(12, 10));

    assertThat(failureOf(artifact, 0)).isInstanceOf(TransferException.class);
  }

  @Test
  void givenAnArtifactThatChangesWhileItIsReadThenTheBytesAreNeverAMixture() throws IOException {
    byte[] old = random(13, 8 * MIB);
    Artifact artifact = putAndFind(base().resolve("model"), old);
    assumeHasRevision(artifact);

    ByteArrayOutputStream arrived = new ByteArrayOutputStream();
    OvmsConverterException error = null;
    try (InputStream in = store().read(artifact, 0, -1)) {
      arrived.write(in.readNBytes(1000));
      put(artifact.location(), random(14, 8 * MIB));
      in.transferTo(arrived);
    } catch (IOException | OvmsConverterException e) {
      error = libraryError(e);
    }

    if (error == null) {
      assertThat(arrived.toByteArray()).isEqualTo(old);
    } else {
      assertThat(error).isInstanceOf(TransferException.class);
    }
  }

  @Test
  void givenAStoreWithLocalPathsWhenAskedThenTheFileHasTheContent() throws IOException {
    byte[] content = random(15, 1000);
    Artifact artifact = putAndFind(base().resolve("deep/model"), content);

    if (can(StoreCapability.LOCAL_PATH)) {
      assertThat(Files.readAllBytes(store().localPath(artifact).orElseThrow())).isEqualTo(content);
    } else {
      assertThat(store().localPath(artifact)).isEmpty();
    }
  }

  private void assertRange(Artifact artifact, byte[] content, int offset, long length) {
    int end = (int) Math.min(content.length, offset + Math.min(length, content.length));
    assertThat(read(artifact, offset, length))
        .as("%d bytes at %d", length, offset)
        .isEqualTo(Arrays.copyOfRange(content, offset, end));
  }
}
