package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.ConversionListener.Level;
import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.OvmsConfigEntry;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.cli.render.Display;
import io.github.fuseml.ovms.cli.render.HumanReport;
import io.github.fuseml.ovms.cli.render.JsonReport;
import io.github.fuseml.ovms.cli.render.ProgressView;
import io.github.fuseml.ovms.cli.render.ServingText;
import io.github.fuseml.ovms.cli.render.Verbosity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

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
      "  An image model that gets its mean and scale built in, and what that changed:",
      "    ovms-converter convert resnet.onnx -o out --batch 1 --explain \\",
      "      --mean-values '(123.7,116.8,103.9)' --scale 58.4",
      "  Run and compared with ONNX Runtime before it is published, told to OVMS, three versions kept:",
      "    ovms-converter convert mnist.onnx -o /srv/models/mnist --verify compare --keep 3 \\",
      "      --ovms-config /srv/models/config.json",
      "  For a script:",
      "    ovms-converter convert mnist.onnx -o models/mnist --json --progress none"
    })
final class ConvertCommand extends ModelCommand {
  static final String NAME = "convert";

  @ArgGroup(validate = false, order = 2, heading = "%nThe result:%n")
  ConversionOptions conversion = new ConversionOptions();

  @ArgGroup(validate = false, order = 3, heading = "%nThe versions:%n")
  PublishingOptions publishing = new PublishingOptions();

  @Option(
      names = "--print",
      paramLabel = "WHAT",
      description = {
        "Print what would serve the model instead of the report: ${COMPLETION-CANDIDATES},",
        "the docker run line or the InferenceService of KServe."
      })
  ServingText.@Nullable Kind print;

  @Option(names = "--dry-run", description = "Show what would be done, and do nothing.")
  boolean dryRun;

  @Option(
      names = "--explain",
      description = {
        "Tell what the options changed in the model's graph; with",
        "--dry-run, what they would change as far as they tell."
      })
  boolean explain;

  @Option(names = "--json", description = "Print the result as one JSON document.")
  boolean json;

  @Override
  public boolean flag(String name) {
    switch (name) {
      case "--dry-run" -> dryRun = true;
      case "--explain" -> explain = true;
      case "--json" -> json = true;
      default -> {
        return publishing.flag(name) || super.flag(name);
      }
    }
    return true;
  }

  @Override
  public boolean value(String name, String value) {
    if (name.equals("--print")) {
      print = ServingText.Kind.valueOf(value.toUpperCase(Locale.ROOT));
      return true;
    }
    return publishing.value(name, value) || super.value(name, value);
  }

  @Override
  ConversionOptions conversion() {
    return conversion;
  }

  @Override
  ExitCode call(Context context) {
    Display shown = display.display(context, null);
    context.display(shown);
    List<String> notes = new ArrayList<>();
    ConversionRequest.Builder request = request(notes::add);
    ProgressView progress = context.openProgress();
    notes.forEach(note -> progress.note(Level.INFO, note));
    ConversionListener listener = dryRun && !json ? new SilentRelay(progress) : progress;
    try (progress;
        OvmsConverter converter = context.converters().open(engine.converter(transfer), listener)) {
      ConversionRequest asked = request.build();
      publishing.apply(
          request,
          asked.output(),
          config -> config.isLocal()
              ? StoreSettings.none()
              : stores
                  .settle(asked.source(), config, context, converter, progress)
                  .output());
      ConversionRequest complete = stores.complete(request, context, converter, progress);
      String text = dryRun
          ? render(converter.plan(complete, context.cancellation()), shown)
          : render(convert(converter, complete, context, progress), shown, context);
      progress.finish();
      context.streams().result(text);
    }
    return ExitCode.OK;
  }

  private static ConversionResult convert(
      OvmsConverter converter, ConversionRequest request, Context context, ProgressView progress) {
    ConversionResult result = converter.convert(request, context.cancellation());
    if (!result.published()) {
      progress.note(Level.INFO, "--force converts anyway");
    }
    return result;
  }

  private String render(ConversionPlan plan, Display shown) {
    return json ? JsonReport.of(plan) : HumanReport.of(plan, explain, shown.outStyle());
  }

  private String render(ConversionResult result, Display shown, Context context) {
    if (print != null) {
      if (shown.verbosity() != Verbosity.QUIET) {
        context.streams().message(HumanReport.of(result, explain, shown.errStyle()));
      }
      return ServingText.of(print, served(result), context.environment());
    }
    if (json) {
      return JsonReport.of(result);
    }
    return shown.verbosity() == Verbosity.QUIET
        ? result.versionLocation() + "\n"
        : HumanReport.of(result, explain, shown.outStyle());
  }

  private ServingText.Served served(ConversionResult result) {
    ConversionRequest request = result.plan().request();
    Optional<OvmsConfigEntry> entry = request.publishing().ovmsConfig();
    return new ServingText.Served(
        publishing.modelName(result.output()),
        result.output(),
        request.outputSettings(),
        entry.map(OvmsConfigEntry::location).orElse(null),
        entry.map(OvmsConfigEntry::basePath).orElse(null));
  }
}
