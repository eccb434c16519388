package io.github.fuseml.ovms.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.UnsupportedFormatException;
import io.github.fuseml.ovms.core.support.FakeEngine;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.Fixtures;
import io.github.fuseml.ovms.testkit.InMemoryStoreProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that comes as one archive is converted as the directory would be that it was made from. */
@Timeout(60)
class ArchiveTest {
  private static final Path MODEL = Fixtures.root().resolve("onnx-external-two");

  @TempDir
  Path directory;

  private final InMemoryStoreProvider objects = new InMemoryStoreProvider();
  private Sandbox sandbox;
  private OvmsConverter converter;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(directory.resolve("sandbox"));
    FakeEngine engine = FakeEngine.in(directory.resolve("engine"));
    converter = sandbox.converter(engine.settings().build()).register(objects).build();
  }

  @AfterEach
  void close() {
    converter.close();
    assertThat(sandbox.work()).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "iris/"})
  void givenAnArchiveElsewhereThenTheModelInItIsConverted(String top) throws IOException {
    objects.put("memory://b/models/iris.zip", zip(top));
    ConversionRequest request = ConversionRequest.builder()
        .source("memory://b/models/iris.zip")
        .output("memory://b/served")
        .build();

    assertThat(converter.plan(request).model().path()).endsWith(".onnx");
    assertThat(converter.inspect(request).inputs()).isNotEmpty();
    ConversionResult result = converter.convert(request);

    assertThat(result.sources()).hasSize(1);
    StoredArtifact archive = result.sources().get(0);
    assertThat(archive.location()).hasToString("memory://b/models/iris.zip");
    assertThat(archive.sha256()).hasSize(64);
    assertThat(objects.urls()).contains("memory://b/served/1/model.bin");
  }

  @Test
  void givenAnArchiveHereThenItIsReadWhereItIs() throws IOException {
    Path archive = Files.write(directory.resolve("iris.zip"), zip("iris/"));
    ConversionResult result = converter.convert(sandbox.request(archive).build());
    assertThat(result.sources())
        .extracting(source -> source.location().toPath())
        .containsExactly(archive);
    sandbox.assertOnlyVersions(1);
    assertThat(archive).hasBinaryContent(zip("iris/"));
  }

  @Test
  void givenAnArchiveThatIsNoneThenTheErrorNamesItAndNothingIsPublished() {
    objects.put("memory://b/iris.zip", new byte[100]);
    assertThatThrownBy(() -> converter.convert(ConversionRequest.builder()
            .source("memory://b/iris.zip")
            .output(sandbox.output())
            .build()))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("cannot unpack memory://b/iris.zip");
    sandbox.assertNothingLeft();
  }

  private static byte[] zip(String top) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String file : Sandbox.files(MODEL)) {
        if (!file.endsWith(".npz")) {
          ZipEntry entry = new ZipEntry(top + file);
          entry.setTime(0);
          zip.putNextEntry(entry);
          zip.write(Files.readAllBytes(MODEL.resolve(file)));
          zip.closeEntry();
        }
      }
    }
    return bytes.toByteArray();
  }
}
