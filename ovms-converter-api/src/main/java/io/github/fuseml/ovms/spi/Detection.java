package io.github.fuseml.ovms.spi;

import io.github.fuseml.ovms.api.DetectedModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A detector's answer: the models that it found, what it recognised and cannot offer, or why it
 * found nothing.
 *
 * @param models the models, often none or one
 * @param refusals what was recognised and cannot be converted
 * @param declined why nothing was found; null when something was
 */
public record Detection(
    List<DetectedModel> models,
    List<Refusal> refusals,
    @Nullable String declined) {
  /**
   * Keeps copies of the lists.
   *
   * @param models the models, often none or one
   * @param refusals what was recognised and cannot be converted
   * @param declined why nothing was found; null when something was
   */
  public Detection {
    models = List.copyOf(models);
    refusals = List.copyOf(refusals);
  }

  /**
   * Models were found.
   *
   * @param models at least one
   * @return the answer
   */
  public static Detection found(List<DetectedModel> models) {
    return new Detection(models, List.of(), null);
  }

  /**
   * Nothing of this detector's is here.
   *
   * @param reason what was looked for, as it continues "not …, because": {@code no file named
   *     MLmodel}
   * @return the answer
   */
  public static Detection declined(String reason) {
    return new Detection(List.of(), List.of(), reason);
  }

  /**
   * Something was recognised that cannot be converted.
   *
   * @param refusals at least one
   * @return the answer
   */
  public static Detection refused(List<Refusal> refusals) {
    return new Detection(List.of(), refusals, null);
  }

  /**
   * Something that was recognised and cannot be converted.
   *
   * @param path where it is; empty for the tree itself
   * @param scope what it accounts for, see {@link DetectedModel#scope()}
   * @param what what it is: {@code a Keras 3 archive}
   * @param reason why it cannot be converted
   * @param remedy what to do instead
   */
  public record Refusal(String path, String scope, String what, String reason, String remedy) {}
}
