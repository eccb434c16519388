package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConfigEntry;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.Units;
import io.github.fuseml.ovms.api.Verification;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the result is checked and published, and what becomes of the versions before it. */
final class PublishingOptions implements QuickOptions {
  @Option(
      names = "--version",
      paramLabel = "N",
      description = "Publish as this version. By default the next number.")
  @Nullable
  Long version;

  @Option(
      names = "--replace",
      description = "Replace that version; else one that is there already is a conflict (code 9).")
  boolean replace;

  @Option(
      names = "--force",
      description = "Convert although nothing has changed since the latest version.")
  boolean force;

  @Option(
      names = "--verify",
      paramLabel = "LEVEL",
      description = {
        "What is checked before anything is published: ${COMPLETION-CANDIDATES}.",
        "load reads the result again (default); infer runs it, too, on MLflow's saved input example "
            + "or on values from a seed; compare runs the source by its own runtime and compares."
      })
  @Nullable
  Verification verify;

  @Option(
      names = "--tolerance",
      paramLabel = "X",
      description = "How far outputs may differ for 'compare'. By default 0.001.")
  @Nullable
  Double tolerance;

  @Option(
      names = "--keep",
      paramLabel = "N",
      description = {
        "Remove older versions, but the N newest complete ones and those that the version policy in "
            + "--ovms-config names."
      })
  @Nullable
  Integer keep;

  @Option(
      names = "--leftover-age",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = {
        "How old what a killed publisher left in an object store must be to be removed.",
        "By default 24h."
      })
  @Nullable
  Duration leftoverAge;

  @Option(
      names = "--ovms-config",
      paramLabel = "FILE",
      description = "Add or update the model's entry in this config.json of OVMS: a path or a URL.")
  @Nullable
  String ovmsConfig;

  @Option(
      names = "--ovms-model-name",
      paramLabel = "NAME",
      description = "The model's name in OVMS. By default the output's name.")
  @Nullable
  String ovmsModelName;

  @Option(
      names = "--ovms-base-path",
      paramLabel = "PATH",
      description = "Where OVMS sees the output, as in a container. By default the output itself.")
  @Nullable
  String ovmsBasePath;

  @Override
  public boolean flag(String name) {
    switch (name) {
      case "--replace" -> replace = true;
      case "--force" -> force = true;
      default -> {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean value(String name, String value) {
    switch (name) {
      case "--version" -> version = Long.valueOf(value);
      case "--verify" -> verify = Verification.valueOf(value.toUpperCase(Locale.ROOT));
      case "--tolerance" -> tolerance = Double.valueOf(value);
      case "--keep" -> keep = Integer.valueOf(value);
      case "--leftover-age" -> leftoverAge = Units.duration(value);
      case "--ovms-config" -> ovmsConfig = value;
      case "--ovms-model-name" -> ovmsModelName = value;
      case "--ovms-base-path" -> ovmsBasePath = value;
      default -> {
        return false;
      }
    }
    return true;
  }

  /**
   * Puts the options into a request.
   *
   * @param request the request, whose output is known
   * @param settings settles the settings of the configuration's store
   */
  void apply(
      ConversionRequest.Builder request,
      Location output,
      Function<Location, StoreSettings> settings) {
    PublishOptions.Builder options = PublishOptions.builder().replace(replace).force(force);
    if (version != null) {
      options.version(version);
    }
    if (verify != null) {
      options.verification(verify);
    }
    if (tolerance != null) {
      options.tolerance(tolerance);
    }
    if (keep != null) {
      options.keep(keep);
    }
    if (leftoverAge != null) {
      options.leftoverAge(leftoverAge);
    }
    if (ovmsConfig != null) {
      Location location = Location.of(ovmsConfig);
      options.ovmsConfig(
          new OvmsConfigEntry(location, settings.apply(location), modelName(output), ovmsBasePath));
    } else if (ovmsBasePath != null) {
      throw new UsageException(
          "--ovms-base-path is for an entry in a configuration",
          "name the configuration, too (--ovms-config)",
          RootCommand.NAME + " " + ConvertCommand.NAME);
    }
    request.publishing(options.build());
  }

  /** The model's name in OVMS. */
  String modelName(Location output) {
    return ovmsModelName != null ? ovmsModelName : output.name();
  }
}
