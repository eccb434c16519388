package io.github.fuseml.ovms.core.internal.pipeline;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.api.VerificationReport;
import io.github.fuseml.ovms.core.internal.publish.Provenance;
import io.github.fuseml.ovms.core.internal.tree.StoreModelTree;
import io.github.fuseml.ovms.spi.Artifact;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** Writes down where a version comes from. {@code docs/provenance.md} describes the document. */
final class ProvenanceWriter {
  private static final double NANOS = 1e9;

  private ProvenanceWriter() {}

  /**
   * What a conversion used and made.
   *
   * @param request what was asked for, before anything was settled
   * @param plan what was planned
   * @param tree the source's files
   * @param sources those that were used, with their digests
   * @param engine the engine and its version
   * @param changes what the options changed
   * @param inputs the result's inputs
   * @param outputs the result's outputs
   * @param files the result
   * @param report what the verification found
   * @param timings the stages so far
   */
  record Facts(
      ConversionRequest request,
      ConversionPlan plan,
      StoreModelTree tree,
      List<StoredArtifact> sources,
      String engine,
      List<String> changes,
      List<TensorSpec> inputs,
      List<TensorSpec> outputs,
      List<PublishedFile> files,
      VerificationReport report,
      Map<Stage, Long> timings) {}

  static Provenance of(Facts facts, long version) {
    ConversionPlan plan = facts.plan();
    JsonObject json = new JsonObject();
    json.addProperty("schemaVersion", Provenance.SCHEMA_VERSION);
    json.addProperty("tool", tool());
    json.addProperty("date", now());
    json.addProperty("model", plan.modelName());
    json.addProperty("version", version);
    json.add("source", source(facts));
    json.add("detected", detected(plan.model()));
    json.add("request", request(facts.request()));
    json.add("options", texts(plan.request().options().describe()));
    json.add("engine", engine(facts));
    json.add("keys", keys(facts));
    json.add("inputs", tensors(facts.inputs()));
    json.add("outputs", tensors(facts.outputs()));
    json.add("changes", texts(facts.changes()));
    json.add("verification", verification(facts.report()));
    json.add("timings", timings(facts.timings()));
    json.add("result", result(facts.files()));
    return new Provenance(json);
  }

  /** The time for a record, in UTC and to the second. */
  static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** This program; its version is in the jar's manifest, and there is none when the classes come from a directory. */
  static String tool() {
    String version = ProvenanceWriter.class.getPackage().getImplementationVersion();
    return "ovms-converter " + (version == null ? "development" : version);
  }

  private static JsonObject source(Facts facts) {
    JsonObject source = new JsonObject();
    ConversionRequest request = facts.plan().request();
    source.addProperty("location", request.source().toString());
    if (!request.namedSource().equals(request.source())) {
      source.addProperty("name", request.namedSource().toString());
    }
    JsonArray files = new JsonArray();
    for (StoredArtifact file : facts.sources()) {
      JsonObject one = new JsonObject();
      one.addProperty("path", file.path());
      one.addProperty("size", file.size());
      if (file.revision() != null) {
        one.addProperty("revision", file.revision());
      }
      if (file.sha256() != null) {
        one.addProperty("sha256", file.sha256());
      }
      files.add(one);
    }
    source.add("files", files);
    JsonObject listing = new JsonObject();
    List<Artifact> all = facts.tree().files();
    listing.addProperty("files", all.size());
    listing.addProperty("bytes", all.stream().mapToLong(Artifact::size).sum());
    listing.addProperty("sha256", ConversionKey.ofListing(all));
    source.add("listing", listing);
    return source;
  }

  /** What was asked for besides the conversion's parameters, as far as it was. */
  private static JsonObject request(ConversionRequest request) {
    JsonObject asked = new JsonObject();
    request.format().ifPresent(value -> asked.addProperty("format", value));
    request.artifact().ifPresent(value -> asked.addProperty("artifact", value));
    request.flavor().ifPresent(value -> asked.addProperty("flavor", value));
    request.modelName().ifPresent(value -> asked.addProperty("modelName", value));
    request.optimizer().ifPresent(value -> asked.addProperty("optimizer", value));
    asked.addProperty("outputFormat", request.outputFormat().id());
    return asked;
  }

  private static JsonObject detected(DetectedModel model) {
    JsonObject detected = new JsonObject();
    detected.addProperty("format", model.format().id());
    detected.addProperty("title", model.format().title());
    detected.addProperty("path", model.path());
    detected.addProperty("scope", model.scope());
    detected.add("files", texts(model.files()));
    detected.add("reasons", texts(model.reasons()));
    JsonObject attributes = new JsonObject();
    model.attributes().forEach(attributes::addProperty);
    detected.add("attributes", attributes);
    return detected;
  }

  private static JsonObject engine(Facts facts) {
    JsonObject engine = new JsonObject();
    engine.addProperty("id", facts.plan().optimizer());
    engine.addProperty("name", facts.engine());
    return engine;
  }

  private static JsonObject keys(Facts facts) {
    JsonObject keys = new JsonObject();
    keys.addProperty("request", ConversionKey.ofRequest(facts.request()));
    keys.addProperty("plan", ConversionKey.ofPlan(facts.plan()));
    return keys;
  }

  private static JsonArray tensors(List<TensorSpec> tensors) {
    JsonArray array = new JsonArray();
    for (TensorSpec tensor : tensors) {
      JsonObject one = new JsonObject();
      one.addProperty("name", tensor.name());
      one.addProperty("type", tensor.type().id());
      one.addProperty("shape", tensor.shape().toString());
      array.add(one);
    }
    return array;
  }

  private static JsonObject verification(VerificationReport report) {
    JsonObject json = new JsonObject();
    json.addProperty("level", report.level().toString());
    if (report.inputs() != null) {
      json.addProperty("inputs", report.inputs());
    }
    if (report.runtime() != null) {
      json.addProperty("runtime", report.runtime());
    }
    if (report.tolerance() != null) {
      json.addProperty("tolerance", report.tolerance());
    }
    JsonArray outputs = new JsonArray();
    for (VerificationReport.Output output : report.outputs()) {
      JsonObject one = new JsonObject();
      one.addProperty("name", output.name());
      one.addProperty("shape", output.shape());
      if (output.absolute() != null) {
        one.addProperty("absolute", output.absolute());
      }
      if (output.relative() != null) {
        one.addProperty("relative", output.relative());
      }
      outputs.add(one);
    }
    json.add("outputs", outputs);
    return json;
  }

  private static JsonObject timings(Map<Stage, Long> timings) {
    JsonObject json = new JsonObject();
    timings.forEach((stage, nanos) -> json.addProperty(stage.toString(), nanos / NANOS));
    return json;
  }

  static JsonObject result(List<PublishedFile> files) {
    JsonObject result = new JsonObject();
    result.addProperty("sha256", ConversionResult.digestOf(files));
    JsonArray array = new JsonArray();
    for (PublishedFile file : files) {
      JsonObject one = new JsonObject();
      one.addProperty("path", file.path());
      one.addProperty("size", file.size());
      one.addProperty("sha256", file.sha256());
      array.add(one);
    }
    result.add("files", array);
    return result;
  }

  private static JsonArray texts(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(text -> array.add(new JsonPrimitive(text)));
    return array;
  }
}
