package io.github.fuseml.ovms.cli.commands;

import java.util.Iterator;
import java.util.List;

/** How weights can be stored, for help and completion; the parameter's own reader knows more spellings. */
final class DataTypes implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return List.of("FP32", "FP16", "INT8", "INT4").iterator();
  }
}
