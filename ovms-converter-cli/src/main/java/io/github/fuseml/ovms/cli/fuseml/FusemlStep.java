package io.github.fuseml.ovms.cli.fuseml;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionListener.Level;
import io.github.fuseml.ovms.api.ConversionListener.Message;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.cli.render.Verbosity;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a workflow step is asked to do.
 *
 * @param request the conversion, which the stores' settings complete
 * @param outputUrl the step's output: the output's URL as it was given, without white space around it
 * @param verbosity how much the step's log says; null when no variable tells
 * @param notes what the user should know about the variables
 */
public record FusemlStep(
    ConversionRequest.Builder request,
    String outputUrl,
    @Nullable Verbosity verbosity,
    List<Message> notes) {

  /** FuseML sets these by itself for every step. */
  private static final String GLOBAL_PREFIX = FusemlVariable.PREFIX + "ENV_";

  /**
   * Reads the environment. Does nothing else: what is wrong is refused before anything happens.
   *
   * @param environment the environment variables; an empty one counts as unset
   * @return the step
   * @throws BadRequestException if a variable is missing, wrong or not supported
   */
  public static FusemlStep read(Map<String, String> environment) {
    StepBuilder step = new StepBuilder();
    for (FusemlVariable variable : FusemlVariable.values()) {
      String value = environment.get(variable.variable());
      if (value != null && !value.isEmpty()) {
        variable.bind(value, step);
      }
    }
    String source = step.inputModel();
    if (source == null) {
      throw new BadRequestException(Problem.of("run the step")
          .found(FusemlVariable.INPUT_MODEL.variable() + " is not set")
          .remedy("set the step's input 'input_model' to the model's URL or path"));
    }
    warnOfUnknown(environment, step);
    ConversionRequest.Builder request = step.request().options(options(step));
    String output = step.outputModel();
    return new FusemlStep(
        request, output == null ? source : output, step.verbosity(), List.copyOf(step.notes()));
  }

  /** What is only moved has no use for options, which workflows carry all the same. */
  private static OptimizationOptions options(StepBuilder step) {
    OptimizationOptions options = step.options().build();
    OptimizationOptions none = OptimizationOptions.defaults();
    if (!step.onlyMoves() || options.equals(none)) {
      return options;
    }
    step.note(
        Level.WARNING,
        "the input's and the output's format are the same, so that the model is moved as it is,"
            + " without " + options);
    return none;
  }

  private static void warnOfUnknown(Map<String, String> environment, StepBuilder step) {
    TreeSet<String> unknown = new TreeSet<>();
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      String name = variable.getKey();
      if (name.startsWith(FusemlVariable.PREFIX)
          && !name.startsWith(GLOBAL_PREFIX)
          && !variable.getValue().isEmpty()) {
        unknown.add(name);
      }
    }
    for (FusemlVariable variable : FusemlVariable.values()) {
      unknown.remove(variable.variable());
    }
    if (!unknown.isEmpty()) {
      step.note(Level.WARNING, "ignored, for the step has no such input: " + join(unknown));
    }
  }

  private static String join(TreeSet<String> names) {
    return String.join(", ", names);
  }
}
