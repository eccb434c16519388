package io.github.fuseml.ovms.api;

import java.util.List;
import java.util.Objects;

/**
 * A copy that was to replace files failed when it had replaced some, and could not put those back: an
 * object store keeps no older object for it. The files that it made where nothing was are removed again.
 * The cause is what it failed with; copying once more, when that is mended, completes it.
 */
public class IncompleteCopyException extends TransferException {
  private static final long serialVersionUID = 1L;

  private static final int SHOWN = 10;

  /** Paths of what was replaced. */
  private final List<String> replaced;

  /** Paths of what is not there any more. */
  private final List<String> lost;

  /** Paths of what is as it was. */
  private final List<String> unchanged;

  /**
   * An error. The lists are of paths below the target, sorted.
   *
   * @param failure what the copy failed with
   * @param replaced where new files are
   * @param lost where nothing is any more: a copy that was found to be damaged was removed
   * @param unchanged where the old files are
   */
  public IncompleteCopyException(
      OvmsConverterException failure,
      List<String> replaced,
      List<String> lost,
      List<String> unchanged) {
    super(problem(failure.problem(), replaced, lost, unchanged), failure);
    this.replaced = List.copyOf(replaced);
    this.lost = List.copyOf(lost);
    this.unchanged = List.copyOf(unchanged);
  }

  private static Problem problem(
      Problem failure, List<String> replaced, List<String> lost, List<String> unchanged) {
    int all = replaced.size() + lost.size() + unchanged.size();
    StringBuilder found = new StringBuilder(failure.found())
        .append("; of ")
        .append(all == 1 ? "the one file that was" : all + " files that were")
        .append(" there, replaced: ")
        .append(names(replaced));
    if (!lost.isEmpty()) {
      found.append("; gone: ").append(names(lost));
    }
    found.append("; as before: ").append(names(unchanged));
    String remedy = Objects.requireNonNullElse(failure.remedy(), "mend that");
    return failure
        .found(found.toString())
        .remedy(remedy + "; then copy once more, which replaces the others too");
  }

  private static String names(List<String> paths) {
    if (paths.isEmpty()) {
      return "none";
    }
    List<String> shown = paths.stream().limit(SHOWN).toList();
    int more = paths.size() - shown.size();
    return "'" + String.join("', '", shown) + "'" + (more > 0 ? " and " + more + " more" : "");
  }

  /**
   * What is new.
   *
   * @return the paths below the target of the files that were replaced, all of them, sorted
   */
  public List<String> replaced() {
    return replaced;
  }

  /**
   * What is gone.
   *
   * @return the paths below the target at which nothing is any more, all of them, sorted
   */
  public List<String> lost() {
    return lost;
  }

  /**
   * What is old.
   *
   * @return the paths below the target of the files that were to be replaced and are as they were, all
   *     of them, sorted
   */
  public List<String> unchanged() {
    return unchanged;
  }
}
