package io.github.fuseml.ovms.core.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.core.internal.io.DurableFiles;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.ChecksumAlgorithm;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.testkit.InMemoryStoreProvider;
import io.github.fuseml.ovms.testkit.StoreOperation.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bringing files here: whole, checked, gone on with after a cut, or nothing. */
@Timeout(60)
class DownloadTest {
  private static final int PART = 64 * 1024;
  private static final Location SOURCE = Location.of("memory://b/model");

  @TempDir
  Path directory;

  private final InMemoryStoreProvider objects = new InMemoryStoreProvider();
  private final Random random = new Random(7);
  private ArtifactStore store;

  @BeforeEach
  void openTheStore() {
    store = objects.open(StoreSettings.none(), StoreRole.INPUT);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, PART - 1, PART, PART + 1, 9 * PART + 17})
  void givenAFileOfAnySizeThenItIsHereWithItsSha256(int size) throws Exception {
    byte[] content = put("a/file", size);
    List<StoredArtifact> arrived = download(store, settings());
    assertThat(Files.readAllBytes(target().resolve("a/file"))).isEqualTo(content);
    assertThat(arrived).hasSize(1);
    assertThat(arrived.get(0).sha256()).isEqualTo(sha256(content));
  }

  @Test
  void givenACutConnectionThenOnlyWhatIsMissingIsAskedForAgain() throws Exception {
    byte[] content = put("file", 4 * PART);
    objects.cutRead(1, 1000);
    download(store, settings());
    assertThat(Files.readAllBytes(target().resolve("file"))).isEqualTo(content);
    assertThat(objects.bytesRead("memory://b/model/file")).isEqualTo(content.length);
  }

  @Test
  void givenACutBehindTheLastByteThenNothingIsMissing() throws Exception {
    byte[] content = put("file", 4 * PART);
    download(faulty((in, offset) -> new CutAtEnd(in)), settings());
    assertThat(Files.readAllBytes(target().resolve("file"))).isEqualTo(content);
  }

  @Test
  void givenCutsWithoutEndThenTheErrorTellsWhere() {
    put("file", PART);
    for (int i = 1; i <= 3; i++) {
      objects.cutRead(i, i == 1 ? 1000 : 0);
    }
    assertThatThrownBy(() -> download(store, settings().attempts(2)))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("at byte 1000 of 65536");
    assertNothingIsLeft();
  }

  @Test
  void givenAStreamThatStallsThenItIsCutAndGoneOnWith() throws Exception {
    byte[] content = put("file", 2 * PART);
    AtomicInteger reads = new AtomicInteger();
    download(
        faulty((in, offset) -> reads.getAndIncrement() == 0 ? new Stalled(in) : in),
        settings().stallTimeout(Duration.ofSeconds(1)));
    assertThat(Files.readAllBytes(target().resolve("file"))).isEqualTo(content);
    assertThat(reads).hasValue(3);
  }

  @Test
  void givenAnObjectThatIsReplacedMeanwhileThenItFailsAndNothingIsLeft() {
    put("file", 8 * PART);
    objects.before(Kind.READ, 4, read -> objects.put(read.location(), new byte[8 * PART]));
    assertThatThrownBy(() -> download(store, settings()))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("changed");
    assertNothingIsLeft();
  }

  @Test
  void givenAStoreThatThrowsACancellationThenTheDownloadEnds() {
    put("file", PART);
    objects.fail(Kind.READ, 1, new CancellationException("by the client's pool"));
    assertThatThrownBy(() -> download(store, settings())).isInstanceOf(CancellationException.class);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void givenAWrongChecksumThenTheFileIsFetchedOnceMoreAndRefused(ChecksumAlgorithm algorithm) {
    byte[] content = put("file", 2 * PART);
    String wrong = "0"
        .repeat(
            switch (algorithm) {
              case SHA256 -> 64;
              case MD5 -> 32;
              case CRC64NVME -> 16;
              case CRC32, CRC32C -> 8;
            });
    FaultyStore lying =
        new FaultyStore(store, (in, offset) -> in, a -> List.of(new Checksum(algorithm, wrong)));
    assertThatThrownBy(() -> download(lying, settings()))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("damaged, twice");
    assertThat(objects.bytesRead("memory://b/model/file")).isEqualTo(2L * content.length);
    assertNothingIsLeft();
  }

  @Test
  void givenAByteThatFlipsOnceThenTheFileIsFetchedOnceMore() throws Exception {
    byte[] content = put("file", 3 * PART);
    Checksum right = new Checksum(ChecksumAlgorithm.SHA256, sha256(content));
    AtomicInteger reads = new AtomicInteger();
    FaultyStore flipping = new FaultyStore(
        store,
        (in, offset) -> reads.getAndIncrement() == 1 ? new Flipped(in) : in,
        artifact -> List.of(right));
    download(flipping, settings());
    assertThat(Files.readAllBytes(target().resolve("file"))).isEqualTo(content);
    assertThat(reads).hasValue(6);
  }

  @Test
  void givenTooLittleTimeThenItFailsAndNothingIsLeft() {
    put("file", PART);
    FaultyStore stalling = faulty((in, offset) -> new Stalled(in));
    assertThatThrownBy(() -> download(stalling, settings().timeLimit(Duration.ofSeconds(1))))
        .hasMessageContaining("longer than the limit");
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../out", "/etc/x", "a/../../x", "a//b", "", ".", "a\u0000b"})
  void givenAHostileNameThenNothingIsRead(String path) {
    Artifact real = objects.put("memory://b/model/file", new byte[10]);
    assertThatThrownBy(() -> {
          Artifact hostile = real.withPath(path);
          download(store, List.of(hostile), settings());
        })
        .isInstanceOfAny(OvmsConverterException.class, IllegalArgumentException.class);
    assertThat(objects.operations()).isEmpty();
    assertNothingIsLeft();
  }

  @Test
  void givenAFileThatIsADirectoryTooThenNothingIsRead() {
    put("a", 10);
    put("a/b/c", 10);
    assertThatThrownBy(() -> download(store, settings()))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("'a' is both a file and a directory");
    assertThat(objects.bytesRead("memory://b/model/a")).isZero();
    assertNothingIsLeft();
  }

  @Test
  void givenANameThatComesTwiceThenNothingIsRead() {
    Artifact file = objects.put("memory://b/model/file", new byte[10]);
    assertThatThrownBy(() -> download(store, List.of(file, file), settings()))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("lists 'file' twice");
    assertThat(objects.operations()).isEmpty();
    assertNothingIsLeft();
  }

  @Test
  void givenAStoreThatIgnoresItsRunsEndThenItsThreadIsInterrupted() throws Exception {
    put("file", PART);
    put("other", 1);
    CountDownLatch interrupted = new CountDownLatch(1);
    objects.before(Kind.READ, 1, read -> {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupted.countDown();
        Thread.currentThread().interrupt();
      }
    });
    objects.fail(Kind.READ, 2, new TransferException(Problem.of("read").found("it broke")));
    assertThatThrownBy(() -> download(store, settings())).hasMessageContaining("it broke");
    assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    assertNothingIsLeft();
  }

  @Test
  void givenAnEarlierRunThatWasKeptThenOnlyWhatIsMissingIsRead() throws Exception {
    byte[] content = put("file", 4 * PART);
    failAtTheThirdPart();
    objects.clearOperations();
    download(store, settings());
    assertThat(Files.readAllBytes(target().resolve("file"))).isEqualTo(content);
    assertThat(objects.bytesRead("memory://b/model/file")).isEqualTo(2L * PART);
    assertThat(staging()).isEmptyDirectory();
  }

  @Test
  void givenAnEarlierRunWhoseFileWasTamperedWithThenThatPartIsReadAgain() throws Exception {
    byte[] content = put("file", 4 * PART);
    failAtTheThirdPart();
    try (Stream<Path> left = Files.walk(staging())) {
      Path file = left.filter(path -> path.endsWith("file")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(file);
      bytes[5] = (byte) (bytes[5] ^ 1);
      Files.write(file, bytes);
    }
    objects.clearOperations();
    download(store, settings());
    assertThat(Files.readAllBytes(target().resolve("file"))).isEqualTo(content);
    assertThat(objects.bytesRead("memory://b/model/file")).isEqualTo(3L * PART);
  }

  @Test
  void givenAnEarlierRunOfWhatIsAnotherObjectNowThenNothingOfItIsUsed() throws Exception {
    put("file", 4 * PART);
    failAtTheThirdPart();
    byte[] other = put("file", 4 * PART);
    objects.clearOperations();
    download(store, settings());
    assertThat(Files.readAllBytes(target().resolve("file"))).isEqualTo(other);
    assertThat(objects.bytesRead("memory://b/model/file")).isEqualTo(other.length);
  }

  private void failAtTheThirdPart() {
    objects.fail(Kind.READ, 3, new TransferException(Problem.of("read").found("it broke")));
    assertThatThrownBy(() -> download(store, settings().parallelism(1).keepPartialDownloads(true)))
        .hasMessageContaining("it broke");
    assertThat(target()).doesNotExist();
  }

  @Test
  void givenRandomFaultsThenEveryFileIsRightOrNothingIsThere() throws Exception {
    for (int seed = 0; seed < 200; seed++) {
      Random faults = new Random(seed);
      byte[] first = put("a", faults.nextInt(4 * PART));
      byte[] second = put("b/c", faults.nextInt(2 * PART));
      for (int cut = 0; cut < faults.nextInt(6); cut++) {
        objects.cutRead(1 + faults.nextInt(6), faults.nextInt(PART));
      }
      if (faults.nextInt(4) == 0) {
        objects.before(
            Kind.READ, 1 + faults.nextInt(4), read -> objects.put(read.location(), new byte[9]));
      }
      try {
        download(store, settings().attempts(2));
        assertThat(Files.readAllBytes(target().resolve("a"))).as("seed " + seed).isEqualTo(first);
        assertThat(Files.readAllBytes(target().resolve("b/c"))).isEqualTo(second);
        DurableFiles.deleteTree(target());
      } catch (OvmsConverterException e) {
        assertThat(target()).as("seed " + seed).doesNotExist();
      }
      assertThat(staging()).isEmptyDirectory();
    }
  }

  private FaultyStore faulty(FaultyStore.Streams streams) {
    return new FaultyStore(store, streams, artifact -> List.of());
  }

  private byte[] put(String path, int size) {
    byte[] content = new byte[size];
    random.nextBytes(content);
    objects.put("memory://b/model/" + path, content);
    return content;
  }

  private List<StoredArtifact> download(ArtifactStore from, TransferSettings.Builder settings)
      throws InterruptedException {
    return download(from, store.list(SOURCE), settings);
  }

  private List<StoredArtifact> download(
      ArtifactStore from, List<Artifact> files, TransferSettings.Builder settings)
      throws InterruptedException {
    return new TransferEngine(settings.build())
        .download(
            from,
            SOURCE,
            files,
            new TransferEngine.Target(staging(), target(), true, true),
            new TransferMeter(0, 0, progress -> {}),
            note -> {});
  }

  private static TransferSettings.Builder settings() {
    return TransferSettings.builder().partSize(PART).parallelism(3).durable(false);
  }

  private Path staging() {
    return directory.resolve("staging");
  }

  private Path target() {
    return directory.resolve("target");
  }

  private void assertNothingIsLeft() {
    assertThat(target()).doesNotExist();
    if (Files.exists(staging())) {
      assertThat(staging()).isEmptyDirectory();
    }
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  /** Gives everything, and then fails where it should tell the end. */
  private static final class CutAtEnd extends FilterInputStream {
    CutAtEnd(InputStream whole) {
      super(whole);
    }

    @Override
    public int read() throws IOException {
      int next = super.read();
      if (next < 0) {
        throw new IOException("Connection reset");
      }
      return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return super.read(bytes, offset, length);
    }
  }

  /** Gives nothing until it is closed. */
  private static final class Stalled extends FilterInputStream {
    private final CountDownLatch closed = new CountDownLatch(1);

    Stalled(InputStream whole) {
      super(whole);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IOException("closed");
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  /** Changes the first bit of everything that is read. */
  private static final class Flipped extends FilterInputStream {
    Flipped(InputStream whole) {
      super(whole);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      bytes[offset] = (byte) (bytes[offset] ^ 1);
      return count;
    }
  }
}
