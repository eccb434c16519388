package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.ConversionListener.Progress;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.cli.terminal.Style;
import io.github.fuseml.ovms.cli.terminal.Text;
import org.jspecify.annotations.Nullable;

/** The one line that shows how far a stage is. Not thread-safe. */
final class LiveLine {
  private static final int BAR = 20;
  private static final long SECOND = 1_000_000_000;

  private final Stage stage;
  private final long started;
  private final Rate rate;
  private @Nullable Progress progress;

  LiveLine(Stage stage, long started) {
    this.stage = stage;
    this.started = started;
    this.rate = new Rate(started);
  }

  void update(Progress latest, long now) {
    progress = latest;
    rate.update(latest.bytesDone(), now);
  }

  /** The line without colours, for its width must be known. */
  String render(long now, Style style) {
    StringBuilder line = new StringBuilder(LineProgress.column(stage));
    Progress seen = progress;
    if (seen == null
        || (seen.bytesTotal() <= 0 && seen.bytesDone() == 0 && files(seen).isEmpty())) {
      line.append(Math.max(0, now - started) / SECOND).append(" s");
    } else if (seen.bytesTotal() > 0) {
      appendBar(line, seen, style);
      line.append("  ").append(Text.bytes(seen.bytesDone()));
      line.append(" of ").append(Text.bytes(seen.bytesTotal()));
      appendFiles(line, "  ", seen);
      appendRate(line, seen, now);
    } else if (seen.bytesDone() > 0) {
      line.append(Text.bytes(seen.bytesDone()));
      appendFiles(line, "  ", seen);
      appendRate(line, seen, now);
    } else {
      appendFiles(line, "", seen);
    }
    if (seen != null && !seen.what().isEmpty()) {
      line.append("  ").append(Text.printable(seen.what()).replace('\n', ' ').replace('\t', ' '));
    }
    return line.toString();
  }

  private static void appendBar(StringBuilder line, Progress seen, Style style) {
    double part = Math.max(0, Math.min(1, (double) seen.bytesDone() / seen.bytesTotal()));
    int full = (int) (part * BAR);
    line.append(style.unicode() ? "" : "[");
    line.append((style.unicode() ? "█" : "#").repeat(full));
    line.append((style.unicode() ? "░" : "-").repeat(BAR - full));
    line.append(style.unicode() ? " " : "] ");
    String percent = Integer.toString((int) (part * 100));
    line.append("   ", 0, 3 - percent.length()).append(percent).append('%');
  }

  private static void appendFiles(StringBuilder line, String before, Progress seen) {
    String files = files(seen);
    if (!files.isEmpty()) {
      line.append(before).append(files);
    }
  }

  /** Files are of interest when there are several. */
  private static String files(Progress seen) {
    if (seen.filesTotal() > 1) {
      return seen.filesDone() + " of " + Text.count(seen.filesTotal(), "file");
    }
    return seen.filesTotal() < 0 && seen.filesDone() > 0
        ? Text.count(seen.filesDone(), "file")
        : "";
  }

  private void appendRate(StringBuilder line, Progress seen, long now) {
    double perSecond = rate.perSecond(now);
    if (perSecond < 1) {
      return;
    }
    line.append("  ").append(Text.bytes((long) perSecond)).append("/s");
    long left = seen.bytesTotal() - seen.bytesDone();
    if (left > 0) {
      line.append("  ").append(remaining((long) Math.ceil(left / perSecond))).append(" left");
    }
  }

  /** Whole seconds: more would only flicker. */
  private static String remaining(long seconds) {
    return seconds < 60 ? seconds + " s" : Text.duration(seconds * SECOND);
  }
}
