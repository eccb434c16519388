package io.github.fuseml.ovms.core.internal.transfer;

import java.util.zip.Checksum;

/**
 * CRC-64/NVME, the checksum that S3 keeps of an object when nobody asks for another. The JDK has none.
 * Eight tables take in eight bytes at a time ("slicing by 8").
 *
 * <p>Source of the parameters: NVM Express NVM Command Set Specification 1.0d, section 5.2.1.3.4.
 */
final class Crc64Nvme implements Checksum {
  private static final long REFLECTED_POLYNOMIAL = 0x9A6C_9329_AC4B_C9B5L;
  private static final int SLICES = 8;
  private static final long[][] TABLES = tables();

  private long state = -1;

  private static long[][] tables() {
    long[][] tables = new long[SLICES][256];
    for (int i = 0; i < 256; i++) {
      long value = i;
      for (int bit = 0; bit < 8; bit++) {
        value = (value & 1) == 0 ? value >>> 1 : (value >>> 1) ^ REFLECTED_POLYNOMIAL;
      }
      tables[0][i] = value;
    }
    for (int slice = 1; slice < SLICES; slice++) {
      for (int i = 0; i < 256; i++) {
        long before = tables[slice - 1][i];
        tables[slice][i] = (before >>> 8) ^ tables[0][(int) (before & 0xff)];
      }
    }
    return tables;
  }

  @Override
  public void update(int b) {
    state = (state >>> 8) ^ TABLES[0][(int) ((state ^ b) & 0xff)];
  }

  @Override
  public void update(byte[] bytes, int offset, int length) {
    long crc = state;
    int position = offset;
    int end = offset + length;
    for (; end - position >= 8; position += 8) {
      crc ^= (long) LITTLE_ENDIAN.get(bytes, position);
      crc = TABLES[7][(int) (crc & 0xff)]
          ^ TABLES[6][(int) (crc >>> 8 & 0xff)]
          ^ TABLES[5][(int) (crc >>> 16 & 0xff)]
          ^ TABLES[4][(int) (crc >>> 24 & 0xff)]
          ^ TABLES[3][(int) (crc >>> 32 & 0xff)]
          ^ TABLES[2][(int) (crc >>> 40 & 0xff)]
          ^ TABLES[1][(int) (crc >>> 48 & 0xff)]
          ^ TABLES[0][(int) (crc >>> 56)];
    }
    state = crc;
    for (; position < end; position++) {
      update(bytes[position]);
    }
  }

  private static final java.lang.invoke.VarHandle LITTLE_ENDIAN =
      java.lang.invoke.MethodHandles.byteArrayViewVarHandle(
          long[].class, java.nio.ByteOrder.LITTLE_ENDIAN);

  @Override
  public long getValue() {
    return ~state;
  }

  @Override
  public void reset() {
    state = -1;
  }
}
