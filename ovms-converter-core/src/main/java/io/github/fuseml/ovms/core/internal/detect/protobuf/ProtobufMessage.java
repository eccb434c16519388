package io.github.fuseml.ovms.core.internal.detect.protobuf;

import io.github.fuseml.ovms.core.internal.detect.files.FileBytes;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * A cursor over the fields of a protobuf message that lies in a file. What is not asked for is
 * skipped without being read. Depth and the number of fields are bounded, for a hostile file costs its
 * author nothing.
 */
public final class ProtobufMessage {
  private static final int DEEPEST = 64;
  private static final int MOST_FIELDS = 20_000_000;
  private static final int LONGEST_TEXT = 64 << 10;
  private static final long MOST_TEXT = 64L << 20;

  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED_32 = 5;

  private final Walk walk;
  private final int depth;
  private final long end;
  private long next;

  private int field;
  private int wireType;
  private long value;
  private long payload;

  private ProtobufMessage(Walk walk, int depth, long start, long end) {
    this.walk = walk;
    this.depth = depth;
    this.next = start;
    this.end = end;
  }

  /**
   * A whole file as one message.
   *
   * @param bytes the file
   * @param names the names of its fields, for messages; those that are not there go by their number
   * @return a cursor before its first field
   */
  public static ProtobufMessage of(FileBytes bytes, Map<Integer, String> names) {
    return new ProtobufMessage(new Walk(bytes, names), 0, 0, bytes.size());
  }

  /**
   * Goes to the next field.
   *
   * @return false at the message's end
   * @throws MalformedException if what follows is not a field, or does not fit into the message
   */
  public boolean next() throws MalformedException {
    if (next >= end) {
      return false;
    }
    walk.step();
    long start = next;
    long tag = readVarint();
    wireType = (int) (tag & 7);
    field = (int) Math.min(tag >>> 3, Integer.MAX_VALUE);
    if (field == 0 || tag >>> 32 != 0) {
      throw new MalformedException("byte " + start + " begins no protobuf field");
    }
    switch (wireType) {
      case VARINT -> value = readVarint();
      case FIXED_64 -> skip(8);
      case FIXED_32 -> skip(4);
      case LENGTH -> skip(readVarint());
      default ->
        throw new MalformedException(
            "byte " + start + " begins a field of the unknown wire type " + wireType);
    }
    return true;
  }

  private void skip(long length) throws MalformedException {
    payload = next;
    value = length;
    if (length < 0 || length > end - next) {
      String claim = "field "
          + walk.names.getOrDefault(depth == 0 ? field : 0, Integer.toString(field))
          + " claims "
          + Long.toUnsignedString(length)
          + " bytes, ";
      throw new MalformedException(
          depth == 0
              ? "truncated: " + claim + "the file ends after " + (end - next) + " of them"
              : claim + "its message has " + (end - next) + " left");
    }
    next += length;
  }

  private long readVarint() throws MalformedException {
    long result = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (next >= end) {
        throw new MalformedException("truncated: byte " + next + " should continue a number");
      }
      int part = walk.bytes.at(next++);
      result |= (long) (part & 0x7f) << shift;
      if (part < 0x80) {
        return result;
      }
    }
    throw new MalformedException("the number before byte " + next + " has more than 64 bits");
  }

  /**
   * The current field's number.
   *
   * @return at least 1
   */
  public int field() {
    return field;
  }

  /**
   * Whether the current field has a length: a message, a text, bytes or packed numbers.
   *
   * @return true if it has
   */
  public boolean hasLength() {
    return wireType == LENGTH;
  }

  /**
   * Whether the current field is a number of variable length.
   *
   * @return true if it is
   */
  public boolean isVarint() {
    return wireType == VARINT;
  }

  /**
   * The length of the current field's payload.
   *
   * @return bytes
   */
  public long length() {
    return wireType == VARINT ? 0 : value;
  }

  /**
   * The current field as a number.
   *
   * @return the number
   * @throws MalformedException if it is not one
   */
  public long number() throws MalformedException {
    if (wireType != VARINT) {
      throw new MalformedException("field " + field + " is not a number");
    }
    return value;
  }

  /**
   * The current field as repeated numbers, packed or not.
   *
   * @param each hears every number
   * @throws MalformedException if they are no numbers
   */
  public void numbers(LongConsumer each) throws MalformedException {
    if (wireType == VARINT) {
      each.accept(value);
      return;
    }
    ProtobufMessage packed = message();
    while (packed.next < packed.end) {
      walk.step();
      each.accept(packed.readVarint());
    }
  }

  /**
   * The current field as a text.
   *
   * @return the text; what is not UTF-8 is replaced
   * @throws MalformedException if it is not one, or longer than 64 KiB
   */
  public String text() throws MalformedException {
    requireLength();
    if (value > LONGEST_TEXT) {
      throw new MalformedException("field " + field + " is a name of " + value + " bytes");
    }
    walk.count(value);
    return new String(walk.bytes.copy(payload, (int) value), StandardCharsets.UTF_8);
  }

  /**
   * The current field as a message. It may be asked for more than once.
   *
   * @return a cursor before its first field
   * @throws MalformedException if it has no length, or is nested too deep
   */
  public ProtobufMessage message() throws MalformedException {
    requireLength();
    if (depth >= DEEPEST) {
      throw new MalformedException("its messages are nested deeper than " + DEEPEST);
    }
    return new ProtobufMessage(walk, depth + 1, payload, payload + value);
  }

  private void requireLength() throws MalformedException {
    if (wireType != LENGTH) {
      throw new MalformedException("field " + field + " has an unexpected type");
    }
  }

  /** What all cursors of one file share. */
  private static final class Walk {
    private final FileBytes bytes;
    private final Map<Integer, String> names;
    private int fields;
    private long textBytes;

    private Walk(FileBytes bytes, Map<Integer, String> names) {
      this.bytes = bytes;
      this.names = names;
    }

    private void step() throws MalformedException {
      if (++fields > MOST_FIELDS) {
        throw new MalformedException("it has more than " + MOST_FIELDS + " fields");
      }
    }

    private void count(long length) throws MalformedException {
      textBytes += length;
      if (textBytes > MOST_TEXT) {
        throw new MalformedException("its names alone take more than " + MOST_TEXT + " bytes");
      }
    }
  }
}
