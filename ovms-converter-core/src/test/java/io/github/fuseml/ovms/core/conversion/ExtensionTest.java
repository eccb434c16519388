package io.github.fuseml.ovms.core.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.Extension;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.core.support.FakeEngine;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.spi.Detection;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.ModelTree;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody else adds to the converter. */
class ExtensionTest {
  private static final String SERVICE = "META-INF/services/" + FormatDetector.class.getName();

  private static final String DETECTOR = """
      package somebody;

      import io.github.fuseml.ovms.api.DetectedModel;
      import io.github.fuseml.ovms.api.ModelFormat;
      import io.github.fuseml.ovms.spi.Detection;
      import io.github.fuseml.ovms.spi.FormatDetector;
      import io.github.fuseml.ovms.spi.ModelTree;
      import java.util.List;

      public final class CardDetector implements FormatDetector {
        @Override
        public String id() {
          return "card";
        }

        @Override
        public Detection detect(ModelTree tree) {
          if (tree.find("model.card").isEmpty()) {
            return Detection.declined("no file named model.card");
          }
          return Detection.found(List.of(DetectedModel.builder(ModelFormat.ONNX, "payload")
              .scope("")
              .file("payload")
              .reason("model.card says so")
              .build()));
        }
      }
      """;

  @TempDir
  Path directory;

  @Test
  void givenADetectorInAJarWhenItIsDiscoveredThenItFindsItsModels() throws Exception {
    Sandbox sandbox = Sandbox.in(directory.resolve("sandbox"));
    FakeEngine engine = FakeEngine.in(directory.resolve("engine"));
    Path source = Files.createDirectory(directory.resolve("source"));
    Files.writeString(source.resolve("model.card"), "a card");
    Files.writeString(source.resolve("payload"), "what only its author can read");

    try (URLClassLoader loader =
            new URLClassLoader(new URL[] {jar().toUri().toURL()}, getClass().getClassLoader());
        OvmsConverter converter =
            sandbox.converter(engine.settings().build()).discover(loader).build()) {
      ConversionResult result = converter.convert(sandbox.request(source).build());

      assertThat(result.plan().model().reasons()).containsExactly("model.card says so");
      assertThat(result.version()).isEqualTo(1);
    }
  }

  @Test
  void givenTwoDetectorsOfOneIdThenBothAreNamed() {
    FormatDetector second = detector("onnx");

    assertThatThrownBy(() -> OvmsConverter.builder().register(second).build())
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("OnnxDetector")
        .hasMessageContaining(second.getClass().getName());
  }

  @Test
  void givenAnExtensionOfNoKindThenItIsRefused() {
    Extension extension = () -> "nothing";

    assertThatThrownBy(() -> OvmsConverter.builder().register(extension))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("io.github.fuseml.ovms.spi");
  }

  @Test
  void givenASchemeWithoutAStoreThenTheMessageNamesTheArtifactToAdd() {
    try (OvmsConverter converter = OvmsConverter.builder().build()) {
      assertThatThrownBy(() -> converter.plan(io.github.fuseml.ovms.api.ConversionRequest.builder()
              .source("s3://bucket/model?X-Amz-Signature=secret")
              .build()))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("io.github.fuseml:ovms-converter-s3");
    }
  }

  private static FormatDetector detector(String id) {
    return new FormatDetector() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public Detection detect(ModelTree tree) {
        return Detection.declined("never");
      }
    };
  }

  private Path jar() throws IOException {
    Path source = Files.createDirectories(directory.resolve("java/somebody"));
    Path file = Files.writeString(source.resolve("CardDetector.java"), DETECTOR);
    int failed = ToolProvider.getSystemJavaCompiler()
        .run(
            null,
            null,
            null,
            "-proc:none",
            "-cp",
            System.getProperty("java.class.path"),
            file.toString());
    assertThat(failed).isZero();
    Path jar = directory.resolve("detector.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      entries.putNextEntry(new JarEntry("somebody/CardDetector.class"));
      Files.copy(source.resolve("CardDetector.class"), entries);
      entries.putNextEntry(new JarEntry(SERVICE));
      entries.write("somebody.CardDetector\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    return jar;
  }
}
