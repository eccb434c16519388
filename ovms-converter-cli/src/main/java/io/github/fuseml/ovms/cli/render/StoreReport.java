package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.CopyResult;
import io.github.fuseml.ovms.api.Diagnosis;
import io.github.fuseml.ovms.api.StoreInfo;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.cli.terminal.Style;
import io.github.fuseml.ovms.cli.terminal.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is told of stores and their files, for people. */
public final class StoreReport extends ReportLines {
  /** What every terminal has. */
  private static final int COLUMNS = 80;

  private StoreReport(Style style) {
    super(style);
  }

  /**
   * A copy.
   *
   * @param request what was asked for
   * @param result what was done
   * @param style the colours
   * @return lines
   */
  public static String of(CopyRequest request, CopyResult result, Style style) {
    StoreReport report = new StoreReport(style);
    report.headline("Copied " + Text.count(result.files().size(), "file"));
    report.line("source", request.source().toString());
    report.line("target", request.target().toString());
    report.line("size", Text.bytes(result.bytes()));
    report.line("time", Text.duration(result.nanos()));
    report.line("rate", Text.bytes(StoreJson.bytesPerSecond(result)) + "/s");
    return report.text.toString();
  }

  /**
   * A listing: a path on each line.
   *
   * @param files the files
   * @param detailed whether sizes and revisions are shown, and their total
   * @param style the colours
   * @return lines
   */
  public static String of(List<StoredArtifact> files, boolean detailed, Style style) {
    StoreReport report = new StoreReport(style);
    for (StoredArtifact file : files) {
      if (detailed) {
        report.details(file, revisionColumns(files));
      }
      // One line for each, whatever its name is.
      String path = Text.printable(file.path()).replace('\n', '?').replace('\t', '?');
      report.text.append(path).append('\n');
    }
    if (detailed) {
      String total = Text.bytes(StoreJson.bytes(files)) + " in " + Text.count(files.size(), "file");
      report
          .text
          .append(style.strong(rightAligned(total, total.indexOf(" in "))))
          .append('\n');
    }
    return report.text.toString();
  }

  private void details(StoredArtifact file, int columns) {
    String size = Text.bytes(file.size());
    text.append(rightAligned(size, size.length())).append("  ");
    if (columns > 0) {
      text.append(style.faint(pad(revision(file), columns))).append(' ');
    }
  }

  private static int revisionColumns(List<StoredArtifact> files) {
    int columns = 0;
    for (StoredArtifact file : files) {
      columns = Math.max(columns, Text.width(revision(file)));
    }
    return columns == 0 ? 0 : columns + 1;
  }

  private static String revision(StoredArtifact file) {
    String revision = file.revision();
    return revision == null ? "" : Text.printable(revision);
  }

  /** Sizes end at one column; {@code length} tells how much of the text is the size. */
  private static String rightAligned(String text, int length) {
    return " ".repeat(Math.max(0, 9 - length)) + text;
  }

  /**
   * The stores and their settings: of each its name, its kind and what it does, and below that its
   * default and its variables.
   *
   * @param stores the stores
   * @param style the colours
   * @return lines
   */
  public static String of(List<StoreInfo> stores, Style style) {
    StoreReport report = new StoreReport(style);
    for (StoreInfo store : stores) {
      List<String> schemes = new ArrayList<>();
      for (String scheme : store.schemes()) {
        schemes.add(
            scheme.equals("file") ? "local paths" : scheme + (store.resolving() ? ":/" : "://"));
      }
      report.headline(store.id() + ": " + String.join(", ", schemes));
      int columns = 0;
      for (StoreSetting setting : store.settings()) {
        columns = Math.max(columns, setting.name().length() + 2);
      }
      for (StoreSetting setting : store.settings()) {
        report.setting(setting, columns);
      }
      if (store.settings().isEmpty()) {
        report.text.append("  no settings\n");
      }
    }
    return report.text.toString();
  }

  private void setting(StoreSetting setting, int columns) {
    String kind = pad(setting.kind().name().toLowerCase(Locale.ROOT), 10);
    text.append("  ").append(pad(setting.name(), columns));
    text.append(setting.isSecret() ? style.warning(kind) : kind);
    wrapped(setting.description(), columns + 12, false);
    List<String> more = new ArrayList<>();
    if (!setting.choices().isEmpty()) {
      more.add("one of " + String.join(", ", setting.choices()));
    }
    if (setting.defaultValue() != null) {
      more.add("default: " + setting.defaultValue());
    }
    if (!setting.variables().isEmpty()) {
      more.add("from " + String.join(", ", setting.variables()));
    }
    if (!more.isEmpty()) {
      text.append(" ".repeat(columns + 12));
      wrapped(String.join("; ", more), columns + 12, true);
    }
  }

  /** A text of several lines beside a column of others. */
  private void wrapped(String sentence, int indent, boolean faint) {
    String before = "";
    for (String line : Text.wrap(sentence, Math.max(30, COLUMNS - indent))) {
      text.append(before).append(faint ? style.faint(line) : line).append('\n');
      before = " ".repeat(indent);
    }
  }

  /**
   * A diagnosis: a line for each step, with a sign that tells how it ended.
   *
   * @param diagnosis what was found
   * @param style the colours
   * @return lines
   */
  public static String of(Diagnosis diagnosis, Style style) {
    StoreReport report = new StoreReport(style);
    report.headline(diagnosis.location().toString());
    int columns = 0;
    int failed = 0;
    for (Diagnosis.Check check : diagnosis.checks()) {
      columns = Math.max(columns, Text.width(check.name()) + 2);
      failed += check.outcome() == Diagnosis.Outcome.FAILED ? 1 : 0;
    }
    for (Diagnosis.Check check : diagnosis.checks()) {
      report.check(check, columns);
    }
    String verdict = failed == 0
        ? style.success("nothing is wrong")
        : style.error(failed + " of " + Text.count(diagnosis.checks().size(), "step") + " failed");
    return report.text.append(verdict).append('\n').toString();
  }

  private void check(Diagnosis.Check check, int columns) {
    String sign = switch (check.outcome()) {
      case PASSED -> style.passed();
      case WARNED -> style.doubtful();
      case FAILED -> style.failed();
      case SKIPPED -> style.skipped();
    };
    String indent = " ".repeat(4 + columns);
    text.append("  ").append(sign).append(' ').append(pad(Text.printable(check.name()), columns));
    text.append(Text.printable(check.found()).replace("\n", "\n" + indent)).append('\n');
    if (check.remedy() != null) {
      text.append(indent).append(style.arrow()).append(' ');
      text.append(Text.printable(check.remedy()).replace("\n", "\n" + indent + "  "))
          .append('\n');
    }
  }
}
