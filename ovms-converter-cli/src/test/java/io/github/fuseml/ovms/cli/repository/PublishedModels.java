package io.github.fuseml.ovms.cli.repository;

import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.cli.repository.Watch.Variant;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import io.github.fuseml.ovms.testkit.Fixtures;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Some small models that are published as variants of one, and what their frameworks compute.
 *
 * @param sources where each lies as an IR
 * @param variants what a reader may load
 */
record PublishedModels(List<Path> sources, List<Variant> variants) {
  /** Converts them once. */
  static PublishedModels in(Path directory) throws IOException {
    List<Path> sources = new ArrayList<>();
    List<Variant> variants = new ArrayList<>();
    try (OvmsConverter converter =
        OvmsConverter.builder().engine(EngineEnvironment.settings().build()).build()) {
      for (String name : List.of("onnx-mlp", "onnx-conv", "saved-model-mlp")) {
        var fixture = Fixtures.get(name);
        Path version = converter
            .convert(ConversionRequest.builder()
                .source(fixture.source())
                .modelName("m")
                .output(directory.resolve(name))
                .build())
            .versionLocation()
            .toPath();
        Path ir = Files.createDirectories(directory.resolve("ir-" + name));
        Path xml = Files.copy(version.resolve("m.xml"), ir.resolve("m.xml"));
        Path bin = Files.copy(version.resolve("m.bin"), ir.resolve("m.bin"));
        sources.add(ir);
        variants.add(new Variant(xml, bin, fixture.samples().orElseThrow()));
      }
    }
    return new PublishedModels(sources, variants);
  }

  /** A request to publish one of them. */
  ConversionRequest request(
      int variant, String output, StoreSettings settings, PublishOptions options) {
    return ConversionRequest.builder()
        .source(sources.get(variant % sources.size()))
        .output(output)
        .outputSettings(settings)
        .publishing(options)
        .build();
  }

  static StoreSettings s3(URI endpoint) {
    return StoreSettings.of(Map.of(
        "endpoint",
        endpoint.toString(),
        "accessKeyId",
        MinioServer.ACCESS_KEY,
        "secretAccessKey",
        MinioServer.SECRET_KEY));
  }

  static StoreSettings gcs(URI endpoint) {
    return StoreSettings.of(Map.of("endpoint", endpoint.toString(), "credentials", "anonymous"));
  }
}
