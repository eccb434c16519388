package io.github.fuseml.ovms.mlflow;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.testkit.server.MlflowServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * What MLflow's client has logged to a server: a model, registered as the versions 1 and 2, of which 1 is
 * the champion and in Staging, and a version 3 that is deleted.
 *
 * @param run the run's id
 * @param model the logged model's id
 * @param artifacts where the run's artifacts are; a model as MLflow 2 logs it in {@code as before}
 */
record Logged(String run, String model, String artifacts) {
  static Logged to(MlflowServer server, String name, int columns) {
    JsonObject json = JsonParser.parseString(
            server.python(script(), name, Integer.toString(columns)))
        .getAsJsonObject();
    return new Logged(
        json.get("run").getAsString(),
        json.get("model").getAsString(),
        json.get("artifacts").getAsString());
  }

  /** The program that logs; its arguments are a name and a number of columns. */
  static String script() {
    try (InputStream in =
        Objects.requireNonNull(Logged.class.getResourceAsStream("log_models.py"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
