package io.github.fuseml.ovms.core.internal.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a copy of a {@code saved_model.pb} with one graph and one signature of it left.
 *
 * <p>OpenVINO converts {@code serving_default} where there is one and otherwise merges all signatures
 * into one model, and it takes the graph with the tag {@code serve}; it has no option that chooses.
 * Format: {@code SavedModel.meta_graphs = 2}, {@code MetaGraphDef.meta_info_def = 1} with {@code tags =
 * 4}, {@code MetaGraphDef.signature_def = 5}, a map whose entries have the key in field 1 (tensorflow,
 * {@code core/protobuf/saved_model.proto} and {@code meta_graph.proto}).
 */
final class SavedModelSignatures {
  private static final int META_GRAPHS = 2;
  private static final int META_INFO = 1;
  private static final int TAGS = 4;
  private static final int SIGNATURE_DEF = 5;
  private static final int MAP_KEY = 1;

  private SavedModelSignatures() {}

  /** A stretch of the file. */
  private record Range(int start, int end) {
    int length() {
      return end - start;
    }
  }

  /** One field: its tag's place, its number, and its content where it is length-delimited. */
  private record Field(int start, int number, Range content, int end) {}

  /**
   * Copies a SavedModel's description.
   *
   * @param signature the key of the signature to keep
   * @param tags the tags of the graph to keep, in the file's order
   * @param source the {@code saved_model.pb}, at most 2 GiB as every protocol buffer
   * @param target the file to create
   * @throws IOException if it cannot be copied or is no protocol buffer
   */
  static void keepOnly(String signature, List<String> tags, Path source, Path target)
      throws IOException {
    try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      ByteBuffer bytes = in.map(FileChannel.MapMode.READ_ONLY, 0, in.size());
      for (Field field : fields(bytes, new Range(0, bytes.limit()))) {
        if (field.number() == META_GRAPHS) {
          if (tagsOf(bytes, field).equals(tags)) {
            copyMetaGraph(bytes, field, signature, in, out);
          }
        } else {
          copy(in, new Range(field.start(), field.end()), out);
        }
      }
    }
  }

  private static void copyMetaGraph(
      ByteBuffer bytes, Field metaGraph, String signature, FileChannel in, FileChannel out)
      throws IOException {
    List<Range> kept = new ArrayList<>();
    int length = 0;
    for (Field field : fields(bytes, metaGraph.content())) {
      if (field.number() != SIGNATURE_DEF || signature.equals(keyOf(bytes, field))) {
        Range range = new Range(field.start(), field.end());
        kept.add(range);
        length += range.length();
      }
    }
    ByteBuffer header = ByteBuffer.allocate(16);
    writeVarint(header, (META_GRAPHS << 3) | 2);
    writeVarint(header, length);
    writeFully(out, header.flip());
    for (Range range : kept) {
      copy(in, range, out);
    }
  }

  private static List<String> tagsOf(ByteBuffer bytes, Field metaGraph) throws IOException {
    List<String> tags = new ArrayList<>();
    for (Field info : fields(bytes, metaGraph.content())) {
      if (info.number() == META_INFO) {
        for (Field field : fields(bytes, info.content())) {
          if (field.number() == TAGS) {
            tags.add(text(bytes, field));
          }
        }
      }
    }
    return tags;
  }

  private static String keyOf(ByteBuffer bytes, Field entry) throws IOException {
    for (Field field : fields(bytes, entry.content())) {
      if (field.number() == MAP_KEY) {
        return text(bytes, field);
      }
    }
    return "";
  }

  private static String text(ByteBuffer bytes, Field field) {
    byte[] text = new byte[field.content().length()];
    bytes.get(field.content().start(), text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private static List<Field> fields(ByteBuffer shared, Range message) throws IOException {
    ByteBuffer bytes = shared.duplicate().limit(message.end()).position(message.start());
    List<Field> fields = new ArrayList<>();
    try {
      while (bytes.hasRemaining()) {
        int start = bytes.position();
        long tag = readVarint(bytes);
        Range content = skip(bytes, (int) (tag & 7));
        fields.add(new Field(start, (int) (tag >>> 3), content, bytes.position()));
      }
    } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
      throw new IOException("damaged: a field ends after its message", e);
    }
    return fields;
  }

  private static Range skip(ByteBuffer bytes, int wireType) throws IOException {
    int start = bytes.position();
    switch (wireType) {
      case 0 -> readVarint(bytes);
      case 1 -> bytes.position(start + 8);
      case 2 -> {
        long length = readVarint(bytes);
        if (length < 0 || length > bytes.remaining()) {
          throw new IOException("damaged: a field ends after its message");
        }
        start = bytes.position();
        bytes.position(start + (int) length);
      }
      case 5 -> bytes.position(start + 4);
      default -> throw new IOException("damaged: no wire type " + wireType);
    }
    return new Range(start, bytes.position());
  }

  private static long readVarint(ByteBuffer bytes) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = bytes.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IOException("damaged: a number is too long");
  }

  private static void writeVarint(ByteBuffer target, int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      target.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    target.put((byte) rest);
  }

  private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  private static void copy(FileChannel in, Range range, FileChannel out) throws IOException {
    long position = range.start();
    while (position < range.end()) {
      position += in.transferTo(position, range.end() - position, out);
    }
  }
}
