package io.github.fuseml.ovms.api;

/**
 * One dimension of a tensor: a number of elements, or a range of them.
 *
 * @param min the least number of elements, at least 0
 * @param max the greatest number, {@link #UNBOUNDED} when there is none
 */
public record Dimension(long min, long max) {
  /** The {@link #max()} of a dimension without an upper bound. */
  public static final long UNBOUNDED = Long.MAX_VALUE;

  /** Any number of elements. */
  public static final Dimension DYNAMIC = new Dimension(0, UNBOUNDED);

  /**
   * Refuses an empty or negative range.
   *
   * @param min the least number of elements, at least 0
   * @param max the greatest number, {@link #UNBOUNDED} when there is none
   */
  public Dimension {
    if (min < 0 || max < min) {
      throw new IllegalArgumentException("no dimension has " + min + ".." + max + " elements");
    }
  }

  /**
   * A dimension of a fixed size.
   *
   * @param size the number of elements
   * @return the dimension
   */
  public static Dimension of(long size) {
    return new Dimension(size, size);
  }

  /**
   * Whether the size is fixed.
   *
   * @return true if the least and the greatest number are the same
   */
  public boolean isStatic() {
    return min == max;
  }

  /**
   * The dimension in OpenVINO's notation.
   *
   * @return {@code 3}, {@code ?}, {@code 1..8}, {@code 1..} or {@code ..8}
   */
  @Override
  public String toString() {
    if (isStatic()) {
      return Long.toString(min);
    }
    if (equals(DYNAMIC)) {
      return "?";
    }
    return (min == 0 ? "" : min) + ".." + (max == UNBOUNDED ? "" : max);
  }
}
