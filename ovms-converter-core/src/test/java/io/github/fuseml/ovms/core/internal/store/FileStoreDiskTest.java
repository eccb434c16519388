package io.github.fuseml.ovms.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.support.Tmpfs;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The file store on a disk that is full, read-only, or another one than the files come from. */
@Timeout(120)
class FileStoreDiskTest {
  @TempDir
  Path directory;

  private final ArtifactStore store =
      new FileStoreProvider().open(StoreSettings.none(), StoreRole.OUTPUT);
  private Tmpfs disk;

  @BeforeEach
  void mountADisk() {
    disk = Tmpfs.mount(directory.resolve("disk"));
  }

  @AfterEach
  void unmountTheDisk() {
    store.close();
    disk.close();
  }

  @Test
  void givenAFullDiskWhenAFileIsWrittenThenItIsATransferErrorAndNothingIsLeft() throws IOException {
    for (WriteMode mode : WriteMode.values()) {
      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> store.write(at("deep/model.bin"), file(300_000), mode))
          .matches(TransferException::isRetryable)
          .withMessageContaining("No space left on device")
          .withMessageContaining("free some space");

      assertThat(left()).isEmpty();
    }
  }

  @Test
  void givenAFullDiskWhenAFileIsReplacedThenTheOldOneStays() throws IOException {
    store.write(at("model.bin"), file(1000), WriteMode.CREATE_ONLY);

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.write(at("model.bin"), file(300_000), WriteMode.REPLACE));

    assertThat(Files.size(disk.path().resolve("model.bin"))).isEqualTo(1000);
    assertThat(left()).containsExactly(disk.path().resolve("model.bin"));
  }

  @Test
  void givenAFullDiskWhenADirectoryIsWrittenThenNothingIsLeftAndTheFilesStay() throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("model.xml", file(1000));
    files.put("model.bin", file(300_000));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.writeDirectory(at("models/1"), files))
        .withMessageContaining("No space left on device");

    assertThat(left()).isEmpty();
    assertThat(files.values()).allSatisfy(file -> assertThat(file).exists());
  }

  @Test
  void givenFilesOfAnotherDiskWhenADirectoryIsWrittenThenTheyAreCopied() throws IOException {
    Path content = file(1000);

    store.writeDirectory(at("models/1"), Map.of("deep/model.bin", content));

    assertThat(disk.path().resolve("models/1/deep/model.bin")).hasSameBinaryContentAs(content);
  }

  @Test
  void givenAReadOnlyDiskWhenWrittenToThenAccessIsDenied() throws IOException {
    Path file = file(10);
    store.write(at("old"), file, WriteMode.CREATE_ONLY);
    disk.makeReadOnly();

    for (WriteMode mode : WriteMode.values()) {
      assertThatExceptionOfType(AccessDeniedException.class)
          .isThrownBy(() -> store.write(at("new"), file, mode))
          .withMessageContaining("Read-only file system")
          .withMessageContaining("writable");
    }
    assertThatExceptionOfType(AccessDeniedException.class)
        .isThrownBy(() -> store.writeDirectory(at("1"), Map.of("a", file)));
    assertThatExceptionOfType(AccessDeniedException.class)
        .isThrownBy(() -> store.delete(at("old")));
    assertThat(store.list(Location.of(disk.path()))).hasSize(1);
  }

  private Location at(String path) {
    return Location.of(disk.path().resolve(path));
  }

  private Path file(int size) throws IOException {
    return Files.write(Files.createTempFile(directory, "content", ""), new byte[size]);
  }

  private Iterable<Path> left() throws IOException {
    try (Stream<Path> paths = Files.walk(disk.path())) {
      return paths.filter(path -> !path.equals(disk.path())).toList();
    }
  }
}
