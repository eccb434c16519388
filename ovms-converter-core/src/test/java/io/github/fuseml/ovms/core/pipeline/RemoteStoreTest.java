package io.github.fuseml.ovms.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.support.FakeEngine;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.testkit.InMemoryStoreProvider;
import io.github.fuseml.ovms.testkit.StoreOperation;
import io.github.fuseml.ovms.testkit.StoreOperation.Kind;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that is elsewhere: files are fetched, and versions are written file by file. */
class RemoteStoreTest {
  private static final Path FIXTURES = Path.of(System.getProperty("ovms.fixtures"));

  @TempDir
  Path directory;

  private final InMemoryStoreProvider objects = new InMemoryStoreProvider();
  private Sandbox sandbox;
  private FakeEngine engine;

  @BeforeEach
  void putAModel() throws IOException {
    sandbox = Sandbox.in(directory.resolve("sandbox"));
    engine = FakeEngine.in(directory.resolve("engine"));
    for (String file : Sandbox.files(FIXTURES.resolve("onnx-external-two"))) {
      if (!file.endsWith(".npz")) {
        put("model/" + file, "onnx-external-two/" + file);
      }
    }
    put("model/README.md", "manifest.json");
    put("model2/other.onnx", "onnx-mlp/model.onnx");
  }

  @Test
  void givenAModelElsewhereThenOnlyItsFilesAreFetchedAndTheDescriptionIsWrittenLast() {
    try (OvmsConverter converter = converter(objects)) {
      ConversionResult first = converter.convert(request());
      ConversionResult second = converter.convert(forced());

      assertThat(first.version()).isEqualTo(1);
      assertThat(second.version()).isEqualTo(2);
      assertThat(first.sources()).hasSize(3).isEqualTo(second.sources());
      assertThat(first.sources())
          .noneMatch(file -> file.path().contains("README"))
          .allSatisfy(file -> assertThat(file.sha256()).isEqualTo(sha256("model/" + file.path())));
    }
    assertThat(written())
        .containsExactly(
            "memory://b/served/1/ovms-converter.provenance.json",
            "memory://b/served/1/model.bin",
            "memory://b/served/1/model.xml",
            "memory://b/served/2/ovms-converter.provenance.json",
            "memory://b/served/2/model.bin",
            "memory://b/served/2/model.xml");
    assertThat(sandbox.work()).isEmptyDirectory();
  }

  @Test
  void givenAWriteThatFailsThenWhatWasWrittenBeforeIsTakenBack() {
    objects.fail(
        Kind.WRITE, 3, new TransferException(Problem.of("write").found("the connection was lost")));
    try (OvmsConverter converter = converter(objects)) {
      assertThatThrownBy(() -> converter.convert(request())).isInstanceOf(TransferException.class);
    }
    assertThat(written())
        .containsExactly(
            "memory://b/served/1/ovms-converter.provenance.json",
            "memory://b/served/1/model.bin",
            "memory://b/served/1/model.xml");
    assertThat(objects.urls()).noneMatch(url -> url.contains("served"));
    assertThat(sandbox.work()).isEmptyDirectory();
  }

  @Test
  void givenAReadThatEndsEarlyThenNothingIsPublished() {
    try (OvmsConverter converter = converter(new HalfReads(objects))) {
      assertThatThrownBy(() -> converter.convert(request()))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("it ended too early");
    }
    assertThat(written()).isEmpty();
    assertThat(sandbox.work()).isEmptyDirectory();
  }

  private OvmsConverter converter(ArtifactStoreProvider provider) {
    return sandbox.converter(engine.settings().build()).register(provider).build();
  }

  private void put(String path, String fixture) throws IOException {
    objects.put("memory://b/" + path, Files.readAllBytes(FIXTURES.resolve(fixture)));
  }

  private String sha256(String path) throws Exception {
    byte[] content = objects.get("memory://b/" + path).orElseThrow();
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  /** What was attempted to be written, in its order. */
  private List<String> written() {
    return urls(operation -> operation.kind() == Kind.WRITE);
  }

  private List<String> urls(Predicate<StoreOperation> wanted) {
    return objects.operations().stream()
        .filter(wanted)
        .map(operation -> operation.location().value())
        .toList();
  }

  private static ConversionRequest forced() {
    return ConversionRequest.builder()
        .source(request().source())
        .output(request().output())
        .publishing(PublishOptions.builder().force(true).build())
        .build();
  }

  private static ConversionRequest request() {
    return ConversionRequest.builder()
        .source("memory://b/model")
        .output("memory://b/served")
        .build();
  }

  /** Gives the transfer engine half of what it asks for, and says nothing. */
  private record HalfReads(ArtifactStoreProvider whole) implements ArtifactStoreProvider {
    @Override
    public String id() {
      return whole.id();
    }

    @Override
    public Set<String> schemes() {
      return whole.schemes();
    }

    @Override
    public ArtifactStore open(StoreSettings settings, StoreRole role) {
      ArtifactStore store = whole.open(settings, role);
      return (ArtifactStore) Proxy.newProxyInstance(
          getClass().getClassLoader(),
          new Class<?>[] {ArtifactStore.class},
          (proxy, method, arguments) -> {
            if (method.getName().equals("read")
                && Thread.currentThread().getName().startsWith("ovms-transfer")) {
              return store.read(
                  (Artifact) arguments[0], (long) arguments[1], (long) arguments[2] / 2);
            }
            return method.invoke(store, arguments);
          });
    }
  }
}
