package io.github.fuseml.ovms.testkit;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.api.Dimension;
import io.github.fuseml.ovms.api.ElementType;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.testkit.Fixture.Tolerance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The project's example models, sound and damaged ones, as {@code manifest.json} beside them lists
 * them. The system property {@code ovms.fixtures} names their directory.
 */
public final class Fixtures {
  /** The system property that names the directory of the fixtures. */
  public static final String PROPERTY = "ovms.fixtures";

  private Fixtures() {}

  /**
   * The directory of the fixtures.
   *
   * @return an absolute path
   * @throws IllegalStateException if the system property is not set
   */
  public static Path root() {
    String root = System.getProperty(PROPERTY);
    if (root == null) {
      throw new IllegalStateException("set the system property " + PROPERTY
          + " to the directory that holds the fixtures and their manifest.json");
    }
    return Path.of(root).toAbsolutePath().normalize();
  }

  /**
   * All fixtures.
   *
   * @return the fixtures in the manifest's order
   */
  public static List<Fixture> all() {
    Path root = root();
    Path manifest = root.resolve("manifest.json");
    try {
      JsonObject json = JsonParser.parseString(Files.readString(manifest)).getAsJsonObject();
      List<Fixture> fixtures = new ArrayList<>();
      for (JsonElement entry : json.getAsJsonArray("fixtures")) {
        fixtures.add(fixture(root, entry.getAsJsonObject()));
      }
      return List.copyOf(fixtures);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + manifest, e);
    }
  }

  /**
   * One fixture.
   *
   * @param name its name
   * @return the fixture
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Fixture get(String name) {
    return all().stream()
        .filter(fixture -> fixture.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no fixture is called '" + name + "' in " + root()));
  }

  static void copy(Path source, Path target) {
    try {
      Path parent = target.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.copy(source, target);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy " + source, e);
    }
  }

  private static Fixture fixture(Path root, JsonObject json) {
    Map<String, String> files = new LinkedHashMap<>();
    json.getAsJsonObject("files")
        .entrySet()
        .forEach(file -> files.put(file.getKey(), file.getValue().getAsString()));
    return new Fixture(
        json.get("name").getAsString(),
        root,
        json.get("source").getAsString(),
        json.get("format").getAsString(),
        json.get("convertible").getAsBoolean(),
        json.has("bad") && json.get("bad").getAsBoolean(),
        tensors(json.getAsJsonArray("inputs")),
        tensors(json.getAsJsonArray("outputs")),
        text(json.get("samples")),
        tolerance(json.getAsJsonObject("tolerance")),
        tolerance(json.getAsJsonObject("tolerance_fp16")),
        text(json.get("model_path")),
        files,
        json);
  }

  private static @Nullable String text(@Nullable JsonElement value) {
    return value == null || value.isJsonNull() ? null : value.getAsString();
  }

  private static @Nullable Tolerance tolerance(@Nullable JsonObject json) {
    return json == null
        ? null
        : new Tolerance(json.get("abs").getAsDouble(), json.get("rel").getAsDouble());
  }

  private static List<TensorSpec> tensors(@Nullable JsonArray specs) {
    List<TensorSpec> tensors = new ArrayList<>();
    if (specs != null) {
      for (JsonElement spec : specs) {
        JsonObject tensor = spec.getAsJsonObject();
        tensors.add(new TensorSpec(
            tensor.get("name").getAsString(),
            new ElementType(tensor.get("type").getAsString()),
            shape(tensor.get("shape"))));
      }
    }
    return tensors;
  }

  private static PartialShape shape(JsonElement json) {
    if (json.isJsonNull()) {
      return PartialShape.UNKNOWN;
    }
    List<Dimension> dimensions = new ArrayList<>();
    for (JsonElement size : json.getAsJsonArray()) {
      dimensions.add(size.isJsonNull() ? Dimension.DYNAMIC : Dimension.of(size.getAsLong()));
    }
    return new PartialShape(dimensions);
  }
}
