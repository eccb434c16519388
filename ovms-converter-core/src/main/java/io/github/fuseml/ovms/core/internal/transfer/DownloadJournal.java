package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.spi.Artifact;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What of a download is on the disk, for the run that goes on after this one was killed: a text file
 * with a line {@code <file> <part> <crc32c>} for each part that was written. Lines are only appended,
 * and one that was cut is passed over. Nothing is forced to the disk: the checksum tells, when the part
 * is read again, whether the disk really has it.
 */
final class DownloadJournal implements AutoCloseable {
  private final FileChannel out;
  private final Map<PartKey, Integer> known;

  private record PartKey(int file, int part) {}

  private DownloadJournal(FileChannel out, Map<PartKey, Integer> known) {
    this.out = out;
    this.known = known;
  }

  static DownloadJournal open(Path path) throws IOException {
    Map<PartKey, Integer> known = read(path);
    FileChannel out = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    if (out.size() > 0) {
      out.write(ByteBuffer.wrap(new byte[] {'\n'})); // Ends a line that was cut.
    }
    return new DownloadJournal(out, known);
  }

  private static Map<PartKey, Integer> read(Path path) throws IOException {
    Map<PartKey, Integer> known = new HashMap<>();
    String text;
    try {
      text = Files.readString(path, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return known;
    }
    for (String line : text.split("\n", -1)) {
      String[] words = line.split(" ", -1);
      if (words.length == 3 && words[2].length() == 8) {
        try {
          known.put(
              new PartKey(Integer.parseInt(words[0]), Integer.parseInt(words[1])),
              Integer.parseUnsignedInt(words[2], 16));
        } catch (NumberFormatException e) {
          // Not a line of ours: that part is fetched again.
        }
      }
    }
    return known;
  }

  /** How much of a download was noted. */
  long bytesOf(List<Artifact> artifacts, PartPlan plan) {
    return known.keySet().stream()
        .filter(key -> key.file() < artifacts.size())
        .filter(key -> key.part() < plan.partsOf(artifacts.get(key.file())))
        .mapToLong(key -> plan.sizeOf(artifacts.get(key.file()), key.part()))
        .sum();
  }

  boolean contains(int file, int part) {
    return known.containsKey(new PartKey(file, part));
  }

  /** Whether that part was written with that checksum. */
  boolean agrees(int file, int part, int crc32c) {
    Integer written = known.get(new PartKey(file, part));
    return written != null && written == crc32c;
  }

  void written(int file, int part, int crc32c) throws IOException {
    String line = "%d %d %08x\n".formatted(file, part, crc32c);
    out.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
