package io.github.fuseml.ovms.core.internal.detect.files;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** What is in a zip archive, read from the directory at its end; an entry is opened only when asked for. */
public final class ZipDirectory {
  private static final int END_SIZE = 22;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int MOST_ENTRIES = 20_000;
  private static final int LONGEST_NAME = 4096;

  private static final long END = 0x06054b50L;
  private static final long END_64 = 0x06064b50L;
  private static final long LOCATOR_64 = 0x07064b50L;
  private static final long ENTRY = 0x02014b50L;
  private static final long IN_64 = 0xffff_ffffL;
  private static final int HEADER_SIZE = 30;
  private static final int PIECE = 1 << 20;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  private final FileBytes bytes;
  private final Map<String, Entry> entries;

  private ZipDirectory(FileBytes bytes) throws MalformedException {
    this.bytes = bytes;
    this.entries = entries(start(end()));
  }

  /** Where an entry is, as the directory says. */
  private record Entry(int method, long packed, long size, long offset) {}

  /**
   * The directory of an archive.
   *
   * @param bytes the file
   * @return its first 20,000 entries
   * @throws MalformedException if it has no directory, because it is cut off or no archive
   */
  public static ZipDirectory read(FileBytes bytes) throws MalformedException {
    return new ZipDirectory(bytes);
  }

  /**
   * The names of the entries.
   *
   * @return the names, sorted
   */
  public Set<String> names() {
    return entries.keySet();
  }

  /**
   * Unpacks a small entry.
   *
   * @param name the entry's name
   * @param most how many bytes it may have
   * @return its content
   * @throws MalformedException if it is not there, too large, damaged, or packed in an uncommon way
   */
  public byte[] content(String name, int most) throws MalformedException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new MalformedException("the archive lacks " + name);
    }
    if (entry.size() > most || entry.packed() > most) {
      throw new MalformedException(name + " in the archive has more than " + most + " bytes");
    }
    // The name and what follows it may be longer here than in the directory.
    long data = entry.offset()
        + HEADER_SIZE
        + number(entry.offset() + 26, 2)
        + number(entry.offset() + 28, 2);
    byte[] packed = copy(data, (int) entry.packed());
    return switch (entry.method()) {
      case STORED -> packed;
      case DEFLATED -> inflate(name, packed, (int) entry.size());
      default -> throw new MalformedException(name + " is packed by the method " + entry.method());
    };
  }

  private byte[] copy(long offset, int length) throws MalformedException {
    byte[] whole = new byte[length];
    for (int done = 0; done < length; done += PIECE) {
      int piece = Math.min(PIECE, length - done);
      System.arraycopy(bytes.copy(offset + done, piece), 0, whole, done, piece);
    }
    return whole;
  }

  private static byte[] inflate(String name, byte[] packed, int size) throws MalformedException {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed);
      byte[] content = new byte[size];
      return Arrays.copyOf(content, inflater.inflate(content));
    } catch (DataFormatException e) {
      throw new MalformedException(name + " in the archive is damaged");
    } finally {
      inflater.end();
    }
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

  private Map<String, Entry> entries(long start) throws MalformedException {
    Map<String, Entry> found = new TreeMap<>();
    long position = start;
    for (int i = 0; i < MOST_ENTRIES && isEntry(position); i++) {
      int name = (int) number(position + 28, 2);
      if (name > LONGEST_NAME) {
        throw new MalformedException("the archive has a name of " + name + " bytes");
      }
      found.put(
          new String(bytes.copy(position + 46, name), StandardCharsets.UTF_8),
          new Entry(
              (int) number(position + 10, 2),
              number(position + 20, 4),
              number(position + 24, 4),
              number(position + 42, 4)));
      position += 46 + name + number(position + 30, 2) + number(position + 32, 2);
    }
    return found;
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
