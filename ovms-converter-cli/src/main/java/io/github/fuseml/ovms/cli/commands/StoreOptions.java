package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.cli.render.ProgressView;
import io.github.fuseml.ovms.cli.settings.GivenSettings;
import io.github.fuseml.ovms.cli.settings.SettingsResolver;
import io.github.fuseml.ovms.cli.settings.Side;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The settings of the stores that a command reads from and writes to. */
final class StoreOptions implements QuickOptions {
  @Option(
      names = "--input-setting",
      paramLabel = "NAME=VALUE",
      description = {
        "A setting of the store that is read, for example endpoint=host:9000; may be repeated. "
            + "'ovms-converter stores' lists them, and the variables that are taken otherwise."
      })
  List<String> inputSettings = new ArrayList<>();

  @Option(
      names = "--input-settings",
      paramLabel = "FILE",
      description = "NAME=VALUE lines; the place for secrets.")
  @Nullable
  Path inputFile;

  @Option(
      names = "--output-setting",
      paramLabel = "NAME=VALUE",
      description = {
        "A setting of the store that is written. Without one of its own, nor a variable that "
            + "begins with OUTPUT_, it has the input's."
      })
  List<String> outputSettings = new ArrayList<>();

  @Option(names = "--output-settings", paramLabel = "FILE", description = "NAME=VALUE lines.")
  @Nullable
  Path outputFile;

  @Override
  public boolean value(String name, String value) {
    switch (name) {
      case "--input-setting" -> inputSettings.add(value);
      case "--input-settings" -> inputFile = Path.of(value);
      case "--output-setting" -> outputSettings.add(value);
      case "--output-settings" -> outputFile = Path.of(value);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Both sides' settings. */
  record Both(StoreSettings input, StoreSettings output) {
    private static final Both NONE = new Both(StoreSettings.none(), StoreSettings.none());
  }

  /** Settles both sides' settings. */
  Both settle(
      Location source,
      Location output,
      Context context,
      OvmsConverter converter,
      ProgressView progress) {
    GivenSettings forInput = new GivenSettings(Side.INPUT, inputSettings, inputFile);
    GivenSettings forOutput = new GivenSettings(Side.OUTPUT, outputSettings, outputFile);
    if (source.isLocal() && output.isLocal() && forInput.isEmpty() && forOutput.isEmpty()) {
      return Both.NONE; // a short way for what should start fast
    }
    SettingsResolver resolver =
        new SettingsResolver(converter.stores(), context.environment(), new Warnings(progress));
    StoreSettings input = resolver.input(source, forInput);
    return new Both(input, resolver.output(output, forOutput, source, input));
  }

  /** Completes a request by both sides' settings. */
  ConversionRequest complete(
      ConversionRequest.Builder request,
      Context context,
      OvmsConverter converter,
      ProgressView progress) {
    ConversionRequest asked = request.build();
    Both both = settle(asked.source(), asked.output(), context, converter, progress);
    return request.inputSettings(both.input()).outputSettings(both.output()).build();
  }
}
