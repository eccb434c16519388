package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.ConversionListener.Level;
import io.github.fuseml.ovms.api.EngineInfo;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.cli.engine.ConverterOptions;
import io.github.fuseml.ovms.cli.render.HumanReport;
import io.github.fuseml.ovms.cli.render.JsonReport;
import io.github.fuseml.ovms.cli.render.ProgressView;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What has to do with the engine that converts models. */
@CommandLine.Command(
    name = EngineCommand.NAME,
    subcommands = {EngineCommand.Install.class, EngineCommand.Info.class},
    synopsisSubcommandLabel = "(install | info)",
    header = "Install the conversion engine, or tell which one is used.",
    description = {
      "%nModels are converted by OpenVINO in a Python environment. A conversion that finds none "
          + "makes one by itself; these commands do it beforehand, or tell what was found.%n"
    },
    footer = {
      "%nExamples:",
      "  Prepare a machine that will have no network later:",
      "    ovms-converter engine install",
      "  Which engine will be used?",
      "    ovms-converter engine info --json"
    })
final class EngineCommand extends Command {
  static final String NAME = "engine";

  @Override
  ExitCode call(Context context) {
    throw new UsageException(
        "no command was given", "use one of: install, info", RootCommand.NAME + " " + NAME);
  }

  /** What both commands do. */
  abstract static class Action extends Command {
    @Option(
        names = "--python",
        paramLabel = "FILE",
        description = "The Python interpreter. Also OVMS_CONVERTER_PYTHON.")
    @Nullable
    Path python;

    @Option(
        names = "--engine-home",
        paramLabel = "DIR",
        description = "Where engines are installed. By default in the user's cache directory.")
    @Nullable
    Path engineHome;

    @Option(names = "--json", description = "Print the engine as one JSON document.")
    boolean json;

    @ArgGroup(validate = false, order = 4, heading = "%nThe display:%n")
    DisplayOptions display = new DisplayOptions();

    /** Finds the engine. */
    abstract EngineInfo find(OvmsConverter converter, ProgressView progress);

    @Override
    final ExitCode call(Context context) {
      context.display(display.display(context, null));
      ConverterOptions options =
          new ConverterOptions(python, engineHome, null, null, null, false, null);
      try (ProgressView progress = context.openProgress();
          OvmsConverter converter = context.converters().open(options, progress)) {
        EngineInfo engine = context.interruptibly(() -> find(converter, progress));
        progress.finish();
        context
            .streams()
            .result(
                json
                    ? JsonReport.of(engine)
                    : HumanReport.of(engine, context.display().outStyle()));
      }
      return ExitCode.OK;
    }
  }

  /** Makes the engine's environment. */
  @CommandLine.Command(
      name = "install",
      header = "Install the engine into an environment of its own.",
      description = "%nDoes nothing if it is there already. Needs python3 and a package index.%n",
      footer = {
        "%nExamples:",
        "    ovms-converter engine install",
        "    ovms-converter engine install --engine-home /opt/ovms-engine",
        "    ovms-converter engine install --with model-optimizer"
      })
  static final class Install extends Action {
    @Option(
        names = "--with",
        paramLabel = "NAME",
        description = {
          "Install this one: model-optimizer, the legacy engine of",
          "2024.6; compression, for weights of 8 and 4 bits; keras, for Keras",
          "models; compare, what '--verify compare' needs for ONNX."
        })
    @Nullable
    String with;

    @Override
    EngineInfo find(OvmsConverter converter, ProgressView progress) {
      if (with != null) {
        return converter.installEngine(with, new Steps(progress));
      }
      return converter.installEngine(new Steps(progress));
    }
  }

  /** Tells which engine is used. */
  @CommandLine.Command(
      name = "info",
      header = "Tell which engine a conversion would use, and check that it works.",
      description = "%nInstalls nothing. Ends with code 10 if there is no engine that works.%n",
      footer = {
        "%nExamples:",
        "    ovms-converter engine info",
        "    ovms-converter engine info --python /opt/venv/bin/python --json"
      })
  static final class Info extends Action {
    @Override
    EngineInfo find(OvmsConverter converter, ProgressView progress) {
      return converter.engineInfo();
    }
  }

  private record Steps(ProgressView progress) implements Consumer<String> {
    @Override
    public void accept(String step) {
      progress.note(Level.INFO, step);
    }
  }
}
