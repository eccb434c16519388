package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionPlan.PlannedFile;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.EngineInfo;
import io.github.fuseml.ovms.api.InputEdit;
import io.github.fuseml.ovms.api.ModelDescription;
import io.github.fuseml.ovms.api.ModelSignature;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.api.VerificationReport;
import io.github.fuseml.ovms.api.WeightSizes;
import io.github.fuseml.ovms.cli.terminal.Style;
import io.github.fuseml.ovms.cli.terminal.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Results for people: a headline, then a label and a value on each line. */
public final class HumanReport extends ReportLines {
  private static final int FILES_SHOWN = 20;

  /** The signature of a table may have thousands of columns. */
  private static final int LONGEST_VALUE = 1000;

  private HumanReport(Style style) {
    super(style);
  }

  /**
   * A result.
   *
   * @param result what was done
   * @param explain whether to tell what the options changed in the model
   * @param style the colours
   * @return lines
   */
  public static String of(ConversionResult result, boolean explain, Style style) {
    ConversionPlan plan = result.plan();
    HumanReport report = new HumanReport(style);
    boolean moved = plan.optimizer().equals("copy");
    String format = plan.model().format().title();
    report.headline(
        !result.published()
            ? "Nothing has changed since version " + result.version() + ": nothing was published"
            : moved
                ? "Published the " + format + " model unconverted"
                : "Converted the " + format + " model to "
                    + plan.request().outputFormat().title());
    report.source(plan);
    report.line("format", why(plan.model()));
    boolean any = result.published() || result.timings().containsKey(Stage.FETCH);
    report.line("fetched", any ? fetched(plan) : "nothing");
    if (!moved) {
      report.line("engine", result.engine());
      report.options(plan.request().options());
      if (explain) {
        report.lines("changed", result.changes());
      }
    }
    report.tensors("inputs", result.inputs());
    report.tensors("outputs", result.outputs());
    report.verification(result.verification());
    report.line("result", result.versionLocation().toString());
    report.line("version", result.version() + " of " + plan.modelName());
    if (!result.removed().isEmpty()) {
      report.line("removed", "versions " + result.removed().toString().replaceAll("[\\[\\]]", ""));
    }
    report.line("size", published(result.files()));
    WeightSizes weights = result.weights();
    if (weights != null) {
      report.line(
          "weights",
          Text.bytes(weights.before()) + " -> " + Text.bytes(weights.after()) + " ("
              + plan.request().options().compression() + ")");
    }
    long nanos = 0;
    for (Long stage : result.timings().values()) {
      nanos += stage;
    }
    report.line("time", Text.duration(nanos));
    return report.text.toString();
  }

  /**
   * A plan.
   *
   * @param plan what would be done
   * @param explain whether to tell what the options would change in the model
   * @param style the colours
   * @return lines
   */
  public static String of(ConversionPlan plan, boolean explain, Style style) {
    HumanReport report = new HumanReport(style);
    report.headline("Plan: nothing has been fetched or written");
    report.source(plan);
    report.line("format", why(plan.model()));
    report.files("fetch", plan.files());
    report.line("", fetched(plan));
    report.line("then", action(plan));
    report.options(plan.request().options());
    if (explain) {
      report.lines("changes", PlannedChanges.of(plan));
    }
    report.line("publish", plan.output().resolve(Long.toString(plan.version())).toString());
    report.line("version", plan.version() + " of " + plan.modelName());
    report.warnings(plan.model());
    return report.text.toString();
  }

  /**
   * A description.
   *
   * @param description what a model is
   * @param style the colours
   * @return lines
   */
  public static String of(ModelDescription description, Style style) {
    ConversionPlan plan = description.plan();
    DetectedModel model = plan.model();
    HumanReport report = new HumanReport(style);
    report.headline(model.format().title() + " (" + model.format().id() + ")");
    report.source(plan);
    if (!model.path().isEmpty()) {
      report.line("path", model.path());
    }
    report.lines("because", model.reasons());
    report.tensors("inputs", description.inputs());
    report.tensors("outputs", description.outputs());
    report.syntax(description.inputs());
    report.signatures(model.signatures());
    report.line("known from", description.describedBy());
    report.line(
        "size", Text.bytes(plan.sourceBytes()) + " in " + Text.count(plan.sourceFiles(), "file"));
    report.files("needed", plan.files());
    String label = "metadata";
    for (Map.Entry<String, String> attribute : model.attributes().entrySet()) {
      report.line(label, attribute.getKey() + ": " + shortened(attribute.getValue()));
      label = "";
    }
    report.warnings(model);
    report.line("convert", action(plan));
    report.line("", publishes(plan));
    return report.text.toString();
  }

  private static String shortened(String value) {
    return value.length() <= LONGEST_VALUE
        ? value
        : value.substring(0, LONGEST_VALUE) + "… (" + value.length() + " characters, see --json)";
  }

  /**
   * An engine.
   *
   * @param engine the engine
   * @param style the colours
   * @return lines
   */
  public static String of(EngineInfo engine, Style style) {
    HumanReport report = new HumanReport(style);
    report.headline(engine.optimizer() + " " + engine.version());
    report.line("python", engine.python() + " (" + engine.pythonVersion() + ")");
    report.line("found by", engine.foundBy());
    return report.text.toString();
  }

  /** As it was asked for, and where that is if it is a name. */
  private void source(ConversionPlan plan) {
    String given = plan.request().namedSource().toString();
    String real = plan.request().source().toString();
    line("source", given);
    if (!real.equals(given)) {
      line("that is", real);
    }
  }

  private static String why(DetectedModel model) {
    String title = model.format().title();
    return model.reasons().isEmpty() ? title : title + ": " + String.join("; ", model.reasons());
  }

  private static String action(ConversionPlan plan) {
    return plan.optimizer().equals("copy")
        ? "move the files unconverted"
        : "convert to " + plan.request().outputFormat().title() + " with " + plan.optimizer();
  }

  private static String publishes(ConversionPlan plan) {
    // A source that is a file has no room for versions; a conversion would refuse it as its output.
    boolean file = plan.model().path().equals(plan.output().name());
    return file && plan.output().equals(plan.request().source())
        ? "needs a directory to publish to (--output)"
        : "publishes " + plan.output().resolve(Long.toString(plan.version()));
  }

  private static String fetched(ConversionPlan plan) {
    String needed =
        Text.count(plan.files().size(), "file") + ", " + Text.bytes(plan.bytesToFetch());
    return plan.files().size() == plan.sourceFiles()
        ? needed
        : needed + " (of " + plan.sourceFiles() + ", " + Text.bytes(plan.sourceBytes()) + ")";
  }

  private static String published(List<PublishedFile> files) {
    long bytes = 0;
    for (PublishedFile file : files) {
      bytes += file.size();
    }
    return Text.bytes(bytes) + " in " + Text.count(files.size(), "file");
  }

  private void verification(VerificationReport verification) {
    if (verification.inputs() == null) {
      return; // Loading alone goes without saying.
    }
    line(
        "verified",
        "run on "
            + (verification.inputs().equals("example") ? "the saved example" : "seeded inputs")
            + (verification.runtime() == null ? "" : ", compared with " + verification.runtime()));
    for (VerificationReport.Output output : verification.outputs()) {
      if (output.absolute() != null && output.relative() != null) {
        line(
            "",
            String.format(
                Locale.ROOT,
                "%s differs by at most %.3g, relatively %.3g",
                output.name(),
                output.absolute(),
                output.relative()));
      }
    }
  }

  private void options(OptimizationOptions options) {
    lines("options", options.describe());
  }

  private void tensors(String label, List<TensorSpec> tensors) {
    String first = label;
    for (TensorSpec tensor : tensors) {
      String name = tensor.name().isEmpty() ? "(unnamed)" : tensor.name();
      line(first, name + "  " + tensor.type() + " " + tensor.shape());
      first = "";
    }
  }

  /** The inputs as the options take them, ready to be copied and changed. */
  private void syntax(List<TensorSpec> inputs) {
    if (inputs.isEmpty()) {
      return;
    }
    StringBuilder shapes = new StringBuilder();
    StringBuilder named = new StringBuilder();
    String comma = "";
    for (TensorSpec input : inputs) {
      shapes.append(comma).append(input.shape());
      named.append(comma).append(InputEdit.of(input.name()).withShape(input.shape()));
      comma = ",";
    }
    line("as options", "--input-shape '" + shapes + "'");
    line("", "--input '" + named.toString().replace("'", "'\\''") + "'");
  }

  /** The ways to call the model, where one can be chosen. */
  private void signatures(List<ModelSignature> signatures) {
    if (signatures.size() < 2) {
      return;
    }
    String label = "signatures";
    for (ModelSignature signature : signatures) {
      line(
          label,
          signature.name() + "  tags " + String.join(",", signature.tags()) + "  "
              + shapes(signature.inputs()) + " -> " + shapes(signature.outputs()));
      label = "";
    }
  }

  private static String shapes(List<TensorSpec> tensors) {
    List<String> parts = new ArrayList<>();
    for (TensorSpec tensor : tensors) {
      parts.add(tensor.name() + tensor.shape());
    }
    return String.join(",", parts);
  }

  private void files(String label, List<PlannedFile> files) {
    String first = label;
    int shown = Math.min(files.size(), FILES_SHOWN);
    for (PlannedFile file : files.subList(0, shown)) {
      line(first, file.path() + "  " + Text.bytes(file.size()));
      first = "";
    }
    if (shown < files.size()) {
      line(first, "and " + Text.count(files.size() - shown, "file") + " more");
    }
  }

  private void warnings(DetectedModel model) {
    for (String warning : model.warnings()) {
      text.append("  ")
          .append(style.warning("warning: " + Text.printable(warning)))
          .append('\n');
    }
  }
}
