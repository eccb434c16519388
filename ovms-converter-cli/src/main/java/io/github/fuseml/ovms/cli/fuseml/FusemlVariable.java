package io.github.fuseml.ovms.cli.fuseml;

import io.github.fuseml.ovms.api.ConversionListener.Level;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.cli.parameters.ExtraArguments;
import io.github.fuseml.ovms.cli.render.Verbosity;
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
      step.inputFormat(value.strip().toLowerCase(Locale.ROOT));
    }
  },

  /** The flavor of an MLflow model to convert. */
  INPUT_FLAVOR {
    @Override
    void bind(String value, StepBuilder step) {
      step.request().flavor(value.strip());
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
      String id = value.strip().toLowerCase(Locale.ROOT);
      step.outputFormat(new ModelFormat(id, title(id)));
    }
  },

  /** How the weights are stored. */
  DATA_TYPE,

  /** How much the step's log says, by the names of Python's levels. */
  LOG_LEVEL {
    @Override
    void bind(String value, StepBuilder step) {
      step.verbosity(Verbosity.ofLogLevel(value)
          .orElseThrow(() -> step.wrong(this, value, "a log level", Verbosity.LOG_LEVELS)));
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

  /** The inputs to keep, before the shapes that belong to them. */
  INPUT,
  /** The shapes of the inputs. */
  INPUT_SHAPE,
  /** A number that every input is divided by. */
  SCALE,
  /** The outputs to keep. */
  OUTPUT,
  /** What is subtracted from each channel. */
  MEAN_VALUES,
  /** What each channel is divided by. */
  SCALE_VALUES,
  /** The batch dimension of every input. */
  BATCH,
  /** Whether RGB becomes BGR. */
  REVERSE_INPUT_CHANNELS,
  /** Whether the subgraphs that compute shapes are folded. */
  STATIC_SHAPE,

  /** Further arguments of the Model Optimizer, in one string. */
  EXTRA_ARGS {
    @Override
    void bind(String value, StepBuilder step) {
      new ExtraArguments(
              variable(), step.parameters(), step.request(), note -> step.note(Level.INFO, note))
          .read(value, null);
    }
  };

  static final String PREFIX = "FUSEML_";

  /** The name of the environment variable. */
  String variable() {
    return PREFIX + name();
  }

  /**
   * Puts a value where it belongs. What has no binding of its own is a parameter of the Model
   * Optimizer, by its name and in its syntax.
   *
   * @param value the variable's value, not empty
   * @param step what it goes into
   */
  void bind(String value, StepBuilder step) {
    step.parameter(this, value);
  }

  private static String title(String id) {
    return id.equals(ModelFormat.OPENVINO_IR.id()) ? ModelFormat.OPENVINO_IR.title() : id;
  }
}
