package io.github.fuseml.ovms.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.StoreRole;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** What has to be on the class path for what. */
class ClassPathTest {
  private static final Location OBJECT = Location.of("gs://bucket/a");

  @Test
  void theProviderIsFoundByServiceLoader() {
    assertThat(ServiceLoader.load(ArtifactStoreProvider.class))
        .anyMatch(GcsStoreProvider.class::isInstance);
  }

  @Test
  void givenNoClientOfGooglesWhenAProviderIsAskedThenItAnswers() throws Exception {
    ArtifactStoreProvider provider = providerWithout("com.google.", "org.apache.");

    assertThat(provider.settings()).isNotEmpty();
    assertThat(provider.endpoint(OBJECT, StoreSettings.none())).isPresent();
    assertThatExceptionOfType(NoClassDefFoundError.class)
        .isThrownBy(() -> provider.open(StoreSettings.none(), StoreRole.INPUT));
  }

  @Test
  void givenNoStoreOfS3WhenAnHmacKeyIsGivenThenTheMissingArtifactIsNamed() throws Exception {
    ArtifactStoreProvider provider = providerWithout("io.github.fuseml.ovms.s3.");
    StoreSettings key =
        StoreSettings.of(Map.of("accessKeyId", "GOOG1", "secretAccessKey", "secret"));

    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> provider.open(key, StoreRole.INPUT))
        .withMessageContaining("io.github.fuseml:ovms-converter-s3");
    provider.open(StoreSettings.none(), StoreRole.INPUT).close();
  }

  private static ArtifactStoreProvider providerWithout(String... hidden) throws Exception {
    ClassLoader loader = new Hiding(hidden);
    return (ArtifactStoreProvider) loader
        .loadClass(GcsStoreProvider.class.getName())
        .getDeclaredConstructor()
        .newInstance();
  }

  /** Loads this module's classes anew, and finds none of those that are hidden. */
  private static final class Hiding extends ClassLoader {
    private final String[] hidden;

    Hiding(String... hidden) {
      super(ClassPathTest.class.getClassLoader());
      this.hidden = hidden;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      for (String prefix : hidden) {
        if (name.startsWith(prefix)) {
          throw new ClassNotFoundException(name);
        }
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded != null) {
          return loaded;
        }
        return name.startsWith("io.github.fuseml.ovms.gcs.")
            ? define(name)
            : super.loadClass(name, resolve);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
