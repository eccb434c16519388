package io.github.fuseml.ovms.core.internal.detect.support;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.api.ElementType;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.api.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The models that real libraries wrote, as their manifest describes them. */
public final class Fixtures {
  private static final Path ROOT =
      Path.of(System.getProperty("ovms.fixtures", "../ovms-converter-testkit/fixtures"));

  private Fixtures() {}

  public static DirectoryTree tree(String source) {
    return DirectoryTree.of(path(source));
  }

  public static Path path(String source) {
    return ROOT.resolve(source).toAbsolutePath().normalize();
  }

  public static List<Fixture> all() {
    try {
      JsonObject manifest = JsonParser.parseString(Files.readString(ROOT.resolve("manifest.json")))
          .getAsJsonObject();
      List<Fixture> fixtures = new ArrayList<>();
      manifest
          .getAsJsonArray("fixtures")
          .forEach(entry -> fixtures.add(new Fixture(entry.getAsJsonObject())));
      return fixtures;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One fixture. */
  public record Fixture(JsonObject json) {
    public String name() {
      return json.get("name").getAsString();
    }

    public DirectoryTree tree() {
      return Fixtures.tree(json.get("source").getAsString());
    }

    /** The format of the model itself, in whatever package it lies. */
    public String format() {
      JsonElement inner = json.get("model_format");
      return (inner == null ? json.get("format") : inner).getAsString();
    }

    public boolean isConvertible() {
      return json.get("convertible").getAsBoolean();
    }

    public List<Path> files() {
      return json.getAsJsonObject("files").keySet().stream().map(Fixtures::path).toList();
    }

    public List<TensorSpec> specs(String key) {
      JsonElement specs = json.get(key);
      List<TensorSpec> list = new ArrayList<>();
      if (specs != null) {
        for (JsonElement spec : specs.getAsJsonArray()) {
          JsonObject object = spec.getAsJsonObject();
          list.add(new TensorSpec(
              object.get("name").getAsString(),
              new ElementType(object.get("type").getAsString()),
              shape(object.getAsJsonArray("shape"))));
        }
      }
      return list;
    }

    private static PartialShape shape(JsonArray sizes) {
      long[] shape = new long[sizes.size()];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = sizes.get(i).isJsonNull() ? -1 : sizes.get(i).getAsLong();
      }
      return PartialShape.of(shape);
    }

    @Override
    public String toString() {
      return name();
    }
  }
}
