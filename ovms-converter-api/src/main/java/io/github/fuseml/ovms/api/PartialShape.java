package io.github.fuseml.ovms.api;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a tensor as far as it is known: its dimensions, each fixed, ranged or dynamic, or
 * nothing at all when even their number is unknown.
 *
 * @param dimensions the dimensions from the outermost; null when the rank is unknown
 */
public record PartialShape(@Nullable List<Dimension> dimensions) {
  /** A shape of unknown rank, in OpenVINO's notation {@code [...]}. */
  public static final PartialShape UNKNOWN = new PartialShape(null);

  /**
   * Keeps a copy of the list.
   *
   * @param dimensions the dimensions from the outermost; null when the rank is unknown
   */
  public PartialShape {
    dimensions = dimensions == null ? null : List.copyOf(dimensions);
  }

  /**
   * A shape from sizes.
   *
   * @param sizes the sizes from the outermost; negative ones are dynamic
   * @return the shape
   */
  public static PartialShape of(long... sizes) {
    return new PartialShape(java.util.Arrays.stream(sizes)
        .mapToObj(size -> size < 0 ? Dimension.DYNAMIC : Dimension.of(size))
        .toList());
  }

  /**
   * Whether every dimension is fixed.
   *
   * @return false also for an unknown rank
   */
  public boolean isStatic() {
    return dimensions != null && dimensions.stream().allMatch(Dimension::isStatic);
  }

  /**
   * The shape in OpenVINO's notation.
   *
   * @return {@code [?,3,224,224]}; {@code [...]} for an unknown rank, {@code []} for a scalar
   */
  @Override
  public String toString() {
    return dimensions == null
        ? "[...]"
        : dimensions.stream().map(Dimension::toString).collect(Collectors.joining(",", "[", "]"));
  }
}
