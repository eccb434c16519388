package io.github.fuseml.ovms.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.testkit.InMemoryStore;
import io.github.fuseml.ovms.testkit.InMemoryStoreProvider;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoreRegistryTest {
  private final StoreRegistry registry =
      new StoreRegistry(List.of(new FileStoreProvider(), new InMemoryStoreProvider()));

  @Test
  void givenALocationWhenOpenedThenItsSchemeChoosesTheStore() {
    try (ArtifactStore file = open("/a");
        ArtifactStore memory = open("memory://a")) {
      assertThat(file).isInstanceOf(FileStore.class);
      assertThat(InterruptibleStore.raw(memory)).isInstanceOf(InMemoryStore.class);
    }
  }

  @Test
  void givenTwoProvidersOfOneSchemeWhenRegisteredThenTheErrorNamesBoth() {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> new StoreRegistry(List.of(new FileStoreProvider(), new OtherFiles())))
        .withMessageContaining("the scheme 'file'")
        .withMessageContaining(FileStoreProvider.class.getName())
        .withMessageContaining(OtherFiles.class.getName());
  }

  private static final class OtherFiles implements ArtifactStoreProvider {
    @Override
    public String id() {
      return "other";
    }

    @Override
    public Set<String> schemes() {
      return Set.of("file");
    }

    @Override
    public ArtifactStore open(StoreSettings settings, StoreRole role) {
      return new FileStore();
    }
  }

  @Test
  void givenASchemeOfAModuleThatIsMissingWhenOpenedThenTheErrorNamesTheModule() {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> open("s3://bucket/a"))
        .withMessageContaining("io.github.fuseml:ovms-converter-s3");
  }

  @Test
  void givenAnUnknownSchemeWhenOpenedThenTheErrorNamesThoseThatThereAre() {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> open("ftp://host/a"))
        .withMessageContaining("'ftp'")
        .withMessageContaining("file")
        .withMessageContaining("memory");
  }

  @Test
  void givenSettingsThatAStoreDoesNotKnowWhenOpenedThenTheirNamesAreRefusedWithoutTheirValues() {
    StoreSettings settings = StoreSettings.of(Map.of("token", "hush"));

    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> registry.resolve(Location.of("/a"), settings, StoreRole.INPUT))
        .withMessageContaining("token")
        .withMessageNotContaining("hush");
  }

  private ArtifactStore open(String location) {
    return registry.open(
        registry.resolve(Location.of(location), StoreSettings.none(), StoreRole.INPUT),
        StoreRole.INPUT);
  }
}
