package io.github.fuseml.ovms.testkit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Runs converted models with OpenVINO's own runtime and compares what they compute with samples that
 * the model's framework computed. One process serves many models, for its start takes longer than
 * they do. Not thread-safe.
 */
public final class IrRunner implements AutoCloseable {
  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;

  private IrRunner(Process process) {
    this.process = process;
    this.requests = new BufferedWriter(
        new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * How close two numbers have to be: {@code |actual - expected| <= abs + rel * |expected|}.
   *
   * @param abs the absolute part
   * @param rel the relative part
   */
  public record Tolerance(double abs, double rel) {}

  /**
   * How far an output is from its samples.
   *
   * @param abs the largest absolute difference
   * @param rel the largest relative difference
   * @param beyond by how much the worst number is beyond the tolerance; not above 0 when none is
   */
  public record Difference(double abs, double rel, double beyond) {}

  /**
   * What a model computed.
   *
   * @param cases how many sets of inputs it was given
   * @param outputs the differences by the outputs' names
   * @param constants the element types of its constants
   */
  public record Comparison(int cases, Map<String, Difference> outputs, List<String> constants) {
    /**
     * Keeps copies.
     *
     * @param cases how many sets of inputs it was given
     * @param outputs the differences by the outputs' names
     * @param constants the element types of its constants
     */
    public Comparison {
      outputs = Map.copyOf(outputs);
      constants = List.copyOf(constants);
    }
  }

  /**
   * Starts the process.
   *
   * @param python an interpreter with openvino and numpy
   * @return a runner, to be closed
   */
  public static IrRunner start(Path python) {
    try (InputStream script =
        Objects.requireNonNull(IrRunner.class.getResourceAsStream("ir_runner.py"))) {
      String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
      return new IrRunner(new ProcessBuilder(python.toString(), "-I", "-X", "utf8", "-c", text)
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a model on every set of inputs.
   *
   * @param xml the model, its weights beside it
   * @param samples inputs and expected outputs, an {@code .npz}
   * @param tolerance how close they have to be
   * @return the differences
   * @throws AssertionError if it cannot be run, or lacks an input or output
   */
  public Comparison compare(Path xml, Path samples, Tolerance tolerance) {
    JsonObject limits = new JsonObject();
    limits.addProperty("abs", tolerance.abs());
    limits.addProperty("rel", tolerance.rel());
    JsonObject request = new JsonObject();
    request.addProperty("xml", xml.toString());
    request.addProperty("samples", samples.toString());
    request.add("tolerance", limits);
    JsonObject answer = ask(request);
    if (answer.has("error")) {
      throw new AssertionError(xml + ": " + answer.get("error").getAsString());
    }
    Map<String, Difference> outputs = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> output :
        answer.getAsJsonObject("outputs").entrySet()) {
      JsonObject value = output.getValue().getAsJsonObject();
      outputs.put(
          output.getKey(),
          new Difference(
              value.get("abs").getAsDouble(),
              value.get("rel").getAsDouble(),
              value.get("beyond").getAsDouble()));
    }
    List<String> constants = new ArrayList<>();
    answer.getAsJsonArray("constants").forEach(type -> constants.add(type.getAsString()));
    return new Comparison(answer.get("cases").getAsInt(), outputs, constants);
  }

  private JsonObject ask(JsonObject request) {
    try {
      requests.write(request + "\n");
      requests.flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new AssertionError("the runner has ended; its errors stand above");
      }
      return JsonParser.parseString(answer).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the process. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
