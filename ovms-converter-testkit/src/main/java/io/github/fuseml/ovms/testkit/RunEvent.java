package io.github.fuseml.ovms.testkit;

import io.github.fuseml.ovms.api.Stage;
import org.jspecify.annotations.Nullable;

/**
 * One event of a run.
 *
 * @param name the listener's method
 * @param stage the stage, null for an event of the run itself
 * @param details what else it told
 */
record RunEvent(String name, @Nullable Stage stage, String details) {
  static RunEvent of(String name, @Nullable Stage stage, String details) {
    return new RunEvent(name, stage, details);
  }

  @Override
  public String toString() {
    String text = stage == null ? name : name + " " + stage;
    return details.isEmpty() ? text : text + " " + details;
  }
}
