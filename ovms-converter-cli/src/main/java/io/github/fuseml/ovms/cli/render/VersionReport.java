package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.ModelVersion;
import io.github.fuseml.ovms.api.RollbackResult;
import io.github.fuseml.ovms.cli.terminal.Style;
import io.github.fuseml.ovms.cli.terminal.Text;
import java.util.List;
import java.util.Objects;

/**
 * Versions of a model, for people and for programs.
 *
 * <pre>
 * versions := location
 *             versions[]      number, location, state ("complete", "partial"), files, bytes, and where
 *                             it is known published, source, digest, format, engine, restored_from
 * rollback := output, from, version, version_location
 *             files[]         path, size, sha256
 *             warnings[]
 * </pre>
 */
public final class VersionReport extends ReportLines {
  private static final int DIGEST = 12;

  private VersionReport(Style style) {
    super(style);
  }

  /**
   * A table.
   *
   * @param versions the versions
   * @param style the colours
   * @return a line for each
   */
  public static String of(List<ModelVersion> versions, Style style) {
    VersionReport report = new VersionReport(style);
    if (versions.isEmpty()) {
      report.text.append("no versions\n");
      return report.text.toString();
    }
    report.text.append(style.strong(pad("VERSION", 9) + pad("STATE", 10) + pad("PUBLISHED", 22)
        + pad("SIZE", 11) + pad("DIGEST", DIGEST + 2) + "SOURCE"));
    report.text.append('\n');
    for (ModelVersion version : versions) {
      report.row(version);
    }
    return report.text.toString();
  }

  private void row(ModelVersion version) {
    String digest = Objects.requireNonNullElse(version.digest(), "-");
    String source = Text.printable(Objects.requireNonNullElse(version.source(), "-"));
    String restored =
        version.restoredFrom() == null ? "" : " (from version " + version.restoredFrom() + ")";
    text.append(pad(Long.toString(version.number()), 9))
        .append(pad(version.state().toString(), 10))
        .append(pad(version.published() == null ? "-" : version.published().toString(), 22))
        .append(pad(Text.bytes(version.bytes()), 11))
        .append(style.faint(
            pad(digest.length() > DIGEST ? digest.substring(0, DIGEST) : digest, DIGEST + 2)))
        .append(source.replace('\n', '?'))
        .append(restored)
        .append('\n');
  }

  /**
   * The document {@code versions}.
   *
   * @param location where they are
   * @param versions the versions
   * @return one JSON document
   */
  public static String json(Location location, List<ModelVersion> versions) {
    JsonText json = JsonText.document();
    json.put("location", location.toString()).beginArray("versions");
    for (ModelVersion version : versions) {
      json.begin(null).put("number", version.number());
      json.put("location", version.location().toString());
      json.put("state", version.state().toString());
      json.put("files", version.files()).put("bytes", version.bytes());
      if (version.published() != null) {
        json.put("published", version.published().toString());
      }
      if (version.source() != null) {
        json.put("source", version.source());
      }
      if (version.digest() != null) {
        json.put("digest", version.digest());
      }
      if (version.format() != null) {
        json.put("format", version.format());
      }
      if (version.engine() != null) {
        json.put("engine", version.engine());
      }
      if (version.restoredFrom() != null) {
        json.put("restored_from", version.restoredFrom());
      }
      json.endObject();
    }
    return json.endArray().end();
  }

  /**
   * A rollback.
   *
   * @param result what was done
   * @param style the colours
   * @return lines
   */
  public static String of(RollbackResult result, Style style) {
    VersionReport report = new VersionReport(style);
    report.headline("Went back to version " + result.from());
    report.line("result", result.versionLocation().toString());
    report.line("version", Long.toString(result.version()));
    long bytes = 0;
    for (PublishedFile file : result.files()) {
      bytes += file.size();
    }
    report.line("size", Text.bytes(bytes) + " in " + Text.count(result.files().size(), "file"));
    return report.text.toString();
  }

  /**
   * The document {@code rollback}.
   *
   * @param result what was done
   * @return one JSON document
   */
  public static String json(RollbackResult result) {
    JsonText json = JsonText.document();
    json.put("output", result.output().toString());
    json.put("from", result.from());
    json.put("version", result.version());
    json.put("version_location", result.versionLocation().toString());
    JsonReport.files(json, result.files());
    return json.put("warnings", result.warnings()).end();
  }
}
