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
 * with a line {@code <file> <block> <crc32c>} for each block that was written. Lines are only appended,
 * and one that was cut is passed over. Nothing is forced to the disk: the checksum tells, when the
 * block is read again, whether the disk really has it.
 */
final class DownloadJournal implements AutoCloseable {
  private final FileChannel out;
  private final Map<BlockKey, Integer> known;

  private record BlockKey(int file, int block) {}

  private DownloadJournal(FileChannel out, Map<BlockKey, Integer> known) {
    this.out = out;
    this.known = known;
  }

  static DownloadJournal open(Path path) throws IOException {
    Map<BlockKey, Integer> known = read(path);
    FileChannel out = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    if (out.size() > 0) {
      out.write(ByteBuffer.wrap(new byte[] {'\n'})); // Ends a line that was cut.
    }
    return new DownloadJournal(out, known);
  }

  private static Map<BlockKey, Integer> read(Path path) throws IOException {
    Map<BlockKey, Integer> known = new HashMap<>();
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
              new BlockKey(Integer.parseInt(words[0]), Integer.parseInt(words[1])),
              Integer.parseUnsignedInt(words[2], 16));
        } catch (NumberFormatException e) {
          // Not a line of ours: that block is fetched again.
        }
      }
    }
    return known;
  }

  /** How much of a download was noted. */
  long bytesOf(List<Artifact> artifacts, PartPlan plan) {
    return known.keySet().stream()
        .filter(key -> key.file() < artifacts.size())
        .filter(key -> key.block() < plan.blocksOf(artifacts.get(key.file())))
        .mapToLong(key -> plan.sizeOf(artifacts.get(key.file()), key.block()))
        .sum();
  }

  boolean contains(int file, int block) {
    return known.containsKey(new BlockKey(file, block));
  }

  /** Whether that block was written with that checksum. */
  boolean agrees(int file, int block, int crc32c) {
    Integer written = known.get(new BlockKey(file, block));
    return written != null && written == crc32c;
  }

  void written(int file, int block, int crc32c) throws IOException {
    String line = "%d %d %08x\n".formatted(file, block, crc32c);
    out.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
