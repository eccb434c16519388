package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.cli.terminal.Style;
import io.github.fuseml.ovms.cli.terminal.Text;
import java.util.List;

/** The lines that reports for people are made of. Not thread-safe. */
class ReportLines {
  private static final int LABEL = 11;

  final Style style;
  final StringBuilder text = new StringBuilder();

  ReportLines(Style style) {
    this.style = style;
  }

  final void headline(String title) {
    text.append(style.strong(Text.printable(title))).append('\n');
  }

  /** A label and a value. */
  final void line(String label, String value) {
    String padded = "  " + pad(label, LABEL);
    text.append(style.faint(padded));
    text.append(Text.printable(value).replace("\n", "\n" + " ".repeat(padded.length())));
    text.append('\n');
  }

  /** One label for several values. */
  final void lines(String label, List<String> values) {
    String first = label;
    for (String value : values) {
      line(first, value);
      first = "";
    }
  }

  /** A text with blanks up to a column, with one at least. */
  static String pad(String text, int columns) {
    return text + " ".repeat(Math.max(1, columns - Text.width(text)));
  }
}
