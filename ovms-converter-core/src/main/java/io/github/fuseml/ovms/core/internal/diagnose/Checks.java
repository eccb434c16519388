package io.github.fuseml.ovms.core.internal.diagnose;

import io.github.fuseml.ovms.api.Diagnosis.Check;
import io.github.fuseml.ovms.api.Diagnosis.Outcome;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The steps of one diagnosis as they are taken. Not thread-safe. */
final class Checks {
  private final List<Check> done = new ArrayList<>();

  void passed(String name, String found) {
    done.add(new Check(name, Outcome.PASSED, found, null));
  }

  void warned(String name, String found, String remedy) {
    done.add(new Check(name, Outcome.WARNED, found, remedy));
  }

  void failed(String name, String found, @Nullable String remedy) {
    done.add(new Check(name, Outcome.FAILED, found, remedy));
  }

  void failed(String name, OvmsConverterException error) {
    failed(name, error.problem().found(), error.problem().remedy());
  }

  /** A step that failed for what somebody has set, named as such. */
  void failedFor(String name, Problem problem) {
    String about = problem.subject() == null ? "" : problem.subject() + ": ";
    failed(name, about + problem.found(), problem.remedy());
  }

  void skipped(String why, String... names) {
    for (String name : names) {
      done.add(new Check(name, Outcome.SKIPPED, why, null));
    }
  }

  /** Replaces a step that went well, in its place, by what was found out later. */
  void revise(String name, String found, @Nullable String remedy) {
    done.replaceAll(check ->
        check.name().equals(name) ? new Check(name, Outcome.FAILED, found, remedy) : check);
  }

  List<Check> done() {
    return done;
  }
}
