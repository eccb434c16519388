package io.github.fuseml.ovms.core.internal.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.testkit.InMemoryStoreProvider;
import io.github.fuseml.ovms.testkit.StoreOperation;
import io.github.fuseml.ovms.testkit.StoreOperation.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreModelTreeTest {
  private static final int BLOCK = 64 * 1024;
  private static final int SIZE = 5 * BLOCK + 1000;
  private static final Location MODEL = Location.of("memory://bucket/model");

  private final InMemoryStoreProvider memory = new InMemoryStoreProvider();
  private final ArtifactStore store = memory.open(StoreSettings.none(), StoreRole.INPUT);
  private final byte[] content = new byte[SIZE];

  StoreModelTreeTest() {
    new Random(1).nextBytes(content);
    memory.put(MODEL.resolve("big"), content);
    memory.put(MODEL.resolve("deep/small"), new byte[] {1, 2, 3});
    memory.put(MODEL.resolve("empty"), new byte[0]);
  }

  @Test
  void givenADirectoryWhenAskedThenItsNameAndFilesAreThere() {
    StoreModelTree tree = directory();

    assertThat(tree.name()).isEqualTo("model");
    assertThat(tree.isSingleFile()).isFalse();
    assertThat(tree.files())
        .extracting(Artifact::path)
        .containsExactly("big", "deep/small", "empty");
    assertThat(tree.find("deep/small")).isPresent();
  }

  @Test
  void givenADirectoryWhenAFileIsNotInItThenTheStoreIsNotAsked() {
    StoreModelTree tree = directory();
    memory.clearOperations();

    assertThat(tree.find("other")).isEmpty();
    assertThat(tree.find("../model/big")).isEmpty();
    assertThat(tree.find("deep")).isEmpty();
    assertThat(tree.find("")).isEmpty();

    assertThat(memory.operations()).isEmpty();
  }

  @Test
  void givenTheSameHeadReadAgainAndAgainThenTheStoreIsReadOnce() {
    StoreModelTree tree = directory();
    Artifact big = tree.find("big").orElseThrow();

    for (int i = 0; i < 10; i++) {
      assertThat(tree.head(big)).isEqualTo(Arrays.copyOf(content, 4096));
    }

    assertThat(reads()).containsExactly("0+65536");
  }

  @Test
  void givenPartsNearToEachOtherWhenReadThenTheStoreIsReadOnce() {
    StoreModelTree tree = directory();
    Artifact big = tree.find("big").orElseThrow();

    for (int offset = 0; offset < BLOCK; offset += 5000) {
      tree.read(big, offset, 100);
    }

    assertThat(reads()).containsExactly("0+65536");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "0, 65536",
    "65535, 2",
    "65536, 1",
    "100, 65536",
    "131071, 65536",
    "0, 65537",
    "10, 300000",
    "327680, 1000",
    "328679, 1",
    "328600, 1000",
    "0, 16777216",
    "5, 0",
  })
  void givenARangeWhenReadThenItsBytesComeAndNoneBeyondTheEnd(int offset, int length) {
    StoreModelTree tree = directory();
    Artifact big = tree.find("big").orElseThrow();
    byte[] expected =
        Arrays.copyOfRange(content, offset, (int) Math.min(SIZE, (long) offset + length));

    assertThat(tree.read(big, offset, length)).isEqualTo(expected);
    assertThat(tree.read(big, offset, length)).as("from the cache").isEqualTo(expected);
  }

  @Test
  void givenARangeAcrossTwoBlocksWhenReadThenBothAreKept() {
    StoreModelTree tree = directory();
    Artifact big = tree.find("big").orElseThrow();

    tree.read(big, BLOCK - 10, 20);
    tree.read(big, 0, 10);
    tree.read(big, BLOCK + 100, 10);

    assertThat(reads()).containsExactly("0+65536", "65536+65536");
  }

  @Test
  void givenALargeRangeWhenReadThenItComesInOnePieceAndOnlyThat() {
    StoreModelTree tree = directory();

    tree.read(tree.find("big").orElseThrow(), 1000, 200_000);

    assertThat(reads()).containsExactly("1000+200000");
  }

  @Test
  void givenTheLastBlockWhenReadThenNoMoreThanTheFileIsAskedFor() {
    StoreModelTree tree = directory();

    tree.read(tree.find("big").orElseThrow(), SIZE - 1, 1);

    assertThat(reads()).containsExactly("327680+1000");
  }

  @Test
  void givenNothingToReadWhenReadThenTheStoreIsNotAsked() {
    StoreModelTree tree = directory();
    Artifact big = tree.find("big").orElseThrow();

    assertThat(tree.read(big, SIZE, 100)).isEmpty();
    assertThat(tree.read(big, SIZE + 1L, 100)).isEmpty();
    assertThat(tree.read(big, Long.MAX_VALUE, 100)).isEmpty();
    assertThat(tree.read(big, 0, 0)).isEmpty();
    assertThat(tree.head(tree.find("empty").orElseThrow())).isEmpty();

    assertThat(reads()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"-1, 10", "0, -1", "0, 16777217"})
  void givenARangeThatIsNoneWhenReadThenItIsOutOfBounds(long offset, int length) {
    StoreModelTree tree = directory();

    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> tree.read(tree.find("big").orElseThrow(), offset, length));
  }

  @Test
  void givenManyBlocksWhenReadThenOnlyTheLatestAreKept() {
    memory.put(MODEL.resolve("huge"), new byte[200 * BLOCK]);
    StoreModelTree tree = directory();
    Artifact huge = tree.find("huge").orElseThrow();
    for (int block = 0; block < 200; block++) {
      tree.read(huge, (long) block * BLOCK, 1);
    }
    memory.clearOperations();

    tree.read(huge, 199L * BLOCK, 1);
    tree.read(huge, 0, 1);

    assertThat(reads()).containsExactly("0+65536");
  }

  @Test
  void givenAFileThatChangesAfterItWasListedWhenReadThenItIsRefused() {
    StoreModelTree tree = directory();
    memory.put(MODEL.resolve("big"), new byte[SIZE]);

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> tree.head(tree.find("big").orElseThrow()));
  }

  @Test
  void givenAFileThatIsRemovedAfterItWasListedWhenReadThenItIsNotFound() {
    StoreModelTree tree = directory();
    memory.remove(MODEL.resolve("big").value());

    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> tree.head(tree.find("big").orElseThrow()));
  }

  @Test
  void givenAConnectionThatBreaksWhenReadThenItIsATransferErrorAndNothingIsKept() {
    StoreModelTree tree = directory();
    Artifact big = tree.find("big").orElseThrow();
    memory.cutRead(1, 10);

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> tree.head(big))
        .matches(TransferException::isRetryable)
        .withMessageContaining(big.location().toString());

    assertThat(tree.head(big)).isEqualTo(Arrays.copyOf(content, 4096));
  }

  @Test
  void givenASingleFileWhenAskedThenOnlyItIsListedAndItsNeighboursAreFound() {
    StoreModelTree tree = singleFile();

    assertThat(tree.name()).isEqualTo("big");
    assertThat(tree.isSingleFile()).isTrue();
    assertThat(tree.files()).extracting(Artifact::path).containsExactly("big");
    assertThat(tree.directory()).isEqualTo(MODEL);
    Artifact beside = tree.find("deep/small").orElseThrow();
    assertThat(beside.path()).isEqualTo("deep/small");
    assertThat(tree.read(beside, 0, 10)).containsExactly(1, 2, 3);
    assertThat(tree.find("no-such-file")).isEmpty();
  }

  @Test
  void givenANeighbourThatWasFoundWhenAskedAgainThenTheStoreIsNotAsked() {
    StoreModelTree tree = singleFile();
    tree.find("empty");
    memory.clearOperations();

    assertThat(tree.find("empty")).isPresent();
    assertThat(tree.find("big")).isPresent();

    assertThat(memory.operations()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "..",
        "../secret",
        "deep/../../secret",
        "./big",
        "/big",
        "deep//small",
        "deep/",
        "a\\b",
        "a\0b",
        "/",
        "deep/."
      })
  void givenAPathThatLeavesTheTreeWhenLookedForThenTheStoreIsNotAsked(String path) {
    memory.put("memory://bucket/secret", new byte[] {1});
    StoreModelTree tree = singleFile();
    memory.clearOperations();

    assertThat(tree.find(path)).isEmpty();

    assertThat(memory.operations()).isEmpty();
  }

  private StoreModelTree directory() {
    return StoreModelTree.ofDirectory(store, MODEL, MODEL.name(), store.list(MODEL));
  }

  private StoreModelTree singleFile() {
    return StoreModelTree.ofFile(store, store.find(MODEL.resolve("big")).orElseThrow(), MODEL);
  }

  private List<String> reads() {
    return memory.operations().stream()
        .filter(operation -> operation.kind() == Kind.READ)
        .map(StoreModelTreeTest::range)
        .toList();
  }

  private static String range(StoreOperation read) {
    return read.offset() + "+" + read.length();
  }
}
