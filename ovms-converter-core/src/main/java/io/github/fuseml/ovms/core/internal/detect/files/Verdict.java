package io.github.fuseml.ovms.core.internal.detect.files;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.spi.Detection.Refusal;

/** What a detector says about one candidate. */
public sealed interface Verdict {
  /**
   * It is a model.
   *
   * @param model the model
   */
  record Found(DetectedModel model) implements Verdict {}

  /**
   * It was recognised and cannot be converted.
   *
   * @param refusal why
   */
  record Refused(Refusal refusal) implements Verdict {}

  /**
   * It is nothing of this detector's.
   *
   * @param reason what was seen, as it continues "it …"
   */
  record Declined(String reason) implements Verdict {}

  /**
   * A refusal that accounts for what it refuses and no more.
   *
   * @param path where it is
   * @param what what it is
   * @param reason why it cannot be converted
   * @param remedy what to do instead
   * @return the verdict
   */
  static Verdict refused(String path, String what, String reason, String remedy) {
    return new Refused(new Refusal(path, path, what, reason, remedy));
  }

  /**
   * A refusal of a package: it accounts for the whole directory, whatever else is found in it.
   *
   * @param path the file that makes the directory a package
   * @param what what it is
   * @param reason why it cannot be converted
   * @param remedy what to do instead
   * @return the verdict
   */
  static Verdict refusedPackage(String path, String what, String reason, String remedy) {
    return new Refused(new Refusal(path, ModelPaths.parent(path), what, reason, remedy));
  }

  /**
   * A candidate that is not of this detector's format.
   *
   * @param reason what was seen, as it continues "it …"
   * @return the verdict
   */
  static Verdict declined(String reason) {
    return new Declined(reason);
  }
}
