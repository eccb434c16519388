package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.Diagnosis;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.cli.render.ProgressView;
import io.github.fuseml.ovms.cli.render.StoreJson;
import io.github.fuseml.ovms.cli.render.StoreReport;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Looks for what is wrong on the way to a location. */
@CommandLine.Command(
    name = DoctorCommand.NAME,
    header = "Find out what is wrong on the way to a location.",
    description = {
      "%nGoes the way step by step, from the name of the service to reading there, and says of "
          + "each step what was found and what to do about it. Changes nothing, unless --write "
          + "lets it write a small file and remove it again.%n",
      "Ends with code 0 if nothing is wrong; else by the first step that failed: 2 for a setting, "
          + "5 if the service cannot be reached, 4 if the clock is wrong or access denied, 3 if the "
          + "place does not exist.%n"
    },
    footer = {
      "%nExamples:",
      "    ovms-converter doctor s3://models/mnist",
      "  Also try to write, as a conversion would:",
      "    ovms-converter doctor gs://models --write",
      "  Another endpoint than the variables say:",
      "    ovms-converter doctor s3://models --setting endpoint=minio:9000"
    })
final class DoctorCommand extends PlaceCommand {
  static final String NAME = "doctor";

  @Option(names = "--write", description = "Try to write too: a small file, removed again.")
  boolean write;

  /** A step of its own tells. */
  @Override
  void warnOfInsecure(StoreSettings with, ProgressView progress) {}

  @Override
  Answer ask(OvmsConverter converter, Location place, StoreSettings with, Context context) {
    Diagnosis diagnosis = converter.diagnose(place, with, write);
    String text = json
        ? StoreJson.of(diagnosis)
        : StoreReport.of(diagnosis, context.display().outStyle());
    return new Answer(text, ExitCode.of(diagnosis));
  }
}
