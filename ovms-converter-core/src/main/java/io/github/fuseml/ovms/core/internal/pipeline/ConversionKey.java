package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.spi.Artifact;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** Digests of everything but the source's bytes that decides what a conversion makes. */
final class ConversionKey {
  /** Raised by a release that converts, or recognises models, in another way than the one before. */
  private static final int RECIPE = 1;

  private ConversionKey() {}

  /** What was asked for, known before the source is looked at. */
  static String ofRequest(ConversionRequest request) {
    return digest(List.of(
        "request " + RECIPE,
        request.format().orElse(""),
        request.artifact().orElse(""),
        request.flavor().orElse(""),
        request.outputFormat().id(),
        request.modelName().orElse(""),
        request.optimizer().orElse(""),
        text(request.options())));
  }

  /** What will be done, known from the plan. */
  static String ofPlan(ConversionPlan plan) {
    return digest(List.of(
        "plan " + RECIPE,
        plan.model().format().id(),
        plan.model().path(),
        plan.request().outputFormat().id(),
        plan.optimizer(),
        plan.request().modelName().orElse(""), // A name of the source's is none of its contents.
        text(plan.request().options())));
  }

  private static String text(OptimizationOptions options) {
    return options.inputsChosen() + " " + options;
  }

  /** Names, sizes and revisions of files; the same where nothing was changed. */
  static String ofListing(Collection<Artifact> files) {
    return digest(files.stream()
        .sorted(Comparator.comparing(Artifact::path))
        .map(file -> file.path() + "\0" + file.size() + "\0" + file.revision())
        .toList());
  }

  private static String digest(List<String> parts) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        sha256.update((bytes.length + "\n").getBytes(StandardCharsets.US_ASCII));
        sha256.update(bytes);
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has SHA-256.
    }
  }
}
