package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.cli.render.Display;
import io.github.fuseml.ovms.cli.render.HumanReport;
import io.github.fuseml.ovms.cli.render.JsonReport;
import io.github.fuseml.ovms.cli.render.ProgressView;
import io.github.fuseml.ovms.cli.render.Verbosity;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Converts a model and publishes it. */
@CommandLine.Command(
    name = ConvertCommand.NAME,
    header = "Convert a model to OpenVINO IR and publish it as a new version.",
    description = {
      "%nFinds out what the model is, fetches the files that the conversion needs, converts them, "
          + "checks the result and publishes it as DIR/1, DIR/2, …, where OpenVINO Model Server "
          + "finds it. All of it or nothing.%n"
    },
    footer = {
      "%nExamples:",
      "  The first version, models/mnist/1:",
      "    ovms-converter convert mnist.onnx --output models/mnist",
      "  Half the size, from one directory to another:",
      "    ovms-converter convert saved_model/ -o /srv/models/ranker --data-type FP16",
      "  What would be done, without doing it:",
      "    ovms-converter convert mlruns/0/abc/artifacts/model -o out --dry-run",
      "  For a script:",
      "    ovms-converter convert mnist.onnx -o models/mnist --json --progress none"
    })
final class ConvertCommand extends Command implements QuickOptions {
  static final String NAME = "convert";

  @Parameters(paramLabel = "SOURCE", description = "The model: a file, a directory or a URL.")
  String source = "";

  @ArgGroup(validate = false, order = 1, heading = "%nThe model:%n")
  SourceOptions sourceOptions = new SourceOptions();

  @ArgGroup(validate = false, order = 2, heading = "%nThe result:%n")
  ConversionOptions conversion = new ConversionOptions();

  @ArgGroup(validate = false, order = 3, heading = "%nThe engine:%n")
  EngineOptions engine = new EngineOptions();

  @ArgGroup(validate = false, order = 4, heading = "%nThe display:%n")
  DisplayOptions display = new DisplayOptions();

  @Option(names = "--dry-run", description = "Show what would be done, and do nothing.")
  boolean dryRun;

  @Option(names = "--json", description = "Print the result as one JSON document.")
  boolean json;

  @Override
  public boolean flag(String name) {
    switch (name) {
      case "--dry-run" -> dryRun = true;
      case "--json" -> json = true;
      default -> {
        return engine.flag(name) || display.flag(name);
      }
    }
    return true;
  }

  @Override
  public boolean value(String name, String value) {
    return sourceOptions.value(name, value)
        || conversion.value(name, value)
        || engine.value(name, value)
        || display.value(name, value);
  }

  @Override
  public boolean positional(String argument) {
    boolean first = source.isEmpty();
    source = argument;
    return first;
  }

  @Override
  public boolean complete() {
    return !source.isEmpty();
  }

  @Override
  void call(Context context) {
    Display shown = display.display(context, null);
    context.display(shown);
    ConversionRequest.Builder builder = ConversionRequest.builder().source(source);
    sourceOptions.apply(builder);
    conversion.apply(builder);
    ConversionRequest request = builder.build();
    ProgressView progress = context.openProgress();
    ConversionListener listener = dryRun && !json ? new SilentRelay(progress) : progress;
    try (progress;
        OvmsConverter converter = context.converters().open(engine.converter(), listener)) {
      String text = dryRun
          ? render(converter.plan(request, context.cancellation()), shown)
          : render(converter.convert(request, context.cancellation()), shown);
      progress.finish();
      context.streams().result(text);
    }
  }

  private String render(ConversionPlan plan, Display shown) {
    return json ? JsonReport.of(plan) : HumanReport.of(plan, shown.outStyle());
  }

  private String render(ConversionResult result, Display shown) {
    if (json) {
      return JsonReport.of(result);
    }
    return shown.verbosity() == Verbosity.QUIET
        ? result.versionLocation() + "\n"
        : HumanReport.of(result, shown.outStyle());
  }
}
