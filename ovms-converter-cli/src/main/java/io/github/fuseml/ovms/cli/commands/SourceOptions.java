package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.ConversionRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the source is. */
final class SourceOptions implements QuickOptions {
  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = {
        "The model's format, for example onnx, tensorflow.saved_model or mlflow.",
        "Found out by default (auto)."
      })
  @Nullable
  String format;

  @Option(
      names = "--artifact",
      paramLabel = "PATH",
      description = "Which of several models in the source, by its path below it.")
  @Nullable
  String artifact;

  @Option(
      names = "--flavor",
      paramLabel = "FLAVOR",
      description = {
        "Which of an MLflow model's flavors, for example onnx or tensorflow.",
        "By default the best of those that can be converted."
      })
  @Nullable
  String flavor;

  @Override
  public boolean value(String name, String value) {
    switch (name) {
      case "--format" -> format = value;
      case "--artifact" -> artifact = value;
      case "--flavor" -> flavor = value;
      default -> {
        return false;
      }
    }
    return true;
  }

  void apply(ConversionRequest.Builder request) {
    if (format != null) {
      request.format(format);
    }
    if (artifact != null) {
      request.artifact(artifact);
    }
    if (flavor != null) {
      request.flavor(flavor);
    }
  }
}
