package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.Units;
import io.github.fuseml.ovms.cli.engine.ConverterOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the engine is found and limited. */
final class EngineOptions implements QuickOptions {
  @Option(
      names = "--python",
      paramLabel = "FILE",
      description = "The Python interpreter that has the engine. Also OVMS_CONVERTER_PYTHON.")
  @Nullable
  Path python;

  @Option(
      names = "--engine-home",
      paramLabel = "DIR",
      description =
          "Where engines are installed. Also OVMS_CONVERTER_ENGINE_HOME; by default in the "
              + "user's cache directory.")
  @Nullable
  Path engineHome;

  @Option(
      names = "--engine-time-limit",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "End a conversion that takes longer: 90s, 10m, 1h (default).")
  @Nullable
  Duration timeLimit;

  @Option(
      names = "--engine-memory-limit",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "End a conversion that needs more memory, weights aside: 512m, 2g.")
  @Nullable
  Long memoryLimit;

  @Option(
      names = "--no-install",
      description = "Fail if there is no engine, instead of installing one.")
  boolean noInstall;

  @Override
  public boolean flag(String name) {
    if (!name.equals("--no-install")) {
      return false;
    }
    noInstall = true;
    return true;
  }

  @Override
  public boolean value(String name, String value) {
    switch (name) {
      case "--python" -> python = Path.of(value);
      case "--engine-home" -> engineHome = Path.of(value);
      case "--engine-time-limit" -> timeLimit = Units.duration(value);
      case "--engine-memory-limit" -> memoryLimit = Units.size(value);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** What a converter is built with that moves files as {@code transfer} says. */
  ConverterOptions converter(TransferOptions transfer) {
    return new ConverterOptions(
        python,
        engineHome,
        timeLimit,
        memoryLimit,
        transfer.workDirectory,
        !noInstall,
        transfer.settings());
  }
}
