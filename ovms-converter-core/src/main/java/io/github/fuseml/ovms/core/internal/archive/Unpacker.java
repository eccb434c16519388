package io.github.fuseml.ovms.core.internal.archive;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.jspecify.annotations.Nullable;

/** Unpacks an archive on this machine's disk. */
public final class Unpacker {
  private static final int BUFFER = 256 * 1024;

  private Unpacker() {}

  /**
   * Unpacks an archive.
   *
   * @param kind what it is
   * @param archive the file
   * @param origin where it came from, for messages
   * @param directory an empty directory to unpack into
   * @param limit how many bytes it may hold
   * @throws io.github.fuseml.ovms.api.UnsupportedFormatException if it is broken, or holds what no
   *     honest archive of a model holds
   * @throws InterruptedException if the thread is interrupted
   */
  public static void unpack(
      ArchiveKind kind, Path archive, Location origin, Path directory, long limit)
      throws InterruptedException {
    try {
      UnpackGuard guard =
          new UnpackGuard(origin, Files.size(archive), directory.normalize(), limit);
      switch (kind) {
        case ZIP -> unzip(archive, guard);
        case TAR -> untar(archive, false, guard);
        case TAR_GZ -> untar(archive, true, guard);
      }
      guard.requireFiles();
    } catch (ClosedByInterruptException e) {
      Thread.interrupted();
      throw new InterruptedException("cancelled while unpacking");
    } catch (IOException e) {
      throw IoErrors.translate(e, "unpack", origin);
    }
  }

  private static void unzip(Path archive, UnpackGuard guard)
      throws IOException, InterruptedException {
    requireNoLinks(archive, guard);
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        if (entry.isDirectory()) {
          guard.directory(entry.getName());
          continue;
        }
        CheckedInputStream content = new CheckedInputStream(zip.getInputStream(entry), new CRC32());
        try (content) {
          guard.file(entry.getName(), entry.getSize(), content);
        }
        if (content.getChecksum().getValue() != entry.getCrc()) {
          throw guard.damaged("'" + entry.getName() + "' is damaged");
        }
      }
    } catch (ZipException e) {
      throw guard.unreadable(e);
    }
  }

  /**
   * Java's own reader does not tell what kind of file an entry is. Where the library that does is not on
   * the class path, a link is a small file that holds the name of another.
   */
  private static void requireNoLinks(Path archive, UnpackGuard guard) throws IOException {
    try (org.apache.commons.compress.archivers.zip.ZipFile zip =
        org.apache.commons.compress.archivers.zip.ZipFile.builder()
            .setPath(archive)
            .get()) {
      Enumeration<ZipArchiveEntry> entries = zip.getEntries();
      while (entries.hasMoreElements()) {
        ZipArchiveEntry entry = entries.nextElement();
        int type = entry.getUnixMode() & UnixStat.FILE_TYPE_FLAG;
        if (type != 0 && type != UnixStat.FILE_FLAG && type != UnixStat.DIR_FLAG) {
          throw guard.notAFile(entry.getName());
        }
      }
    } catch (NoClassDefFoundError e) {
      // As above.
    } catch (IOException | IllegalArgumentException e) {
      throw guard.unreadable(e instanceof IOException error ? error : new IOException(e));
    }
  }

  private static void untar(Path archive, boolean compressed, UnpackGuard guard)
      throws IOException, InterruptedException {
    try (InputStream file = Files.newInputStream(archive);
        InputStream in = compressed ? gunzip(file, guard) : file) {
      untar(new BufferedInputStream(in, BUFFER), guard);
    } catch (NoClassDefFoundError e) {
      throw guard.refused("the library that reads tar archives is not on the class path: add"
          + " org.apache.commons:commons-compress");
    }
  }

  private static InputStream gunzip(InputStream file, UnpackGuard guard) throws IOException {
    try {
      return new GZIPInputStream(file, BUFFER);
    } catch (IOException e) {
      throw guard.unreadable(e);
    }
  }

  private static void untar(InputStream in, UnpackGuard guard)
      throws IOException, InterruptedException {
    TarArchiveInputStream tar = new TarArchiveInputStream(in);
    for (TarArchiveEntry entry = next(tar, guard); entry != null; entry = next(tar, guard)) {
      if (entry.isDirectory()) {
        guard.directory(entry.getName());
      } else if (isFile(entry)) {
        guard.file(entry.getName(), entry.getSize(), tar);
      } else {
        throw guard.notAFile(entry.getName());
      }
    }
    guard.rest(in);
  }

  private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar, UnpackGuard guard)
      throws IOException {
    try {
      return tar.getNextEntry();
    } catch (IOException e) {
      throw guard.unreadable(e);
    } catch (IllegalArgumentException e) {
      throw guard.unreadable(new IOException(e));
    }
  }

  /** The library takes for a file what is nothing else that it knows. */
  private static boolean isFile(TarArchiveEntry entry) {
    return entry.isFile()
        && !entry.isLink()
        && !entry.isSymbolicLink()
        && !entry.isCharacterDevice()
        && !entry.isBlockDevice()
        && !entry.isFIFO();
  }
}
