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
import io.github.fuseml.ovms.core.internal.store.FileStoreProvider;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.ChecksumAlgorithm;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.InMemoryStoreProvider;
import io.github.fuseml.ovms.testkit.StoreOperation;
import io.github.fuseml.ovms.testkit.StoreOperation.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One file from store to store: compared with what its store knows of it, and taken back if wrong. */
@Timeout(60)
class CopierTest {
  private static final int LARGE = Copier.SMALL + 1000;
  private static final String SOURCE = "memory://b/source";
  private static final Location TARGET = Location.of("memory://b/target");

  @TempDir
  Path directory;

  private final InMemoryStoreProvider objects = new InMemoryStoreProvider();
  private final ArtifactStore store = objects.open(StoreSettings.none(), StoreRole.OUTPUT);

  @ParameterizedTest
  @ValueSource(ints = {0, 1000, LARGE})
  void givenTheRightChecksumThenTheCopyStays(int size) throws Exception {
    byte[] content = put(size);
    copy(knowing(crc32c(content)), store, WriteMode.CREATE_ONLY);
    assertThat(objects.get(TARGET.value())).hasValue(content);
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, LARGE})
  void givenAWrongChecksumThenThereIsNoCopy(int size) {
    put(size);
    assertThatThrownBy(() -> copy(
            knowing(new Checksum(ChecksumAlgorithm.CRC32C, "00000000")),
            store,
            WriteMode.CREATE_ONLY))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("damaged");
    assertThat(objects.get(TARGET.value())).isEmpty();
  }

  @Test
  void givenADamagedCopyThatHasReplacedAnotherThenTheErrorSaysThatItIsLost() {
    put(LARGE);
    objects.put(TARGET, new byte[3]);
    assertThatThrownBy(() -> copy(
            knowing(new Checksum(ChecksumAlgorithm.CRC32C, "00000000")), store, WriteMode.REPLACE))
        .hasMessageContaining("what it may have replaced is lost");
  }

  @Test
  void givenADamagedCopyThatCannotBeRemovedThenTheErrorSaysSo() {
    put(LARGE);
    objects.fail(Kind.DELETE, 1, new TransferException(Problem.of("delete").found("no right")));
    assertThatThrownBy(() -> copy(
            knowing(new Checksum(ChecksumAlgorithm.CRC32C, "00000000")),
            store,
            WriteMode.CREATE_ONLY))
        .hasMessageContaining("could not be removed again");
  }

  @Test
  void givenATargetThatReadsOtherPiecesThenItIsNotCalledDamaged() throws Exception {
    byte[] content = put(LARGE);
    copy(
        knowing(crc32c(content)),
        writing((to, whole, mode) -> store.write(to, new Pieces(whole), mode)),
        WriteMode.CREATE_ONLY);
    assertThat(objects.get(TARGET.value())).hasValue(content);
  }

  @Test
  void givenAChecksumThatNeedsTheWholeThenItIsCheckedBeforeItIsWritten() throws Exception {
    byte[] content = put(LARGE);
    String md5 = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
    StoredArtifact copy =
        copy(knowing(new Checksum(ChecksumAlgorithm.MD5, md5)), store, WriteMode.CREATE_ONLY);
    assertThat(objects.get(TARGET.value())).hasValue(content);
    assertThat(copy.sha256()).hasSize(64);
    assertThat(directory).isEmptyDirectory();

    objects.remove(TARGET.value());
    objects.clearOperations();
    assertThatThrownBy(() -> copy(
            knowing(new Checksum(ChecksumAlgorithm.MD5, "0".repeat(32))),
            store,
            WriteMode.CREATE_ONLY))
        .hasMessageContaining("damaged, twice");
    assertThat(objects.operations()).noneMatch(operation -> operation.kind() == Kind.WRITE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, LARGE})
  void givenACutThenTheRestIsReadAndTheCopyIsWhole(int size) throws Exception {
    byte[] content = put(size);
    objects.cutRead(1, 400);
    copy(knowing(crc32c(content)), store, WriteMode.CREATE_ONLY);
    assertThat(objects.get(TARGET.value())).hasValue(content);
    assertThat(objects.bytesRead(SOURCE)).isEqualTo(size);
  }

  @ParameterizedTest
  @EnumSource
  void givenALocalFileThatIsChangedMeanwhileThenItsCopyIsTakenBack(WriteMode mode)
      throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[1000]);
    ArtifactStore target = writing((to, content, how) -> {
      Artifact written = store.write(to, content, how);
      change(file);
      return written;
    });
    try (ArtifactStore local =
        new FileStoreProvider().open(StoreSettings.none(), StoreRole.INPUT)) {
      Artifact source = local.find(Location.of(file)).orElseThrow();
      assertThatThrownBy(() -> copy(local, source, target, mode))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("changed while it was being copied");
    }
    assertThat(objects.get(TARGET.value())).isEmpty();
  }

  private static void change(Path file) {
    try {
      Files.write(file, new byte[1001]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../out", "/etc/x", "a/../../x", "a//b", ""})
  void givenAStoreThatLiesAboutNamesThenNothingIsRead(String path) {
    put(10);
    Artifact hostile = store.find(Location.of(SOURCE)).orElseThrow().withPath(path);
    objects.clearOperations();
    assertThatThrownBy(() -> copy(store, hostile, store, WriteMode.CREATE_ONLY))
        .isInstanceOf(OvmsConverterException.class);
    assertThat(objects.operations()).extracting(StoreOperation::kind).isEmpty();
  }

  private byte[] put(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    objects.put(SOURCE, content);
    return content;
  }

  private ArtifactStore knowing(Checksum checksum) {
    return new FaultyStore(store, (in, offset) -> in, artifact -> List.of(checksum));
  }

  private StoredArtifact copy(ArtifactStore from, ArtifactStore to, WriteMode mode)
      throws InterruptedException {
    return copy(from, from.find(Location.of(SOURCE)).orElseThrow(), to, mode);
  }

  private StoredArtifact copy(ArtifactStore from, Artifact source, ArtifactStore to, WriteMode mode)
      throws InterruptedException {
    TransferMeter meter = new TransferMeter(source.size(), 1, progress -> {});
    return new TransferEngine(TransferSettings.builder().build())
        .copy(
            from,
            to,
            List.of(source),
            new TransferEngine.CopyTarget(
                artifact -> TARGET,
                mode,
                path -> mode == WriteMode.CREATE_ONLY,
                KeptFiles.of(directory, List.of()),
                warning -> {}),
            meter,
            this::work)
        .get(0);
  }

  private Path work() {
    try {
      return Files.createDirectory(directory.resolve("work"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Checksum crc32c(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return new Checksum(ChecksumAlgorithm.CRC32C, "%08x".formatted(crc.getValue()));
  }

  /** How a target writes. */
  private interface Writing {
    Artifact write(Location location, Content content, WriteMode mode);
  }

  private ArtifactStore writing(Writing writing) {
    return (ArtifactStore) Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {ArtifactStore.class},
        (proxy, method, arguments) -> method.getName().equals("write")
            ? writing.write(
                (Location) arguments[0], (Content) arguments[1], (WriteMode) arguments[2])
            : method.invoke(store, arguments));
  }

  /** Leaves a first read early, and reads the rest with another. */
  private record Pieces(Content whole) implements Content {
    @Override
    public long size() {
      return whole.size();
    }

    @Override
    public InputStream open(long offset, long length) throws IOException {
      InputStream first = new ByteArrayInputStream(whole.open(offset, length).readNBytes(100));
      return new SequenceInputStream(first, whole.open(offset + 100, length - 100));
    }
  }
}
