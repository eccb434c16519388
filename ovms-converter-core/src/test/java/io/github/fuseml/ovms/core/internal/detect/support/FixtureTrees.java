package io.github.fuseml.ovms.core.internal.detect.support;

import com.google.gson.JsonElement;
import io.github.fuseml.ovms.testkit.Fixture;
import io.github.fuseml.ovms.testkit.Fixtures;
import java.nio.file.Path;

/** The fixtures as detectors see them. */
public final class FixtureTrees {
  private FixtureTrees() {}

  public static DirectoryTree tree(String source) {
    return DirectoryTree.of(path(source));
  }

  public static Path path(String source) {
    return Fixtures.root().resolve(source);
  }

  /** The format of the model itself, in whatever package it lies. */
  public static String innerFormat(Fixture fixture) {
    JsonElement inner = fixture.json().get("model_format");
    return inner == null ? fixture.format() : inner.getAsString();
  }
}
