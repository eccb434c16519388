package io.github.fuseml.ovms.cli.fuseml;

import io.github.fuseml.ovms.api.ConversionListener.Level;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.cli.render.Verbosity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The inputs of the workflow step, and what each of them does: the one table to add to. A variable is
 * called {@code FUSEML_} and the constant's name. Bindings are called in this order, for variables
 * that are set and not empty.
 */
enum FusemlVariable {
  /** Where the model is. */
  INPUT_MODEL {
    @Override
    void bind(String value, StepBuilder step) {
      step.inputModel(value);
    }
  },

  /** The format that the model is said to have. */
  INPUT_FORMAT {
    @Override
    void bind(String value, StepBuilder step) {
      step.request().format(value.strip());
    }
  },

  /** Where the converted model goes. */
  OUTPUT_MODEL {
    @Override
    void bind(String value, StepBuilder step) {
      step.outputModel(value);
    }
  },

  /** The format to publish; the model's own moves it unconverted. */
  OUTPUT_FORMAT {
    @Override
    void bind(String value, StepBuilder step) {
      String id = value.strip();
      step.request().outputFormat(new ModelFormat(id, title(id)));
    }
  },

  /** How the weights are stored. */
  DATA_TYPE {
    @Override
    void bind(String value, StepBuilder step) {
      switch (value.strip().toUpperCase(Locale.ROOT)) {
        case "FP16", "HALF" -> step.options().compressToFp16(true);
        case "FP32", "FLOAT" -> step.options().compressToFp16(false);
        default -> throw step.wrong(this, value, "a data type", "FP16, half, FP32 or float");
      }
    }
  },

  /** How much the step's log says, by the names of Python's levels. */
  LOG_LEVEL {
    @Override
    void bind(String value, StepBuilder step) {
      switch (value.strip().toUpperCase(Locale.ROOT)) {
        case "CRITICAL", "ERROR" -> step.verbosity(Verbosity.QUIET);
        case "WARN", "WARNING" -> step.verbosity(Verbosity.WARNINGS);
        case "INFO" -> step.verbosity(Verbosity.NORMAL);
        case "DEBUG", "NOTSET" -> step.verbosity(Verbosity.VERBOSE);
        default ->
          throw step.wrong(
              this, value, "a log level", "CRITICAL, ERROR, WARN, WARNING, INFO, DEBUG or NOTSET");
      }
    }
  },

  /** Everything into the step's log. */
  VERBOSE {
    @Override
    void bind(String value, StepBuilder step) {
      if (step.flag(this, value)) {
        step.verbosity(Verbosity.VERBOSE);
      }
    }
  },

  /** The shapes of the inputs. */
  INPUT_SHAPE,
  /** A number that every input is divided by. */
  SCALE,
  /** The inputs to keep. */
  INPUT,
  /** The outputs to keep. */
  OUTPUT,
  /** What is subtracted from each channel. */
  MEAN_VALUES,
  /** What each channel is divided by. */
  SCALE_VALUES,
  /** The batch dimension of every input. */
  BATCH,

  /** Whether RGB becomes BGR. */
  REVERSE_INPUT_CHANNELS {
    @Override
    void bind(String value, StepBuilder step) {
      unsupportedFlag(value, step);
    }
  },

  /** Whether the subgraphs that compute shapes are folded. */
  STATIC_SHAPE {
    @Override
    void bind(String value, StepBuilder step) {
      unsupportedFlag(value, step);
    }
  },

  /** Further arguments of the Model Optimizer, in one string. */
  EXTRA_ARGS {
    @Override
    void bind(String value, StepBuilder step) {
      List<String> unsupported = new ArrayList<>();
      for (String argument : ExtraArgument.split(value)) {
        ExtraArgument known = ExtraArgument.find(argument);
        if (known == null) {
          unsupported.add(ExtraArgument.shown(argument));
        } else {
          step.note(
              Level.INFO, variable() + ": " + known.flag() + " changes nothing: " + known.why());
        }
      }
      if (!unsupported.isEmpty()) {
        step.unsupported(variable() + " (" + String.join(", ", unsupported) + ")");
      }
    }
  };

  static final String PREFIX = "FUSEML_";

  /** The name of the environment variable. */
  String variable() {
    return PREFIX + name();
  }

  /**
   * Puts a value where it belongs. What has no binding of its own is not supported yet, and refused:
   * a model without the change that was asked for would be wrong without a word.
   *
   * @param value the variable's value, not empty
   * @param step what it goes into
   */
  void bind(String value, StepBuilder step) {
    step.unsupported(variable());
  }

  final void unsupportedFlag(String value, StepBuilder step) {
    if (step.flag(this, value)) {
      step.unsupported(variable());
    }
  }

  private static String title(String id) {
    return id.equals(ModelFormat.OPENVINO_IR.id()) ? ModelFormat.OPENVINO_IR.title() : id;
  }
}
