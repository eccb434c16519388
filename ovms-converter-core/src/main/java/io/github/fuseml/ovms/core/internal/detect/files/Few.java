package io.github.fuseml.ovms.core.internal.detect.files;

import java.util.ArrayList;
import java.util.List;

/** The first few of many complaints, and how many there were: a message never lists a thousand. */
public final class Few {
  private static final int MOST = 3;

  private final List<String> first = new ArrayList<>(MOST);
  private int count;

  /**
   * Adds one.
   *
   * @param text a text fit for a message
   */
  public void add(String text) {
    if (count++ < MOST) {
      first.add(text);
    }
  }

  /**
   * Whether there is none.
   *
   * @return true if nothing was added
   */
  public boolean isEmpty() {
    return count == 0;
  }

  /**
   * The first few.
   *
   * @return three at most, and how many more there are
   */
  @Override
  public String toString() {
    String text = String.join(", ", first);
    return count <= MOST ? text : text + " and " + (count - MOST) + " more";
  }
}
