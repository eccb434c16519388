package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.CopyResult;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.cli.render.Display;
import io.github.fuseml.ovms.cli.render.ProgressView;
import io.github.fuseml.ovms.cli.render.StoreJson;
import io.github.fuseml.ovms.cli.render.StoreReport;
import io.github.fuseml.ovms.cli.render.Verbosity;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies files from one store to another. */
@CommandLine.Command(
    name = CopyCommand.NAME,
    header = "Copy a file or a directory from any store to any other.",
    description = {
      "%nCopies a file to a file (into a directory if TARGET ends in a slash), or all files of a "
          + "directory into a directory: several at once, each whole or not at all, and compared "
          + "with the checksums that the stores keep. What is at the target already is a "
          + "conflict, found before anything is copied.%n"
    },
    footer = {
      "%nExamples:",
      "    ovms-converter copy s3://models/mnist models/mnist",
      "  From one store to another, each with its own credentials:",
      "    ovms-converter copy s3://models/mnist gs://serving/mnist \\",
      "      --input-settings minio.properties --output-settings gcs.properties",
      "  For a script:",
      "    ovms-converter copy model.onnx s3://models/ --replace --json -q"
    })
final class CopyCommand extends Command implements QuickOptions {
  static final String NAME = "copy";

  @Parameters(index = "0", paramLabel = "SOURCE", description = "What to copy: a path or a URL.")
  String source = "";

  @Parameters(index = "1", paramLabel = "TARGET", description = "Where to: a path or a URL.")
  String target = "";

  @Option(names = "--replace", description = "Replace files that are at the target already.")
  boolean replace;

  @Option(
      names = "--no-sync",
      description = {
        "Do not force files to this machine's disk before they get their names.",
        "Faster, but a power failure may leave some that are not whole."
      })
  boolean noSync;

  @Option(names = "--json", description = "Print the result as one JSON document.")
  boolean json;

  @ArgGroup(validate = false, order = 1, heading = "%nThe stores:%n")
  StoreOptions stores = new StoreOptions();

  @ArgGroup(validate = false, order = 2, heading = "%nThe transfer:%n")
  TransferOptions transfer = new TransferOptions();

  @ArgGroup(validate = false, order = 3, heading = "%nThe display:%n")
  DisplayOptions display = new DisplayOptions();

  @Override
  public boolean flag(String name) {
    switch (name) {
      case "--replace" -> replace = true;
      case "--no-sync" -> noSync = true;
      case "--json" -> json = true;
      default -> {
        return display.flag(name);
      }
    }
    return true;
  }

  @Override
  public boolean value(String name, String value) {
    return stores.value(name, value) || transfer.value(name, value) || display.value(name, value);
  }

  @Override
  public boolean positional(String argument) {
    if (source.isEmpty()) {
      source = argument;
      return true;
    }
    boolean second = target.isEmpty();
    target = argument;
    return second;
  }

  @Override
  public boolean complete() {
    return !target.isEmpty();
  }

  @Override
  ExitCode call(Context context) {
    Display shown = display.display(context, null);
    context.display(shown);
    CopyRequest.Builder request =
        CopyRequest.builder().source(source).target(target).replace(replace);
    try (ProgressView progress = context.openProgress();
        OvmsConverter converter =
            context.converters().open(transfer.converter(!noSync), progress)) {
      CopyRequest complete = complete(request, context, converter, progress);
      CopyResult result = converter.copy(complete, context.cancellation());
      progress.finish();
      context.streams().result(render(complete, result, shown));
    }
    return ExitCode.OK;
  }

  private CopyRequest complete(
      CopyRequest.Builder request,
      Context context,
      OvmsConverter converter,
      ProgressView progress) {
    StoreOptions.Both both =
        stores.settle(Location.of(source), Location.of(target), context, converter, progress);
    return request.inputSettings(both.input()).outputSettings(both.output()).build();
  }

  private String render(CopyRequest request, CopyResult result, Display shown) {
    if (json) {
      return StoreJson.of(request, result);
    }
    return shown.verbosity() == Verbosity.QUIET
        ? request.target() + "\n"
        : StoreReport.of(request, result, shown.outStyle());
  }
}
