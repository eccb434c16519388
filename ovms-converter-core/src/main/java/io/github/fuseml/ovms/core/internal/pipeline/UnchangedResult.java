package io.github.fuseml.ovms.core.internal.pipeline;

import com.google.gson.JsonObject;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionPlan.PlannedFile;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.ElementType;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.api.Verification;
import io.github.fuseml.ovms.api.VerificationReport;
import io.github.fuseml.ovms.core.internal.publish.Provenance;
import io.github.fuseml.ovms.core.internal.publish.StoredVersion;
import io.github.fuseml.ovms.core.internal.tree.StoreModelTree;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The result of a run that found nothing to do, as the record of the version tells it. */
final class UnchangedResult {
  private UnchangedResult() {}

  static ConversionResult of(
      ConversionPlan plan, StoredVersion version, List<Long> removed, RunContext context) {
    Provenance record = requireRecord(version);
    return new ConversionResult(
        plan,
        plan.output(),
        version.number(),
        version.location(),
        false,
        sources(record, plan.request()),
        record.files(),
        tensors(record, "inputs"),
        tensors(record, "outputs"),
        record.text("result", "sha256").orElse(""),
        report(record),
        removed,
        record.texts("changes"),
        null, // Nothing was compressed now.
        record.text("engine", "name").orElse(""),
        context.timings(),
        context.warnings());
  }

  /** The version that is there already, for whoever named the source: he may not know of it yet. */
  static Publication publication(ConversionPlan plan, StoredVersion version) {
    return new Publication(
        plan.output(),
        version.number(),
        version.location(),
        requireRecord(version).files());
  }

  /** The plan of the run that made a version; nothing was detected in this one. */
  static ConversionPlan plan(
      ConversionRequest request, StoreModelTree tree, StoredVersion version) {
    Provenance record = requireRecord(version);
    String format = record.text("detected", "format").orElse("");
    DetectedModel.Builder model = DetectedModel.builder(
            new ModelFormat(format, record.text("detected", "title").orElse(format)),
            record.text("detected", "path").orElse(""))
        .scope(record.text("detected", "scope").orElse(""))
        .files(record.texts("detected", "files"));
    record.texts("detected", "reasons").forEach(model::reason);
    record
        .find("detected", "attributes")
        .filter(attributes -> attributes.isJsonObject())
        .ifPresent(attributes -> attributes
            .getAsJsonObject()
            .entrySet()
            .forEach(entry -> model.attribute(entry.getKey(), entry.getValue().getAsString())));
    return new ConversionPlan(
        request,
        model.build(),
        sources(record, request).stream()
            .map(file -> new PlannedFile(file.path(), file.size()))
            .toList(),
        tree.files().size(),
        tree.files().stream().mapToLong(Artifact::size).sum(),
        record.text("engine", "id").orElse(""),
        record.text("model").orElse(""),
        request.output(),
        version.number());
  }

  private static Provenance requireRecord(StoredVersion version) {
    Provenance record = version.record();
    if (record == null) {
      throw new IllegalStateException("no record in " + version.location());
    }
    return record;
  }

  private static List<StoredArtifact> sources(Provenance record, ConversionRequest request) {
    List<StoredArtifact> files = new ArrayList<>();
    for (JsonObject file : record.objects("source", "files")) {
      Provenance one = new Provenance(file);
      String path = one.text("path").orElse("");
      files.add(new StoredArtifact(
          request.source().resolve(path),
          path,
          one.number("size").orElse(0),
          one.text("revision").orElse(null),
          one.text("sha256").orElse(null)));
    }
    return files;
  }

  private static List<TensorSpec> tensors(Provenance record, String side) {
    List<TensorSpec> tensors = new ArrayList<>();
    for (JsonObject tensor : record.objects(side)) {
      Provenance one = new Provenance(tensor);
      tensors.add(new TensorSpec(
          one.text("name").orElse(""),
          new ElementType(one.text("type").orElse("dynamic")),
          shape(one.text("shape").orElse("..."))));
    }
    return tensors;
  }

  /** A shape in the notation of options, which is the one of the record. */
  private static PartialShape shape(String text) {
    try {
      PartialShape shape = OptimizationOptions.builder()
          .parameter("input_shape", text)
          .build()
          .inputs()
          .get(0)
          .shape();
      return shape == null ? PartialShape.UNKNOWN : shape;
    } catch (BadRequestException | IndexOutOfBoundsException e) {
      return PartialShape.UNKNOWN;
    }
  }

  private static VerificationReport report(Provenance record) {
    String level = record.text("verification", "level").orElse("load");
    List<VerificationReport.Output> outputs = new ArrayList<>();
    for (JsonObject output : record.objects("verification", "outputs")) {
      Provenance one = new Provenance(output);
      outputs.add(new VerificationReport.Output(
          one.text("name").orElse(""),
          one.text("shape").orElse(""),
          real(one, "absolute"),
          real(one, "relative")));
    }
    return new VerificationReport(
        Verification.valueOf(level.toUpperCase(Locale.ROOT)),
        record.text("verification", "inputs").orElse(null),
        record.text("verification", "runtime").orElse(null),
        real(record, "verification", "tolerance"),
        outputs);
  }

  private static @org.jspecify.annotations.Nullable Double real(Provenance in, String... path) {
    return in.find(path)
        .filter(value -> value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber())
        .map(value -> (Double) value.getAsDouble())
        .orElse(null);
  }
}
