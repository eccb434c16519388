package io.github.fuseml.ovms.cli.fuseml;

import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import java.util.HashMap;
import java.util.Map;

/**
 * The stores' settings that a step receives beside its inputs. Those of the output have a prefix; the
 * output uses the input's when it has none of its own.
 */
final class StepCredentials {
  private static final String OUTPUT_PREFIX = "OUTPUT_";

  /** Which variable is which setting. Of two for one setting, the first that is set counts. */
  private static final String[][] SETTINGS = {
    {"S3_ENDPOINT", "endpoint"},
    {"AWS_ACCESS_KEY_ID", "accessKeyId"},
    {"AWS_SECRET_ACCESS_KEY", "secretAccessKey"},
    {"AWS_SESSION_TOKEN", "sessionToken"},
    {"AWS_REGION", "region"},
    {"AWS_DEFAULT_REGION", "region"},
  };

  /** The variables that make the output's settings its own. */
  private static final String[] DECISIVE = {
    "S3_ENDPOINT", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
  };

  private StepCredentials() {}

  static void apply(Map<String, String> environment, ConversionRequest.Builder request) {
    ConversionRequest asked = request.build();
    StoreSettings input = read(environment, "");
    boolean own = false;
    for (String name : DECISIVE) {
      own |= !environment.getOrDefault(OUTPUT_PREFIX + name, "").isEmpty();
    }
    StoreSettings output = own ? read(environment, OUTPUT_PREFIX) : input;
    if (takesThem(asked.source())) {
      request.inputSettings(input);
    }
    if (takesThem(asked.output())) {
      request.outputSettings(output);
    }
  }

  /** S3, and Google's store by its S3-compatible interface. */
  private static boolean takesThem(Location location) {
    return location.scheme().equals("s3") || location.scheme().equals("gs");
  }

  private static StoreSettings read(Map<String, String> environment, String prefix) {
    Map<String, String> values = new HashMap<>();
    for (String[] setting : SETTINGS) {
      String value = environment.getOrDefault(prefix + setting[0], "");
      if (!value.isEmpty()) {
        values.putIfAbsent(setting[1], value);
      }
    }
    return StoreSettings.of(values);
  }
}
