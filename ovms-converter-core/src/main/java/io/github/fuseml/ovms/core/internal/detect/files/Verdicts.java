package io.github.fuseml.ovms.core.internal.detect.files;

import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.Detection.Refusal;
import java.util.ArrayList;
import java.util.List;

/** Collects the verdicts on candidates into a detector's answer. */
public final class Verdicts {
  private final List<DetectedModel> models = new ArrayList<>();
  private final List<Refusal> refusals = new ArrayList<>();
  private final Few declined = new Few();

  /**
   * Adds the verdict on one candidate.
   *
   * @param path the candidate
   * @param verdict what was said about it
   */
  public void add(String path, Verdict verdict) {
    if (verdict instanceof Verdict.Found found) {
      models.add(found.model());
    } else if (verdict instanceof Verdict.Refused refused) {
      refusals.add(refused.refusal());
    } else if (verdict instanceof Verdict.Declined no) {
      declined.add(Shown.quoted(path) + " " + no.reason());
    }
  }

  /**
   * Whether nothing was found or refused so far.
   *
   * @return true while every candidate was declined
   */
  public boolean isEmpty() {
    return models.isEmpty() && refusals.isEmpty();
  }

  /**
   * The answer.
   *
   * @param nothing the reason when there was no candidate at all
   * @return everything that was added
   */
  public Detection toDetection(String nothing) {
    if (isEmpty()) {
      return Detection.declined(declined.isEmpty() ? nothing : declined.toString());
    }
    return new Detection(models, refusals, null);
  }
}
