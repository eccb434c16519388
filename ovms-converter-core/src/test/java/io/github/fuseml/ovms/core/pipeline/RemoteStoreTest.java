package io.github.fuseml.ovms.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.support.FakeEngine;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that is elsewhere: files are fetched, and versions are written file by file. */
class RemoteStoreTest {
  private static final Path FIXTURES = Path.of(System.getProperty("ovms.fixtures"));

  @TempDir
  Path directory;

  private final Objects objects = new Objects();
  private Sandbox sandbox;
  private FakeEngine engine;

  @BeforeEach
  void putAModel() throws IOException {
    sandbox = Sandbox.in(directory.resolve("sandbox"));
    engine = FakeEngine.in(directory.resolve("engine"));
    for (String file : Sandbox.files(FIXTURES.resolve("onnx-external-two"))) {
      if (!file.endsWith(".npz")) {
        objects.put("memory://b/model/" + file, FIXTURES.resolve("onnx-external-two/" + file));
      }
    }
    objects.put("memory://b/model/README.md", FIXTURES.resolve("manifest.json"));
    objects.put("memory://b/model2/other.onnx", FIXTURES.resolve("onnx-mlp/model.onnx"));
  }

  @Test
  void givenAModelElsewhereThenOnlyItsFilesAreFetchedAndTheDescriptionIsWrittenLast() {
    try (OvmsConverter converter = converter()) {
      assertThat(converter.convert(request()).version()).isEqualTo(1);
      assertThat(converter.convert(request()).version()).isEqualTo(2);
    }
    assertThat(objects.wholeReads).hasSize(6).allMatch(path -> !path.contains("README"));
    assertThat(objects.written)
        .containsExactly(
            "memory://b/served/1/model.bin",
            "memory://b/served/1/model.xml",
            "memory://b/served/2/model.bin",
            "memory://b/served/2/model.xml");
    assertThat(sandbox.work()).isEmptyDirectory();
  }

  @Test
  void givenAWriteThatFailsThenWhatWasWrittenBeforeIsTakenBack() {
    objects.failingSuffix = ".xml";
    try (OvmsConverter converter = converter()) {
      assertThatThrownBy(() -> converter.convert(request())).isInstanceOf(TransferException.class);
    }
    assertThat(objects.written).containsExactly("memory://b/served/1/model.bin");
    assertThat(objects.contents.keySet()).noneMatch(path -> path.contains("served"));
    assertThat(sandbox.work()).isEmptyDirectory();
  }

  @Test
  void givenAReadThatEndsEarlyThenNothingIsPublished() {
    objects.cutWholeReads = true;
    try (OvmsConverter converter = converter()) {
      assertThatThrownBy(() -> converter.convert(request()))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("bytes arrived instead of");
    }
    assertThat(objects.written).isEmpty();
    assertThat(sandbox.work()).isEmptyDirectory();
  }

  private OvmsConverter converter() {
    return sandbox.converter(engine.settings().build()).register(objects).build();
  }

  private static ConversionRequest request() {
    return ConversionRequest.builder()
        .source("memory://b/model")
        .output("memory://b/served")
        .build();
  }

  /** A store in memory that can write, and can do nothing else beyond reading. */
  private static final class Objects implements ArtifactStoreProvider, ArtifactStore {
    private final Map<String, byte[]> contents = new TreeMap<>();
    private final List<String> wholeReads = new ArrayList<>();
    private final List<String> written = new ArrayList<>();
    private String failingSuffix = "none";
    private boolean cutWholeReads;

    void put(String url, Path file) throws IOException {
      contents.put(url, Files.readAllBytes(file));
    }

    @Override
    public String id() {
      return "memory";
    }

    @Override
    public Set<String> schemes() {
      return Set.of("memory");
    }

    @Override
    public ArtifactStore open(StoreSettings settings, StoreRole role) {
      return this;
    }

    @Override
    public Set<StoreCapability> capabilities() {
      return Set.of(StoreCapability.WRITE, StoreCapability.CREATE_ONLY);
    }

    @Override
    public Optional<Artifact> find(Location location) {
      return Optional.ofNullable(contents.get(location.value()))
          .map(bytes -> new Artifact(location, location.name(), bytes.length, null));
    }

    @Override
    public List<Artifact> list(Location directory) {
      String prefix = directory.value() + "/";
      return contents.keySet().stream()
          .filter(url -> url.startsWith(prefix))
          .map(url -> find(Location.of(url)).orElseThrow().withPath(url.substring(prefix.length())))
          .toList();
    }

    @Override
    public boolean exists(Location location) {
      return find(location).isPresent() || !list(location).isEmpty();
    }

    @Override
    public Set<String> listDirectories(Location directory) {
      Set<String> names = new TreeSet<>();
      list(directory).stream()
          .map(Artifact::path)
          .filter(path -> path.contains("/"))
          .forEach(path -> names.add(path.substring(0, path.indexOf('/'))));
      return names;
    }

    @Override
    public InputStream read(Artifact artifact, long offset, long length) {
      byte[] bytes = contents.get(artifact.location().value());
      long rest = bytes.length - offset;
      long count = length < 0 ? rest : Math.min(length, rest);
      if (length < 0) {
        wholeReads.add(artifact.path());
        count = cutWholeReads ? count / 2 : count;
      }
      return new ByteArrayInputStream(bytes, (int) offset, (int) count);
    }

    @Override
    public Artifact write(Location location, Path file, WriteMode mode) {
      Problem problem = Problem.of("write").on(location);
      if (location.value().endsWith(failingSuffix)) {
        throw new TransferException(problem.found("the connection was lost"));
      }
      if (mode == WriteMode.CREATE_ONLY && contents.containsKey(location.value())) {
        throw new ConflictException(problem.found("it exists already"));
      }
      try {
        put(location.value(), file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      written.add(location.value());
      return find(location).orElseThrow();
    }

    @Override
    public void delete(Location location) {
      contents.remove(location.value());
    }

    @Override
    public void close() {
      // It is one for all runs of the test.
    }
  }
}
