package io.github.fuseml.ovms.cli.testing;

import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionPlan.PlannedFile;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.Dimension;
import io.github.fuseml.ovms.api.ElementType;
import io.github.fuseml.ovms.api.EngineInfo;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.ModelDescription;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.ModelVersion;
import io.github.fuseml.ovms.api.PartialShape;
import io.github.fuseml.ovms.api.RollbackResult;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.TensorSpec;
import io.github.fuseml.ovms.api.VerificationReport;
import io.github.fuseml.ovms.api.WeightSizes;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Values of the API to render. */
public final class Samples {
  public static final EngineInfo ENGINE =
      new EngineInfo("openvino", "2026.4.1", Path.of("/venv/bin/python"), "3.11.2", "managed");

  private static final List<TensorSpec> INPUTS = List.of(new TensorSpec(
      "x", new ElementType("f32"), new PartialShape(List.of(Dimension.DYNAMIC, Dimension.of(3)))));
  private static final List<TensorSpec> OUTPUTS =
      List.of(new TensorSpec("y", new ElementType("i64"), PartialShape.UNKNOWN));

  private Samples() {}

  public static ConversionRequest request() {
    return ConversionRequest.builder().source("/in/mnist.onnx").output("/out").build();
  }

  public static ConversionPlan plan(ConversionRequest request) {
    DetectedModel model = DetectedModel.builder(ModelFormat.ONNX, "mnist.onnx")
        .file("mnist.onnx")
        .reason("its name ends in .onnx")
        .reason("it has a graph")
        .warning("no metadata")
        .attribute("onnx.opset", "17")
        .build();
    return new ConversionPlan(
        request,
        model,
        List.of(new PlannedFile("mnist.onnx", 1024)),
        3,
        10_000,
        "openvino",
        "mnist",
        request.output(),
        4);
  }

  public static ConversionResult result(ConversionRequest request) {
    return new ConversionResult(
        plan(request),
        request.output(),
        4,
        request.output().resolve("4"),
        true,
        List.of(new StoredArtifact(request.source(), "mnist.onnx", 1024, "r1", "ef")),
        List.of(
            new PublishedFile("mnist.xml", 2048, "ab"), new PublishedFile("mnist.bin", 1, "cd")),
        INPUTS,
        OUTPUTS,
        "0123",
        VerificationReport.loaded(),
        List.of(),
        List.of("input 'image': batch ? -> 1"),
        new WeightSizes(4096, 2048),
        "OpenVINO 2026.4.1",
        Map.of(Stage.FETCH, 41_000_000L, Stage.OPTIMIZE, 200_000_000L),
        List.of("a doubt"));
  }

  public static List<ModelVersion> versions(Location output) {
    return List.of(
        new ModelVersion(
            1,
            output.resolve("1"),
            ModelVersion.State.COMPLETE,
            3,
            2049,
            Instant.parse("2026-01-02T03:04:05Z"),
            "/in/mnist.onnx",
            "0123456789abcdef",
            "onnx",
            "OpenVINO 2026.4.1",
            null),
        new ModelVersion(
            2,
            output.resolve("2"),
            ModelVersion.State.PARTIAL,
            1,
            1024,
            null,
            null,
            null,
            null,
            null,
            null));
  }

  public static RollbackResult rollback(Location output, long from) {
    return new RollbackResult(
        output,
        from,
        4,
        output.resolve("4"),
        List.of(new PublishedFile("mnist.xml", 2048, "ab")),
        List.of());
  }

  public static ModelDescription description(ConversionRequest request) {
    return new ModelDescription(plan(request), INPUTS, OUTPUTS, "metadata");
  }
}
