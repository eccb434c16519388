package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.ConversionRequest;
import java.util.function.Consumer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Parameters;

/** A command about one model: which it is, and how the engine and the display are to be. */
abstract class ModelCommand extends Command implements QuickOptions {
  @Parameters(paramLabel = "SOURCE", description = "The model: a file, a directory or a URL.")
  String source = "";

  @ArgGroup(validate = false, order = 1, heading = "%nThe model:%n")
  SourceOptions sourceOptions = new SourceOptions();

  @ArgGroup(
      validate = false,
      order = 4,
      heading = "%nThe model's graph, as the Model Optimizer changes it:%n")
  ParameterOptions parameters = new ParameterOptions();

  @ArgGroup(validate = false, order = 5, heading = "%nThe stores:%n")
  StoreOptions stores = new StoreOptions();

  @ArgGroup(validate = false, order = 6, heading = "%nThe transfer:%n")
  TransferOptions transfer = new TransferOptions();

  @ArgGroup(validate = false, order = 7, heading = "%nThe engine:%n")
  EngineOptions engine = new EngineOptions();

  @ArgGroup(validate = false, order = 8, heading = "%nThe display:%n")
  DisplayOptions display = new DisplayOptions();

  /** The conversion that is made or looked at; each command has its own heading for it. */
  abstract ConversionOptions conversion();

  @Override
  public boolean flag(String name) {
    return parameters.flag(name) || engine.flag(name) || display.flag(name);
  }

  @Override
  public boolean value(String name, String value) {
    return sourceOptions.value(name, value)
        || conversion().value(name, value)
        || parameters.value(name, value)
        || stores.value(name, value)
        || transfer.value(name, value)
        || engine.value(name, value)
        || display.value(name, value);
  }

  @Override
  public boolean positional(String argument) {
    boolean first = source.isEmpty();
    source = argument;
    return first;
  }

  @Override
  public boolean complete() {
    return !source.isEmpty();
  }

  /** What the options ask for, without the stores' settings. */
  final ConversionRequest.Builder request(Consumer<String> notes) {
    ConversionRequest.Builder builder = ConversionRequest.builder().source(source);
    sourceOptions.apply(builder);
    conversion().apply(builder, parameters, notes);
    return builder;
  }
}
