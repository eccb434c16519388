package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The arguments of the Model Optimizer that a request settles in another way: what is converted and
 * where the result goes. Among its further arguments they would publish another model than was asked
 * for. Its parser takes any beginning of a long name that is nobody else's, and a value right behind a
 * short one.
 */
final class LegacyArguments {
  private static final String SOURCE = "the model is the conversion's source";
  private static final String PLACE = "the result's place is the conversion's output";
  private static final String NAME = "the files' name is an option of its own (--model-name)";

  private static final Map<String, String> SETTLED = new LinkedHashMap<>();

  static {
    SETTLED.put("--input_model", SOURCE);
    SETTLED.put("--saved_model_dir", SOURCE);
    SETTLED.put("--input_meta_graph", SOURCE);
    SETTLED.put("--input_checkpoint", SOURCE);
    SETTLED.put("-m", SOURCE);
    SETTLED.put("-w", SOURCE);
    SETTLED.put("--output_dir", PLACE);
    SETTLED.put("-o", PLACE);
    SETTLED.put("--model_name", NAME);
    SETTLED.put("-n", NAME);
  }

  /** Arguments whose whole name is the beginning of another's. */
  private static final Set<String> OTHERS = Set.of("--input", "--output", "--input_model_is_text");

  private LegacyArguments() {}

  /** Refuses such arguments, and those that repeat an option with another value. */
  static void check(OptimizationOptions options) {
    Map<String, String> given = options.parameters();
    List<String> arguments = options.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!argument.startsWith("-")) {
        continue;
      }
      int equals = argument.indexOf('=');
      String flag = equals < 0 ? argument : argument.substring(0, equals);
      SETTLED.forEach((settled, why) -> {
        if (means(flag, settled)) {
          throw refused(flag, why, "leave it out here");
        }
      });
      if (flag.startsWith("--") && given.containsKey(flag.substring(2))) {
        throw refused(
            flag,
            "it is given twice: as an option and among the further arguments",
            "give it once");
      }
    }
  }

  private static boolean means(String flag, String settled) {
    if (!settled.startsWith("--")) {
      return !flag.startsWith("--") && flag.startsWith(settled);
    }
    return flag.length() > 2 && settled.startsWith(flag) && !OTHERS.contains(flag);
  }

  private static BadRequestException refused(String flag, String found, String remedy) {
    return new BadRequestException(
        Problem.of("use the argument").on("'" + flag + "'").found(found).remedy(remedy));
  }
}
