package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.Together.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@code write} and {@code delete}. */
abstract class WritingContract extends ChecksumContract {
  private static final int MIB = 1024 * 1024;

  WritingContract() {}

  @Test
  void givenAStoreThatCannotWriteWhenWrittenToThenTheRequestIsRefused() {
    Assumptions.assumeFalse(can(StoreCapability.WRITE), "the store has WRITE");

    for (WriteMode mode : WriteMode.values()) {
      assertThatExceptionOfType(BadRequestException.class)
          .isThrownBy(() -> store().write(base().resolve("model"), file(utf8("a")), mode));
    }
  }

  @Test
  void givenAFileWhenWrittenThenItIsAnArtifactWithItsContent() {
    assumeCan(StoreCapability.WRITE);
    byte[] content = random(1, 100_000);

    for (WriteMode mode : WriteMode.values()) {
      Location location = base().resolve("model-" + mode);
      Artifact written = store().write(location, file(content), mode);

      assertThat(written.path()).isEqualTo("model-" + mode);
      assertThat(store().find(location)).contains(written);
      assertThat(readAll(written)).isEqualTo(content);
    }
  }

  @Test
  void givenNoDirectoriesWhenWrittenThenTheyAppear() {
    assumeCan(StoreCapability.WRITE);

    store().write(base().resolve("a/b/c/model"), file(utf8("a")), WriteMode.CREATE_ONLY);

    assertThat(pathsBelow(base())).containsExactly("a/b/c/model");
    assertThat(store().listDirectories(base().resolve("a"))).containsExactly("b");
  }

  @Test
  void givenAnEmptyFileWhenWrittenThenItIsAnEmptyArtifact() {
    assumeCan(StoreCapability.WRITE);

    for (WriteMode mode : WriteMode.values()) {
      Artifact written = store().write(base().resolve("empty-" + mode), file(new byte[0]), mode);

      assertThat(written.size()).isZero();
      assertThat(readAll(written)).isEmpty();
    }
  }

  @Test
  void givenALargeFileWhenWrittenThenAllOfItArrives() {
    assumeCan(StoreCapability.WRITE);
    byte[] content = random(2, 20 * MIB);

    Artifact written = store().write(base().resolve("large"), file(content), WriteMode.CREATE_ONLY);

    assertThat(written.size()).isEqualTo(20L * MIB);
    assertThat(Arrays.equals(readAll(written), content)).as("the same content").isTrue();
  }

  @Test
  void givenAFileWhenWrittenThenTheFileItselfStaysAsItIs() throws IOException {
    assumeCan(StoreCapability.WRITE);
    byte[] content = random(3, 10_000);
    Path file = file(content);

    Artifact written = store().write(base().resolve("model"), file, WriteMode.REPLACE);
    Files.write(file, new byte[] {1});

    assertThat(readAll(written)).isEqualTo(content);
    assertThat(file).hasBinaryContent(new byte[] {1});
  }

  @Test
  void givenAnArtifactWhenCreatedAgainThenItIsAConflictAndNothingChanges() {
    assumeCan(StoreCapability.WRITE);
    Location location = base().resolve("model");
    Artifact first = store().write(location, file(utf8("first")), WriteMode.CREATE_ONLY);

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> store().write(location, file(utf8("second")), WriteMode.CREATE_ONLY));

    assertThat(store().find(location)).contains(first);
    assertThat(contentAt(location)).isEqualTo(utf8("first"));
    assertThat(pathsBelow(base())).containsExactly("model");
  }

  @Test
  void givenAnArtifactWhenReplacedThenItHasTheNewContent() {
    assumeCan(StoreCapability.WRITE);
    Location location = base().resolve("model");
    put(location, utf8("old"));

    Artifact written = store().write(location, file(utf8("newer")), WriteMode.REPLACE);

    assertThat(written.size()).isEqualTo(5);
    assertThat(contentAt(location)).isEqualTo(utf8("newer"));
    assertThat(pathsBelow(base())).containsExactly("model");
  }

  @Test
  void givenAnArtifactThatIsDeletedWhenCreatedThenThereIsNoConflict() {
    assumeCan(StoreCapability.WRITE);
    Location location = base().resolve("model");
    put(location, utf8("old"));
    store().delete(location);

    store().write(location, file(utf8("new")), WriteMode.CREATE_ONLY);

    assertThat(contentAt(location)).isEqualTo(utf8("new"));
  }

  @Test
  void givenNoFileWhenWrittenThenNothingAppears() {
    assumeCan(StoreCapability.WRITE);

    for (WriteMode mode : WriteMode.values()) {
      assertThatExceptionOfType(OvmsConverterException.class)
          .isThrownBy(() -> store().write(base().resolve("a/b/model"), missingFile(), mode));
    }

    assertNothingBelow(base());
  }

  @Test
  void givenAnArtifactWhenItsReplacementFailsThenItStays() {
    assumeCan(StoreCapability.WRITE);
    Location location = base().resolve("model");
    put(location, utf8("old"));

    assertThatExceptionOfType(OvmsConverterException.class)
        .isThrownBy(() -> store().write(location, missingFile(), WriteMode.REPLACE));

    assertThat(contentAt(location)).isEqualTo(utf8("old"));
    assertThat(pathsBelow(base())).containsExactly("model");
  }

  @Test
  void givenAReaderWhenTheArtifactIsReplacedAgainAndAgainThenItSeesOneContentOrTheOther() {
    assumeCan(StoreCapability.WRITE);
    Location location = base().resolve("model");
    Path ones = file(filled(1, 200_000));
    Path twos = file(filled(2, 300_000));
    store().write(location, ones, WriteMode.REPLACE);
    AtomicBoolean done = new AtomicBoolean();

    Callable<Boolean> writer = () -> {
      try {
        for (int i = 0; i < 40; i++) {
          store().write(location, i % 2 == 0 ? twos : ones, WriteMode.REPLACE);
        }
      } finally {
        done.set(true);
      }
      return true;
    };
    Callable<Boolean> reader = () -> {
      do {
        assertOneOf(location, filled(1, 200_000), filled(2, 300_000));
      } while (!done.get());
      return true;
    };

    assertThat(Together.run(List.of(writer, reader)))
        .allSatisfy(outcome -> assertThat(outcome.error()).isNull());
  }

  private void assertOneOf(Location location, byte[] one, byte[] other) {
    Artifact found = store().find(location).orElseThrow(() -> new AssertionError("it is gone"));
    try {
      byte[] content = readAll(found);
      assertThat(Arrays.equals(content, one) || Arrays.equals(content, other))
          .as("one of the two contents and no mixture")
          .isTrue();
    } catch (TransferException | UncheckedIOException e) {
      // It was replaced since it was found, perhaps under the reader's hands: failing is right.
    }
  }

  @Test
  void givenEightThreadsWhenTheyCreateTheSameArtifactThenExactlyOneWins() {
    assumeCan(StoreCapability.WRITE);
    assumeCan(StoreCapability.CREATE_ONLY);
    for (int round = 0; round < 5; round++) {
      Location location = base().resolve("round-" + round + "/model");
      List<Callable<byte[]>> writers = IntStream.range(0, 8)
          .<Callable<byte[]>>mapToObj(number -> {
            byte[] content = random(number, 50_000 + number);
            Path file = file(content);
            return () -> {
              store().write(location, file, WriteMode.CREATE_ONLY);
              return content;
            };
          })
          .toList();

      List<Outcome<byte[]>> outcomes = Together.run(writers);

      List<Outcome<byte[]>> winners =
          outcomes.stream().filter(outcome -> outcome.error() == null).toList();
      assertThat(winners).hasSize(1);
      assertThat(outcomes)
          .filteredOn(outcome -> outcome.error() != null)
          .allSatisfy(outcome -> assertThat(outcome.error()).isInstanceOf(ConflictException.class));
      assertThat(contentAt(location)).isEqualTo(winners.get(0).value());
      assertThat(pathsBelow(base().resolve("round-" + round))).containsExactly("model");
    }
  }

  @Test
  void givenManyThreadsWhenTheyCreateDifferentArtifactsThenAllAreThere() {
    assumeCan(StoreCapability.WRITE);
    List<Callable<Artifact>> writers = IntStream.range(0, 8)
        .<Callable<Artifact>>mapToObj(number -> {
          Path file = file(random(number, 10_000));
          return () ->
              store().write(base().resolve("new/directory/" + number), file, WriteMode.CREATE_ONLY);
        })
        .toList();

    assertThat(Together.run(writers))
        .allSatisfy(outcome -> assertThat(outcome.error()).isNull());

    assertThat(pathsBelow(base().resolve("new/directory"))).hasSize(8);
  }

  @Test
  void givenAnArtifactWhenDeletedThenItIsGoneAndDeletingItAgainDoesNothing() {
    assumeCan(StoreCapability.WRITE);
    put(base().resolve("model/a"), utf8("a"));
    put(base().resolve("model/b"), utf8("b"));

    store().delete(base().resolve("model/a"));
    store().delete(base().resolve("model/a"));

    assertThat(pathsBelow(base())).containsExactly("model/b");
    assertThat(store().exists(base().resolve("model/a"))).isFalse();
  }

  @Test
  void givenNothingWhenDeletedThenNothingHappens() {
    assumeCan(StoreCapability.WRITE);
    put(base().resolve("file"), utf8("a"));

    store().delete(base().resolve("model"));
    store().delete(base().resolve("no/such/model"));
    store().delete(base().resolve("file/below"));
    store().delete(base().resolve("fil"));

    assertThat(pathsBelow(base())).containsExactly("file");
  }

  @Test
  void givenADirectoryWhenDeletedThenItStays() {
    assumeCan(StoreCapability.WRITE);
    put(base().resolve("model/deep/a"), utf8("a"));

    store().delete(base().resolve("model"));
    store().delete(base().resolve("model/"));
    store().delete(base().resolve("model/deep"));

    assertThat(pathsBelow(base())).containsExactly("model/deep/a");
  }

  @Test
  void givenAnArtifactWhenDeletedWithASlashAtTheEndThenItStays() {
    assumeCan(StoreCapability.WRITE);
    put(base().resolve("model"), utf8("a"));

    store().delete(base().resolve("model/"));

    assertThat(pathsBelow(base())).containsExactly("model");
  }

  private static byte[] filled(int value, int size) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
