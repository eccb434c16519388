package io.github.fuseml.ovms.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the verification of a converted model found. A model that failed it was not published.
 *
 * @param level what was done
 * @param inputs where the values came from that the model was run on: {@code example} or {@code
 *     seed}; null if it was not run
 * @param runtime what ran the source model, and its version; null if nothing did
 * @param tolerance the largest difference that was allowed; null if nothing was compared
 * @param outputs the outputs of the run, in the model's order; empty if it was not run
 */
public record VerificationReport(
    Verification level,
    @Nullable String inputs,
    @Nullable String runtime,
    @Nullable Double tolerance,
    List<Output> outputs) {

  /**
   * Keeps a copy of the list.
   *
   * @param level what was done
   * @param inputs where the values came from that the model was run on: {@code example} or {@code
   *     seed}; null if it was not run
   * @param runtime what ran the source model, and its version; null if nothing did
   * @param tolerance the largest difference that was allowed; null if nothing was compared
   * @param outputs the outputs of the run, in the model's order; empty if it was not run
   */
  public VerificationReport {
    outputs = List.copyOf(outputs);
  }

  /**
   * A model that was read again and not run.
   *
   * @return a report without outputs
   */
  public static VerificationReport loaded() {
    return new VerificationReport(Verification.LOAD, null, null, null, List.of());
  }

  /**
   * An output of the run.
   *
   * @param name its name
   * @param shape its shape in that run, for people
   * @param absolute the largest absolute difference from the source model's; null if nothing was
   *     compared
   * @param relative the largest difference relative to the source model's value, likewise
   */
  public record Output(
      String name,
      String shape,
      @Nullable Double absolute,
      @Nullable Double relative) {}
}
