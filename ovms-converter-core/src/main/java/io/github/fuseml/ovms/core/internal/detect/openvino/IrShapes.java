package io.github.fuseml.ovms.core.internal.detect.openvino;

import io.github.fuseml.ovms.api.Dimension;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import io.github.fuseml.ovms.core.internal.detect.files.Shown;
import java.util.ArrayList;
import java.util.List;

/** Shapes as an IR writes them: {@code ?,3,1..8}, {@code ...}, and {@code -1} in ports. */
final class IrShapes {
  private static final int MOST_DIMENSIONS = 1000;

  private IrShapes() {}

  static PartialShape shape(String text) throws MalformedException {
    String stripped = text.strip();
    if (stripped.startsWith("...")) {
      return PartialShape.UNKNOWN;
    }
    List<Dimension> dimensions = new ArrayList<>();
    if (!stripped.isEmpty()) {
      for (String dimension : stripped.split(",", MOST_DIMENSIONS)) {
        dimensions.add(dimension(dimension));
      }
    }
    return new PartialShape(dimensions);
  }

  static Dimension dimension(String text) throws MalformedException {
    String stripped = text.strip();
    if (stripped.equals("?") || stripped.equals("-1")) {
      return Dimension.DYNAMIC;
    }
    try {
      int range = stripped.indexOf("..");
      if (range < 0) {
        return Dimension.of(Long.parseLong(stripped));
      }
      String min = stripped.substring(0, range);
      String max = stripped.substring(range + 2);
      return new Dimension(
          min.isEmpty() ? 0 : Long.parseLong(min),
          max.isEmpty() ? Dimension.UNBOUNDED : Long.parseLong(max));
    } catch (IllegalArgumentException e) {
      throw new MalformedException("it has the dimension " + Shown.quoted(text));
    }
  }
}
