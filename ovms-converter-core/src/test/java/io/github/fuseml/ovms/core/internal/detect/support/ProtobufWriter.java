package io.github.fuseml.ovms.core.internal.detect.support;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes protobuf messages field by field, also such as no library would write. */
public final class ProtobufWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public static ProtobufWriter message() {
    return new ProtobufWriter();
  }

  public ProtobufWriter number(int field, long value) {
    varint((long) field << 3);
    return varint(value);
  }

  public ProtobufWriter text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  public ProtobufWriter message(int field, ProtobufWriter value) {
    return bytes(field, value.toByteArray());
  }

  public ProtobufWriter bytes(int field, byte[] value) {
    header(field, value.length);
    return raw(value);
  }

  /** Only the beginning of a field, which claims a length that need not be true. */
  public ProtobufWriter header(int field, long length) {
    varint((long) field << 3 | 2);
    return varint(length);
  }

  public ProtobufWriter varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  public ProtobufWriter raw(byte... bytes) {
    out.writeBytes(bytes);
    return this;
  }

  public byte[] toByteArray() {
    return out.toByteArray();
  }
}
