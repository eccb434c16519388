package io.github.fuseml.ovms.cli.fuseml;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionListener.Level;
import io.github.fuseml.ovms.api.ConversionListener.Message;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.cli.parameters.GivenParameters;
import io.github.fuseml.ovms.cli.render.Verbosity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the bindings of {@link FusemlVariable} fill. Not thread-safe. */
final class StepBuilder {
  private final ConversionRequest.Builder request = ConversionRequest.builder();
  private final OptimizationOptions.Builder options = OptimizationOptions.builder();
  private final GivenParameters parameters = new GivenParameters(options);
  private final List<Message> notes = new ArrayList<>();
  private @Nullable String inputModel;
  private @Nullable String outputModel;
  private @Nullable Verbosity verbosity;
  private @Nullable String inputFormat;
  private ModelFormat outputFormat = ModelFormat.OPENVINO_IR;

  ConversionRequest.Builder request() {
    return request;
  }

  OptimizationOptions.Builder options() {
    return options;
  }

  GivenParameters parameters() {
    return parameters;
  }

  @Nullable
  String inputModel() {
    return inputModel;
  }

  void inputModel(String value) {
    inputModel = value.strip(); // As copied from somewhere, with a line break perhaps.
    request.source(inputModel);
  }

  @Nullable
  String outputModel() {
    return outputModel;
  }

  void outputModel(String value) {
    outputModel = value.strip();
    request.output(outputModel);
  }

  void inputFormat(String id) {
    inputFormat = id;
    request.format(id);
  }

  void outputFormat(ModelFormat format) {
    outputFormat = format;
    request.outputFormat(format);
  }

  /** Whether the variables themselves say that the model is only moved. */
  boolean onlyMoves() {
    return outputFormat.id().equals(inputFormat);
  }

  @Nullable
  Verbosity verbosity() {
    return verbosity;
  }

  void verbosity(Verbosity value) {
    verbosity = value;
  }

  List<Message> notes() {
    return notes;
  }

  void note(Level level, String text) {
    notes.add(new Message(level, text));
  }

  /** Sets a parameter of the Model Optimizer; what is wrong with it is said of the variable. */
  void parameter(FusemlVariable variable, String value) {
    try {
      parameters.set(variable.variable(), variable.name().toLowerCase(Locale.ROOT), value);
    } catch (BadRequestException e) {
      throw new BadRequestException(e.problem().on(variable.variable()), e);
    }
  }

  boolean flag(FusemlVariable variable, String value) {
    return switch (value.strip().toLowerCase(Locale.ROOT)) {
      case "1", "true" -> true;
      case "0", "false" -> false;
      default -> throw wrong(variable, value, "a truth value", "true, false, 1 or 0");
    };
  }

  BadRequestException wrong(FusemlVariable variable, String value, String what, String choices) {
    return new BadRequestException(Problem.of("read the step's input")
        .on(variable.variable())
        .found("'" + value + "' is not " + what)
        .remedy("use " + choices));
  }
}
