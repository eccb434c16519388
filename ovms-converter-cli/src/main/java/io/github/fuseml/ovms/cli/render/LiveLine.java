package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.ConversionListener.Progress;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.cli.terminal.Style;
import io.github.fuseml.ovms.cli.terminal.Text;
import org.jspecify.annotations.Nullable;

/** The one line that shows how far a stage is. Not thread-safe. */
final class LiveLine {
  private static final int BAR = 20;

  private final Stage stage;
  private final long started;
  private @Nullable Progress progress;

  LiveLine(Stage stage, long started) {
    this.stage = stage;
    this.started = started;
  }

  void update(Progress latest) {
    progress = latest;
  }

  /** The line without colours, for its width must be known. */
  String render(long now, Style style) {
    StringBuilder line = new StringBuilder(LineProgress.column(stage));
    Progress seen = progress;
    long nanos = Math.max(1, now - started);
    if (seen != null && seen.bytesTotal() > 0) {
      appendBar(line, seen, style);
      line.append("  ").append(Text.bytes(seen.bytesDone()));
      line.append(" of ").append(Text.bytes(seen.bytesTotal()));
      appendRate(line, seen, nanos);
    } else if (seen != null && seen.bytesDone() > 0) {
      line.append(Text.bytes(seen.bytesDone()));
      appendRate(line, seen, nanos);
    } else if (seen != null && seen.filesDone() > 0) {
      line.append(Text.count(seen.filesDone(), "file"));
    } else {
      line.append(nanos / 1_000_000_000).append(" s");
    }
    if (seen != null && !seen.what().isEmpty()) {
      line.append("  ").append(Text.printable(seen.what()).replace('\n', ' ').replace('\t', ' '));
    }
    return line.toString();
  }

  private static void appendBar(StringBuilder line, Progress seen, Style style) {
    double part = Math.min(1, (double) seen.bytesDone() / seen.bytesTotal());
    int full = (int) (part * BAR);
    line.append(style.unicode() ? "" : "[");
    line.append((style.unicode() ? "█" : "#").repeat(full));
    line.append((style.unicode() ? "░" : "-").repeat(BAR - full));
    line.append(style.unicode() ? " " : "] ");
    String percent = Integer.toString((int) (part * 100));
    line.append("   ", 0, 3 - percent.length()).append(percent).append('%');
  }

  private static void appendRate(StringBuilder line, Progress seen, long nanos) {
    double perSecond = seen.bytesDone() * 1e9 / nanos;
    if (nanos < 500_000_000 || perSecond < 1) {
      return;
    }
    line.append("  ").append(Text.bytes((long) perSecond)).append("/s");
    long left = seen.bytesTotal() - seen.bytesDone();
    if (left > 0) {
      long seconds = (long) Math.ceil(left / perSecond);
      line.append("  ").append(Text.duration(seconds * 1_000_000_000)).append(" left");
    }
  }
}
