package io.github.fuseml.ovms.core.internal.detect.unsupported;

import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;

/** Recognises Python pickles by their first opcodes, and what is in them by the modules they name. */
final class Pickles {
  private static final int PROTO = 0x80;
  private static final int FRAME = 0x95;
  private static final int STOP = '.';

  /** What can follow the protocol: the beginning of an object, a container, a number or a text. */
  private static final String OPENERS =
      "c(]})NIJKMLXVUTSGFB\u0088\u0089\u008a\u008b\u008c\u008d\u008f";

  /** The number that {@code torch.save} wrote first before it wrote archives. */
  private static final String LEGACY_TORCH = "80028a0a6cfc9c46f9206aa85019";

  private Pickles() {}

  static boolean isLegacyTorch(Sample sample) {
    return sample.beginsHex(LEGACY_TORCH);
  }

  static boolean isPickle(Sample sample) throws MalformedException {
    boolean named = sample.named("pkl", "pickle", "joblib", "dill", "sav");
    if (sample.at(0) != PROTO) {
      return named && isTextual(sample);
    }
    if (sample.at(1) < 2 || sample.at(1) > 5) {
      return false;
    }
    boolean framed = sample.at(1) >= 4 && sample.at(2) == FRAME;
    int opcode = framed ? sample.at(11) : sample.at(2);
    return opcode >= 0 && OPENERS.indexOf(opcode) >= 0 && (named || sample.lastByte() == STOP);
  }

  /** Protocols 0 and 1 have no beginning of their own, but they end like the others. */
  private static boolean isTextual(Sample sample) throws MalformedException {
    return OPENERS.indexOf(sample.at(0)) >= 0 && sample.holds("\n") && sample.lastByte() == STOP;
  }

  static boolean isPickleOf(Sample sample, String module) throws MalformedException {
    return isPickle(sample) && sample.holds(module);
  }

  /** A pickle behind a compressor: nothing is decompressed, so the name must do. */
  static boolean isCompressed(Sample sample) {
    boolean compressed = (sample.at(0) == 0x78
            && (sample.at(1) == 1
                || sample.at(1) == 0x5e
                || sample.at(1) == 0x9c
                || sample.at(1) == 0xda))
        || sample.beginsHex("1f8b08")
        || sample.begins("BZh")
        || sample.beginsHex("fd377a585a00")
        || sample.beginsHex("04224d18");
    String name = sample.name();
    return compressed
        && (name.contains(".joblib") || name.contains(".pkl") || name.contains(".pickle"));
  }
}
