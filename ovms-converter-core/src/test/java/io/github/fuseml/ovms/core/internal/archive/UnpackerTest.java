package io.github.fuseml.ovms.core.internal.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.api.UnsupportedFormatException;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.core.support.Tmpfs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives: everything in an honest one lies in the directory, and nothing of another outside of it. */
@Timeout(60)
class UnpackerTest {
  private static final int CONTENT = 10_000;
  private static final long LIMIT = 1L << 30;

  @TempDir
  Path directory;

  private Path unpacked;

  @BeforeEach
  void makeTheDirectory() throws IOException {
    unpacked = Files.createDirectories(directory.resolve("outer/unpacked"));
  }

  @ParameterizedTest
  @EnumSource
  void givenFilesThenEachIsWhereItsNameSays(ArchiveKind kind) throws Exception {
    unpack(kind, archive(kind, "./top/", "./top/a", "top/deep/er/b"));
    assertThat(Sandbox.files(unpacked)).containsExactly("top/a", "top/deep/er/b");
    assertThat(unpacked.resolve("top/deep/er/b")).hasBinaryContent(content());
  }

  @ParameterizedTest
  @CsvSource({
    "ZIP,../out", "ZIP,a/../../out", "ZIP,/tmp/out", "ZIP,a//b", "ZIP,..",
    "TAR,../out", "TAR,a/../../out", "TAR,/tmp/out", "TAR_GZ,../../out", "TAR,../out/",
  })
  void givenANameThatLeadsElsewhereThenItIsRefused(ArchiveKind kind, String name)
      throws IOException {
    assertRefused(kind, archive(kind, name), "no safe path");
  }

  @ParameterizedTest
  @ValueSource(
      bytes = {
        TarConstants.LF_LINK,
        TarConstants.LF_SYMLINK,
        TarConstants.LF_CHR,
        TarConstants.LF_BLK,
        TarConstants.LF_FIFO
      })
  void givenALinkOrADeviceThenItIsRefused(byte type) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry entry = new TarArchiveEntry("link", type);
      entry.setLinkName("/etc/passwd");
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    }
    assertRefused(ArchiveKind.TAR, bytes.toByteArray(), "a link or a device");
  }

  /** As Info-ZIP writes it: the kind of file stands in the attributes, and the link's aim is its content. */
  @ParameterizedTest
  @ValueSource(ints = {UnixStat.LINK_FLAG | 0777, 0060000, 0010644})
  void givenALinkOrADeviceInAZipThenItIsRefused(int mode) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
      for (String name : List.of("model.onnx", "link")) {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setUnixMode(name.equals("link") ? mode : UnixStat.FILE_FLAG | 0644);
        zip.putArchiveEntry(entry);
        zip.write("/etc/passwd".getBytes(StandardCharsets.UTF_8));
        zip.closeArchiveEntry();
      }
    }
    assertRefused(ArchiveKind.ZIP, bytes.toByteArray(), "'link' is a link or a device");
  }

  @ParameterizedTest
  @EnumSource
  void givenMoreContentThanIsAllowedThenItIsRefused(ArchiveKind kind) throws IOException {
    Path file = Files.write(directory.resolve("archive"), archive(kind, "a", "b"));
    Location origin = Location.of("memory://b/x");
    assertThatThrownBy(() -> Unpacker.unpack(kind, file, origin, unpacked, 2 * CONTENT - 1))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("larger than the limit")
        .hasMessageContaining("--unpack-limit");
  }

  @ParameterizedTest
  @EnumSource
  void givenLessSpaceThanItTakesThenItIsRefusedBeforeTheDiskIsFull(ArchiveKind kind)
      throws IOException {
    try (Tmpfs disk = Tmpfs.mount(directory.resolve("disk"))) {
      long free = Files.getFileStore(disk.path()).getUsableSpace();
      byte[] content = new byte[(int) free + 1];
      new Random(5).nextBytes(content);
      Path file = Files.write(directory.resolve("archive"), archive(kind, content, "weights"));
      Location origin = Location.of("memory://b/x");
      assertThatThrownBy(() -> Unpacker.unpack(kind, file, origin, disk.path(), LIMIT))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("'weights' in it has")
          .hasMessageContaining("--work-dir");
      assertThat(Files.getFileStore(disk.path()).getUsableSpace()).isEqualTo(free);
    }
  }

  @Test
  void givenTwoEntriesOfOneNameThenTheyAreRefused() throws IOException {
    assertRefused(ArchiveKind.TAR, archive(ArchiveKind.TAR, "a", "a"), "has taken the name 'a'");
    Files.delete(unpacked.resolve("a"));
    assertRefused(ArchiveKind.ZIP, archive(ArchiveKind.ZIP, "a", "a/b"), "name 'a/b', or a part");
  }

  @ParameterizedTest
  @EnumSource(names = {"ZIP", "TAR_GZ"})
  void givenMoreContentThanAnythingHonestHasThenItIsRefused(ArchiveKind kind) throws IOException {
    byte[] bomb = archive(kind, new byte[(int) UnpackGuard.RATIO_FROM + (8 << 20)], "zeros");
    assertRefused(kind, bomb, "times as large as itself");
  }

  @Test
  void givenMoreEntriesThanAnythingHonestHasThenTheyAreRefused() throws IOException {
    UnpackGuard guard = new UnpackGuard(Location.of("memory://b/x.tar"), 1, unpacked, LIMIT);
    assertThatThrownBy(() -> {
          for (int i = 0; i <= UnpackGuard.MAX_ENTRIES; i++) {
            guard.directory("./");
          }
        })
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("more than 100000 entries");
  }

  @ParameterizedTest
  @EnumSource(names = {"ZIP", "TAR_GZ"})
  void givenAByteThatFlippedThenItIsDamaged(ArchiveKind kind) throws IOException {
    byte[] archive = archive(kind, "a");
    archive[archive.length / 2] ^= 1;
    assertRefused(kind, archive, "damaged");
  }

  @ParameterizedTest
  @EnumSource
  void givenAnArchiveThatWasCutThenItIsRefused(ArchiveKind kind) throws IOException {
    byte[] archive = archive(kind, "a", "b");
    assertRefused(kind, Arrays.copyOf(archive, CONTENT / 2), "damaged, or no such archive");
  }

  @ParameterizedTest
  @EnumSource
  void givenADamagedArchiveThenTheAdviceIsNotToUnpackIt(ArchiveKind kind) throws IOException {
    byte[] archive = archive(kind, "a", "b");
    assertRefused(kind, Arrays.copyOf(archive, CONTENT / 2), "; check that it is whole");
  }

  @Test
  void givenGzipWithoutItsEndThenItIsRefusedThoughTheTarInItIsWhole() throws IOException {
    byte[] archive = archive(ArchiveKind.TAR_GZ, "a");
    assertRefused(
        ArchiveKind.TAR_GZ, Arrays.copyOf(archive, archive.length - 8), "damaged, or no such");
  }

  @ParameterizedTest
  @EnumSource
  void givenSomethingElseThenItIsRefused(ArchiveKind kind) throws IOException {
    assertRefused(kind, "no archive at all\n".repeat(100).getBytes(StandardCharsets.UTF_8), "");
    assertRefused(kind, new byte[0], "");
  }

  @ParameterizedTest
  @EnumSource
  void givenAnArchiveWithoutFilesThenItIsRefused(ArchiveKind kind) throws IOException {
    assertRefused(kind, archive(kind), "no file in it");
    assertRefused(kind, archive(kind, "a/"), "no file in it");
  }

  @Test
  void givenAnInterruptThenItEnds() throws IOException {
    byte[] archive = archive(ArchiveKind.ZIP, "a");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> unpack(ArchiveKind.ZIP, archive))
        .isInstanceOf(InterruptedException.class);
  }

  /** Refused, and all that is left lies in the directory for it. */
  private void assertRefused(ArchiveKind kind, byte[] archive, String why) throws IOException {
    assertThatThrownBy(() -> unpack(kind, archive))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("cannot unpack memory://b/x: ")
        .hasMessageContaining(why);
    try (var outer = Files.list(directory.resolve("outer"))) {
      assertThat(outer).containsExactly(unpacked);
    }
  }

  private void unpack(ArchiveKind kind, byte[] archive) throws InterruptedException, IOException {
    Path file = Files.write(directory.resolve("archive"), archive);
    Unpacker.unpack(kind, file, Location.of("memory://b/x"), unpacked, LIMIT);
  }

  private static byte[] content() {
    byte[] content = new byte[CONTENT];
    new Random(3).nextBytes(content); // Nothing that can be compressed.
    return content;
  }

  private static byte[] archive(ArchiveKind kind, String... names) throws IOException {
    return archive(kind, content(), names);
  }

  private static byte[] archive(ArchiveKind kind, byte[] content, String... names)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    switch (kind) {
      case ZIP -> zip(bytes, content, List.of(names));
      case TAR -> tar(bytes, content, List.of(names));
      case TAR_GZ -> {
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
          tar(gzip, content, List.of(names));
        }
      }
    }
    return bytes.toByteArray();
  }

  private static void zip(OutputStream out, byte[] content, List<String> names) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content, 0, name.endsWith("/") ? 0 : content.length);
        zip.closeEntry();
      }
    }
  }

  private static void tar(OutputStream out, byte[] content, List<String> names) throws IOException {
    TarArchiveOutputStream tar = new TarArchiveOutputStream(out);
    for (String name : names) {
      TarArchiveEntry entry = new TarArchiveEntry(name, true);
      entry.setSize(name.endsWith("/") ? 0 : content.length);
      tar.putArchiveEntry(entry);
      tar.write(content, 0, (int) entry.getSize());
      tar.closeArchiveEntry();
    }
    tar.finish();
  }
}
