package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.ConversionListener.Level;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ModelDescription;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.cli.render.Display;
import io.github.fuseml.ovms.cli.render.HumanReport;
import io.github.fuseml.ovms.cli.render.JsonReport;
import io.github.fuseml.ovms.cli.render.ProgressView;
import io.github.fuseml.ovms.cli.render.Verbosity;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Tells what a model is. */
@CommandLine.Command(
    name = InspectCommand.NAME,
    header = "Tell what a model is, and what a conversion of it would do.",
    description = {
      "%nShows the format and what gave it away, inputs and outputs, the files that a conversion "
          + "needs, and what it would publish. Writes nothing. The model is fetched only if its "
          + "metadata does not tell the inputs.%n"
    },
    footer = {
      "%nExamples:",
      "  What is this?",
      "    ovms-converter inspect model.onnx",
      "  The inputs' names, for a script:",
      "    ovms-converter inspect saved_model/ --json | jq -r '.inputs[].name'"
    })
final class InspectCommand extends ModelCommand {
  static final String NAME = "inspect";

  @ArgGroup(validate = false, order = 2, heading = "%nThe conversion that is looked at:%n")
  ConversionOptions conversion = new ConversionOptions();

  @Option(names = "--json", description = "Print the description as one JSON document.")
  boolean json;

  @Override
  public boolean flag(String name) {
    if (name.equals("--json")) {
      json = true;
      return true;
    }
    return super.flag(name);
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
    ConversionListener listener = json ? progress : new SilentRelay(progress);
    try (progress;
        OvmsConverter converter = context.converters().open(engine.converter(transfer), listener)) {
      ConversionRequest complete = stores.complete(request, context, converter, progress);
      String text = render(converter.inspect(complete, context.cancellation()), shown);
      progress.finish();
      context.streams().result(text);
    }
    return ExitCode.OK;
  }

  private String render(ModelDescription description, Display shown) {
    if (json) {
      return JsonReport.of(description);
    }
    return shown.verbosity() == Verbosity.QUIET
        ? description.plan().model().format().id() + "\n"
        : HumanReport.of(description, shown.outStyle());
  }
}
