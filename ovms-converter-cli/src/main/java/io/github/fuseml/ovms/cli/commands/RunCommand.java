package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.ConversionListener.Message;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.cli.fuseml.FusemlStep;
import io.github.fuseml.ovms.cli.fuseml.ResultFile;
import io.github.fuseml.ovms.cli.fuseml.StepWords;
import io.github.fuseml.ovms.cli.fuseml.TerminationLog;
import io.github.fuseml.ovms.cli.render.ErrorReport;
import io.github.fuseml.ovms.cli.render.HumanReport;
import io.github.fuseml.ovms.cli.render.ProgressMode;
import io.github.fuseml.ovms.cli.render.ProgressView;
import io.github.fuseml.ovms.cli.render.Verbosity;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Runs as a step of a FuseML workflow. */
@CommandLine.Command(
    name = RunCommand.NAME,
    header = "Run as a step of a FuseML workflow.",
    description = {
      "%nReads the step's inputs from the environment, converts, and writes the URL of the "
          + "converted model to /tekton/results/$TASK_RESULT, as it was given; without TASK_RESULT "
          + "to the standard output. An empty variable counts as unset.%n",
      "  FUSEML_INPUT_MODEL    URL or path of the model (required)",
      "  FUSEML_INPUT_FORMAT   its format; auto by default",
      "  FUSEML_INPUT_FLAVOR   the flavor of an MLflow model; the best one by default",
      "  FUSEML_OUTPUT_MODEL   where its versions go; the input by default",
      "  FUSEML_OUTPUT_FORMAT  openvino (default); the input's moves it unconverted",
      "  FUSEML_DATA_TYPE      FP16 or half; FP32 or float; INT8, INT4",
      "  FUSEML_INPUT_SHAPE, FUSEML_BATCH, FUSEML_INPUT, FUSEML_OUTPUT, FUSEML_SCALE,",
      "  FUSEML_MEAN_VALUES, FUSEML_SCALE_VALUES, FUSEML_REVERSE_INPUT_CHANNELS,",
      "  FUSEML_STATIC_SHAPE   parameters of the Model Optimizer, see 'convert --help'",
      "  FUSEML_LOG_LEVEL      CRITICAL, ERROR, WARNING, INFO (default), DEBUG",
      "  FUSEML_VERBOSE        true shows everything",
      "  FUSEML_EXTRA_ARGS     further arguments of the Model Optimizer",
      "  S3_ENDPOINT, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and others, for the",
      "                        output with OUTPUT_ before them: see 'stores'",
      "  OVMS_CONVERTER_RESULTS_DIR  replaces /tekton/results",
      "  OVMS_CONVERTER_LOG_FORMAT   lines (default), or json: one object for each event",
      "  OVMS_CONVERTER_TERMINATION_LOG  replaces /dev/termination-log, which takes an error%n"
    },
    footer = {
      "%nExamples:",
      "  As FuseML does:",
      "    FUSEML_INPUT_MODEL=/models/mnist.onnx FUSEML_OUTPUT_MODEL=/srv/mnist \\",
      "    TASK_RESULT=model_path ovms-converter run",
      "  By hand, the result on the standard output:",
      "    FUSEML_INPUT_MODEL=saved_model FUSEML_DATA_TYPE=FP16 ovms-converter run -q"
    })
final class RunCommand extends Command implements QuickOptions {
  static final String NAME = "run";

  private static final String LOG_FORMAT = "OVMS_CONVERTER_LOG_FORMAT";

  @ArgGroup(validate = false, order = 1, heading = "%nThe stores:%n")
  StoreOptions stores = new StoreOptions();

  @ArgGroup(validate = false, order = 2, heading = "%nThe transfer:%n")
  TransferOptions transfer = new TransferOptions();

  @ArgGroup(validate = false, order = 3, heading = "%nThe engine:%n")
  EngineOptions engine = new EngineOptions();

  @ArgGroup(validate = false, order = 4, heading = "%nThe display:%n")
  DisplayOptions display = new DisplayOptions();

  @Option(names = "--results-dir", hidden = true, description = "Replaces /tekton/results.")
  @Nullable
  Path resultsDirectory;

  @Override
  public boolean flag(String name) {
    return engine.flag(name) || display.flag(name);
  }

  @Override
  public boolean value(String name, String value) {
    if (name.equals("--results-dir")) {
      resultsDirectory = Path.of(value);
      return true;
    }
    return stores.value(name, value)
        || transfer.value(name, value)
        || engine.value(name, value)
        || display.value(name, value);
  }

  @Override
  ExitCode call(Context context) {
    context.words(StepWords::of);
    try {
      return step(context);
    } catch (RuntimeException | Error e) {
      String paragraph = context.errors().paragraph(context.reason(e));
      TerminationLog.write(context.environment(), paragraph);
      throw e;
    }
  }

  /** Who made the step's manifest sees a wrong option where every other error of a step is. */
  static void wrongUsage(UsageException error, Context context) {
    TerminationLog.write(
        context.environment(), ErrorReport.paragraph(error.summary(), error.hint()));
    try {
      DisplayOptions options = new DisplayOptions();
      options.logFormat(context.environment().getOrDefault(LOG_FORMAT, ""), LOG_FORMAT);
      context.display(options.display(context, null));
    } catch (BadRequestException e) {
      // The option is what is told.
    }
  }

  private ExitCode step(Context context) {
    display.logFormat(context.environment().getOrDefault(LOG_FORMAT, ""), LOG_FORMAT);
    context.display(display.display(context, null));
    FusemlStep step = FusemlStep.read(context.environment());
    context.display(display.display(context, step.verbosity()));
    ResultFile file = ResultFile.prepare(context.environment(), resultsDirectory, step.outputUrl());
    try (ProgressView progress = context.openProgress()) {
      for (Message note : step.notes()) {
        progress.note(note.level(), note.text());
      }
      convert(context, step, file, progress);
    }
    return ExitCode.OK;
  }

  private void convert(
      Context context, FusemlStep step, @Nullable ResultFile file, ProgressView progress) {
    try (OvmsConverter converter =
        context.converters().open(engine.converter(transfer), progress)) {
      ConversionRequest request = stores.complete(step.request(), context, converter, progress);
      ConversionResult result = converter.convert(request, context.cancellation());
      if (context.cancellation().isCancelled()) {
        // Too late to stop the conversion, but whoever stops a step does not want its result.
        throw new ConversionCancelledException(
            Problem.of("write the step's result").found("the step was cancelled"));
      }
      progress.finish();
      summarize(context, result);
      if (file == null) {
        context.streams().result(step.outputUrl() + "\n");
      } else {
        file.write();
      }
    }
  }

  private static void summarize(Context context, ConversionResult result) {
    boolean wanted = context.display().verbosity().compareTo(Verbosity.NORMAL) >= 0;
    if (wanted && context.display().progress() != ProgressMode.JSON) {
      context.streams().message(HumanReport.of(result, true, context.display().errStyle()));
    }
  }
}
