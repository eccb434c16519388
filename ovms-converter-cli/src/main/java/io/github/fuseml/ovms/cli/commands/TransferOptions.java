package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.api.Units;
import io.github.fuseml.ovms.cli.engine.ConverterOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How files are moved, and where they are kept meanwhile. */
final class TransferOptions implements QuickOptions {
  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Requests at once, up to 256. By default as the files and the store need.")
  @Nullable
  Integer parallelism;

  @Option(
      names = "--part-size",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "Move large files in parts of this size: 8m. By default as it fits.")
  @Nullable
  Long partSize;

  @Option(
      names = "--stall-timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Give a connection up when no byte comes for so long: 30s (default).")
  @Nullable
  Duration stallTimeout;

  @Option(
      names = "--transfer-time-limit",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Fail if all files together take longer: 90s, 10m, 1h.")
  @Nullable
  Duration timeLimit;

  @Option(
      names = "--file-time-limit",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Fail if one file takes longer.")
  @Nullable
  Duration fileTimeLimit;

  @Option(
      names = "--unpack-limit",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "How much an archive may hold that a model comes in: 64g (default).")
  @Nullable
  Long unpackLimit;

  @Option(
      names = "--work-dir",
      paramLabel = "DIR",
      description = {
        "Where temporary files go. By default the system's directory for them.",
        "With it what a failed download has got is kept, and taken up by the next run."
      })
  @Nullable
  Path workDirectory;

  @Override
  public boolean value(String name, String value) {
    switch (name) {
      case "--parallelism" -> parallelism = Integer.valueOf(value);
      case "--part-size" -> partSize = Units.size(value);
      case "--stall-timeout" -> stallTimeout = Units.duration(value);
      case "--transfer-time-limit" -> timeLimit = Units.duration(value);
      case "--file-time-limit" -> fileTimeLimit = Units.duration(value);
      case "--unpack-limit" -> unpackLimit = Units.size(value);
      case "--work-dir" -> workDirectory = Path.of(value);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** What a converter without engine is built with. */
  ConverterOptions converter(boolean durable) {
    return ConverterOptions.USUAL.with(workDirectory, settings(durable));
  }

  /** The settings; null if they are the default ones. */
  @Nullable
  TransferSettings settings() {
    return settings(true);
  }

  private @Nullable TransferSettings settings(boolean durable) {
    if (durable
        && parallelism == null
        && partSize == null
        && stallTimeout == null
        && timeLimit == null
        && fileTimeLimit == null
        && unpackLimit == null
        && workDirectory == null) {
      return null;
    }
    TransferSettings.Builder settings =
        TransferSettings.builder().keepPartialDownloads(workDirectory != null).durable(durable);
    if (parallelism != null) {
      settings.parallelism(parallelism);
    }
    if (partSize != null) {
      settings.partSize(partSize);
    }
    if (stallTimeout != null) {
      settings.stallTimeout(stallTimeout);
    }
    if (timeLimit != null) {
      settings.timeLimit(timeLimit);
    }
    if (fileTimeLimit != null) {
      settings.fileTimeLimit(fileTimeLimit);
    }
    if (unpackLimit != null) {
      settings.unpackLimit(unpackLimit);
    }
    return settings.build();
  }
}
