package io.github.fuseml.ovms.core.internal.detect.unsupported;

import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/** The names in a zip archive, read from the directory at its end; no entry is opened. */
final class ZipDirectory {
  private static final int END_SIZE = 22;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int MOST_ENTRIES = 20_000;
  private static final int LONGEST_NAME = 4096;

  private static final long END = 0x06054b50L;
  private static final long END_64 = 0x06064b50L;
  private static final long LOCATOR_64 = 0x07064b50L;
  private static final long ENTRY = 0x02014b50L;
  private static final long IN_64 = 0xffff_ffffL;

  private final FileBytes bytes;

  private ZipDirectory(FileBytes bytes) {
    this.bytes = bytes;
  }

  /**
   * The names of an archive.
   *
   * @param bytes the file
   * @return the first 20,000 names
   * @throws MalformedException if it has no directory, because it is cut off or no archive
   */
  static Set<String> names(FileBytes bytes) throws MalformedException {
    ZipDirectory zip = new ZipDirectory(bytes);
    return zip.entries(zip.start(zip.end()));
  }

  /** Looks backwards for the record that ends an archive, before a comment of any length. */
  private long end() throws MalformedException {
    long first = Math.max(0, bytes.size() - END_SIZE - LONGEST_COMMENT);
    byte[] tail = bytes.copy(first, (int) (bytes.size() - first));
    for (int i = tail.length - END_SIZE; i >= 0; i--) {
      if (tail[i] == 'P' && tail[i + 1] == 'K' && tail[i + 2] == 5 && tail[i + 3] == 6) {
        return first + i;
      }
    }
    throw new MalformedException("truncated: the archive has no directory");
  }

  private long start(long end) throws MalformedException {
    long start = number(end + 16, 4);
    long locator = end - 20;
    if (start == IN_64 && locator >= 0 && number(locator, 4) == LOCATOR_64) {
      long end64 = number(locator + 8, 8);
      if (number(end64, 4) == END_64) {
        return number(end64 + 48, 8);
      }
    }
    if (number(end, 4) != END) {
      throw new MalformedException("the archive has no directory");
    }
    return start;
  }

  private Set<String> entries(long start) throws MalformedException {
    Set<String> names = new TreeSet<>();
    long position = start;
    for (int i = 0; i < MOST_ENTRIES && isEntry(position); i++) {
      int name = (int) number(position + 28, 2);
      if (name > LONGEST_NAME) {
        throw new MalformedException("the archive has a name of " + name + " bytes");
      }
      names.add(new String(bytes.copy(position + 46, name), StandardCharsets.UTF_8));
      position += 46 + name + number(position + 30, 2) + number(position + 32, 2);
    }
    return names;
  }

  private boolean isEntry(long position) throws MalformedException {
    return position >= 0 && position <= bytes.size() - 46 && number(position, 4) == ENTRY;
  }

  private long number(long position, int width) throws MalformedException {
    long value = 0;
    for (int i = width - 1; i >= 0; i--) {
      value = value << 8 | bytes.at(position + i);
    }
    return value;
  }
}
