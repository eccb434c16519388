package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionPlan.PlannedFile;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.Dimension;
import io.github.fuseml.ovms.api.EngineInfo;
import io.github.fuseml.ovms.api.ModelDescription;
import io.github.fuseml.ovms.api.ModelSignature;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.api.VerificationReport;
import io.github.fuseml.ovms.api.WeightSizes;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Results for programs: one JSON document each. Members are added in later versions, none is renamed
 * or removed. Locations are without user information and query. Sizes are in bytes, times in seconds.
 *
 * <pre>
 * model   := format          the format's id, for example "onnx"
 *            format_title    the format for people
 *            path            what the engine reads, below the source; "" for the source itself
 *            reasons[]       why it is a model of that format
 *            attributes{}    what else the metadata tells
 * tensor  := name, type      for example "x", "f32"
 *            shape           OpenVINO's notation, "[?,3,224,224]"
 *            dimensions[]    the sizes, -1 where not fixed; null when the rank is unknown
 * plan    := source          as it was given
 *            resolved_source where that is, if it is a name; else the same
 *            output, version, model_name
 *            model{}         see model
 *            optimizer       the engine's id, "copy" when nothing is converted
 *            options[]       "name=value" each
 *            changes[]       what they would change in the model, as far as they tell, for people
 *            files[]         path, size: what will be fetched
 *            bytes_to_fetch, source_files, source_bytes
 *            warnings[]
 * result  := source, resolved_source    see plan
 *            output, version, version_location, model_name
 *            model{}, optimizer, options[]
 *            changes[]       what the options changed in the model, for people
 *            weights{}       before, after: what a compression of weights saved; absent without one
 *            engine          the engine and its version, for people
 *            fetched_files, fetched_bytes, source_files, source_bytes
 *            sources[]       path, size, and, where they are known, revision, sha256: what was read
 *            inputs[], outputs[]   see tensor
 *            files[]         path, size, sha256: what was published
 *            digest          the SHA-256 over them, as of sha256sum's lines
 *            published       false if nothing has changed since that version
 *            verification{}  level; inputs, runtime, tolerance, outputs[] as far as it was run
 *            removed_versions[]  older versions that were removed
 *            timings{}       a stage each
 *            seconds         their sum
 *            warnings[]
 * inspect := model{}, inputs[], outputs[]
 *            signatures[]    name, tags[], inputs[], outputs[]: the ways to call a SavedModel
 *            described_by    "metadata", or the engine that was asked
 *            plan{}          see plan
 * engine  := optimizer, version, python, python_version, found_by
 * </pre>
 */
public final class JsonReport {
  private JsonReport() {}

  /**
   * A result.
   *
   * @param result what was done
   * @return the document {@code result}
   */
  public static String of(ConversionResult result) {
    ConversionPlan plan = result.plan();
    JsonText json = JsonText.document();
    source(json, plan);
    json.put("output", result.output().toString());
    json.put("version", result.version());
    json.put("version_location", result.versionLocation().toString());
    json.put("model_name", plan.modelName());
    model(json, plan.model());
    json.put("optimizer", plan.optimizer());
    json.put("options", plan.request().options().describe());
    json.put("changes", result.changes());
    WeightSizes weights = result.weights();
    if (weights != null) {
      json.begin("weights").put("before", weights.before()).put("after", weights.after());
      json.endObject();
    }
    json.put("engine", result.engine());
    json.put("fetched_files", plan.files().size());
    json.put("fetched_bytes", plan.bytesToFetch());
    json.put("source_files", plan.sourceFiles());
    json.put("source_bytes", plan.sourceBytes());
    sources(json, result);
    tensors(json, "inputs", result.inputs());
    tensors(json, "outputs", result.outputs());
    files(json, result.files());
    json.put("digest", result.digest());
    json.put("published", result.published());
    verification(json, result.verification());
    json.put("removed_versions", result.removed().stream().map(String::valueOf).toList());
    json.begin("timings");
    long sum = 0;
    for (Map.Entry<Stage, Long> timing : result.timings().entrySet()) {
      json.put(timing.getKey().toString(), JsonText.seconds(timing.getValue()));
      sum += timing.getValue();
    }
    json.endObject().put("seconds", JsonText.seconds(sum));
    return json.put("warnings", result.warnings()).end();
  }

  static void files(JsonText json, List<PublishedFile> files) {
    json.beginArray("files");
    for (PublishedFile file : files) {
      json.begin(null).put("path", file.path()).put("size", file.size());
      json.put("sha256", file.sha256()).endObject();
    }
    json.endArray();
  }

  private static void verification(JsonText json, VerificationReport report) {
    json.begin("verification").put("level", report.level().toString());
    if (report.inputs() != null) {
      json.put("inputs", report.inputs());
    }
    if (report.runtime() != null) {
      json.put("runtime", report.runtime());
    }
    real(json, "tolerance", report.tolerance());
    json.beginArray("outputs");
    for (VerificationReport.Output output : report.outputs()) {
      json.begin(null).put("name", output.name()).put("shape", output.shape());
      real(json, "absolute", output.absolute());
      real(json, "relative", output.relative());
      json.endObject();
    }
    json.endArray().endObject();
  }

  private static void real(JsonText json, String name, @Nullable Double value) {
    if (value != null) {
      json.put(name, BigDecimal.valueOf(value));
    }
  }

  private static void sources(JsonText json, ConversionResult result) {
    json.beginArray("sources");
    for (StoredArtifact file : result.sources()) {
      json.begin(null).put("path", file.path()).put("size", file.size());
      if (file.revision() != null) {
        json.put("revision", file.revision());
      }
      if (file.sha256() != null) {
        json.put("sha256", file.sha256());
      }
      json.endObject();
    }
    json.endArray();
  }

  /**
   * A plan.
   *
   * @param plan what would be done
   * @return the document {@code plan}
   */
  public static String of(ConversionPlan plan) {
    JsonText json = JsonText.document();
    plan(json, plan);
    return json.end();
  }

  /**
   * A description.
   *
   * @param description what a model is
   * @return the document {@code inspect}
   */
  public static String of(ModelDescription description) {
    JsonText json = JsonText.document();
    model(json, description.plan().model());
    tensors(json, "inputs", description.inputs());
    tensors(json, "outputs", description.outputs());
    json.beginArray("signatures");
    for (ModelSignature signature : description.plan().model().signatures()) {
      json.begin(null).put("name", signature.name()).put("tags", signature.tags());
      tensors(json, "inputs", signature.inputs());
      tensors(json, "outputs", signature.outputs());
      json.endObject();
    }
    json.endArray();
    json.put("described_by", description.describedBy());
    json.begin("plan");
    plan(json, description.plan());
    return json.endObject().end();
  }

  /**
   * An engine.
   *
   * @param engine the engine
   * @return the document {@code engine}
   */
  public static String of(EngineInfo engine) {
    return JsonText.document()
        .put("optimizer", engine.optimizer())
        .put("version", engine.version())
        .put("python", engine.python().toString())
        .put("python_version", engine.pythonVersion())
        .put("found_by", engine.foundBy())
        .end();
  }

  /**
   * Names and values.
   *
   * @param members in their order
   * @return one object
   */
  public static String of(Map<String, String> members) {
    JsonText json = JsonText.document();
    for (Map.Entry<String, String> member : members.entrySet()) {
      json.put(member.getKey(), member.getValue());
    }
    return json.end();
  }

  private static void source(JsonText json, ConversionPlan plan) {
    json.put("source", plan.request().namedSource().toString());
    json.put("resolved_source", plan.request().source().toString());
  }

  private static void plan(JsonText json, ConversionPlan plan) {
    source(json, plan);
    json.put("output", plan.output().toString());
    json.put("version", plan.version());
    json.put("model_name", plan.modelName());
    model(json, plan.model());
    json.put("optimizer", plan.optimizer());
    json.put("options", plan.request().options().describe());
    json.put("changes", PlannedChanges.of(plan));
    json.beginArray("files");
    for (PlannedFile file : plan.files()) {
      json.begin(null).put("path", file.path()).put("size", file.size()).endObject();
    }
    json.endArray();
    json.put("bytes_to_fetch", plan.bytesToFetch());
    json.put("source_files", plan.sourceFiles());
    json.put("source_bytes", plan.sourceBytes());
    json.put("warnings", plan.model().warnings());
  }

  private static void model(JsonText json, DetectedModel model) {
    json.begin("model");
    json.put("format", model.format().id());
    json.put("format_title", model.format().title());
    json.put("path", model.path());
    json.put("reasons", model.reasons());
    json.begin("attributes");
    for (Map.Entry<String, String> attribute : model.attributes().entrySet()) {
      json.put(attribute.getKey(), attribute.getValue());
    }
    json.endObject().endObject();
  }

  private static void tensors(JsonText json, String name, List<TensorSpec> tensors) {
    json.beginArray(name);
    for (TensorSpec tensor : tensors) {
      json.begin(null).put("name", tensor.name()).put("type", tensor.type().id());
      json.put("shape", tensor.shape().toString());
      List<Dimension> dimensions = tensor.shape().dimensions();
      if (dimensions == null) {
        json.put("dimensions", (String) null);
      } else {
        json.beginArray("dimensions");
        for (Dimension dimension : dimensions) {
          json.element(dimension.isStatic() ? dimension.min() : -1);
        }
        json.endArray();
      }
      json.endObject();
    }
    json.endArray();
  }
}
