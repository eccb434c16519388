package io.github.fuseml.ovms.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.core.support.FakeEngine;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.testkit.InMemoryStoreProvider;
import io.github.fuseml.ovms.testkit.StoreOperation.Kind;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a store of somebody's says its files are called, nothing is written outside of the target. */
@Timeout(60)
class LyingStoreTest {
  @TempDir
  Path directory;

  private final InMemoryStoreProvider objects = new InMemoryStoreProvider();

  @ParameterizedTest
  @ValueSource(strings = {"../out.onnx", "/tmp/out.onnx", "a/../../out.onnx", "a//b.onnx", ".."})
  void givenANameThatLeadsElsewhereThenItIsRefused(String name) {
    assertRefused(List.of(name));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void givenANameThatComesTwiceThenItIsRefused(int times) {
    assertRefused(Collections.nCopies(times, "model.onnx"));
  }

  private void assertRefused(List<String> names) {
    Sandbox sandbox = Sandbox.in(directory.resolve("sandbox"));
    FakeEngine engine = FakeEngine.in(directory.resolve("engine"));
    objects.put("memory://b/model/x.onnx", new byte[9 << 20]);
    try (OvmsConverter converter = sandbox
        .converter(engine.settings().build())
        .register(new Lying(objects, names))
        .build()) {
      for (String target : List.of(sandbox.output().toString(), "memory://b/copy")) {
        CopyRequest copy = CopyRequest.builder()
            .source("memory://b/model")
            .target(target)
            .replace(true)
            .build();
        assertThatThrownBy(() -> converter.copy(copy)).isInstanceOf(OvmsConverterException.class);
      }
      assertThatThrownBy(() -> converter.convert(ConversionRequest.builder()
              .source("memory://b/model")
              .output(sandbox.output())
              .build()))
          .isInstanceOf(OvmsConverterException.class);
    }
    sandbox.assertNothingLeft();
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("sandbox", "engine");
    assertThat(objects.operations()).noneMatch(done -> done.kind() == Kind.WRITE);
  }

  /** Gives the one object that there is names of its own. */
  private record Lying(InMemoryStoreProvider truth, List<String> names)
      implements ArtifactStoreProvider {
    @Override
    public String id() {
      return truth.id();
    }

    @Override
    public Set<String> schemes() {
      return truth.schemes();
    }

    @Override
    public ArtifactStore open(StoreSettings settings, StoreRole role) {
      ArtifactStore store = truth.open(settings, role);
      return (ArtifactStore) Proxy.newProxyInstance(
          getClass().getClassLoader(),
          new Class<?>[] {ArtifactStore.class},
          (proxy, method, arguments) -> switch (method.getName()) {
            case "list" -> lie(truth.put("memory://b/model/x.onnx", new byte[9 << 20]));
            case "find" -> Optional.empty();
            default -> {
              try {
                yield method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }
          });
    }

    private List<Artifact> lie(Artifact artifact) {
      return names.stream().map(artifact::withPath).toList();
    }
  }
}
