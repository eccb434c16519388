package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.ConversionListener.Level;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.cli.engine.ConverterOptions;
import io.github.fuseml.ovms.cli.render.ProgressView;
import io.github.fuseml.ovms.cli.settings.GivenSettings;
import io.github.fuseml.ovms.cli.settings.SettingsResolver;
import io.github.fuseml.ovms.cli.settings.Side;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command about one location, which asks its store and moves nothing. */
abstract class PlaceCommand extends Command implements QuickOptions {
  @Parameters(paramLabel = "LOCATION", description = "A file, a directory or a URL.")
  String location = "";

  @Option(names = "--json", description = "Print the result as one JSON document.")
  boolean json;

  @ArgGroup(validate = false, order = 1, heading = "%nThe store:%n")
  SettingOptions settings = new SettingOptions();

  @ArgGroup(validate = false, order = 2, heading = "%nThe display:%n")
  DisplayOptions display = new DisplayOptions();

  /** What was found, and what the process ends with. */
  record Answer(String text, ExitCode code) {}

  /** Asks the store. */
  abstract Answer ask(OvmsConverter converter, Location place, StoreSettings with, Context context);

  @Override
  final ExitCode call(Context context) {
    context.display(display.display(context, null));
    Location place = Location.of(location);
    try (ProgressView progress = context.openProgress();
        OvmsConverter converter = context.converters().open(ConverterOptions.USUAL, progress)) {
      StoreSettings with = settings.settle(place, context, converter, progress);
      warnOfInsecure(with, progress);
      Answer answer = context.interruptibly(() -> ask(converter, place, with, context));
      progress.finish();
      context.streams().result(answer.text());
      return answer.code();
    }
  }

  /** What no run is there to warn of. */
  void warnOfInsecure(StoreSettings with, ProgressView progress) {
    if (with.get("insecureTls").filter(value -> value.matches("(?i)true|1")).isPresent()) {
      progress.note(Level.WARNING, "insecureTls is set: certificates are not checked");
    }
  }

  @Override
  public boolean flag(String name) {
    if (name.equals("--json")) {
      json = true;
      return true;
    }
    return display.flag(name);
  }

  @Override
  public boolean value(String name, String value) {
    return settings.value(name, value) || display.value(name, value);
  }

  @Override
  public boolean positional(String argument) {
    boolean first = location.isEmpty();
    location = argument;
    return first;
  }

  @Override
  public boolean complete() {
    return !location.isEmpty();
  }

  /** The settings of the one store. */
  static final class SettingOptions implements QuickOptions {
    @Option(
        names = "--setting",
        paramLabel = "NAME=VALUE",
        description = {
          "A setting of the store, for example endpoint=host:9000; may be repeated. "
              + "'ovms-converter stores' lists them, and the variables that are taken otherwise."
        })
    List<String> settings = new ArrayList<>();

    @Option(
        names = "--settings",
        paramLabel = "FILE",
        description = "NAME=VALUE lines; the place for secrets.")
    @Nullable
    Path file;

    @Override
    public boolean value(String name, String value) {
      switch (name) {
        case "--setting" -> settings.add(value);
        case "--settings" -> file = Path.of(value);
        default -> {
          return false;
        }
      }
      return true;
    }

    StoreSettings settle(
        Location location, Context context, OvmsConverter converter, ProgressView progress) {
      GivenSettings given = new GivenSettings(Side.ONLY, settings, file);
      return new SettingsResolver(converter.stores(), context.environment(), new Warnings(progress))
          .input(location, given);
    }
  }
}
