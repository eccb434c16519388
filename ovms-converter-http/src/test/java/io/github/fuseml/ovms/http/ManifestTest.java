package io.github.fuseml.ovms.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.ChecksumAlgorithm;
import io.github.fuseml.ovms.testkit.server.NginxServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories by our manifest. */
class ManifestTest {
  private static final String SHA256 = "ab".repeat(32);
  private static NginxServer nginx;
  private static ServedDirectory served;

  @BeforeAll
  static void start() {
    nginx = NginxServer.start();
    served = new ServedDirectory(nginx.root(), nginx.url("/"));
  }

  @AfterAll
  static void stop() {
    nginx.close();
  }

  private static Location directoryWith(String manifest) {
    Location directory = served.newBase();
    served.put(directory.resolve("ovms-manifest.json"), manifest.getBytes(StandardCharsets.UTF_8));
    return directory;
  }

  @Test
  void givenAManifestWhenListedThenItsFilesAreThereWithTheirChecksums() throws IOException {
    Location directory = directoryWith("{\"version\": 1, \"files\": ["
        + "{\"path\": \"b/ü c\", \"size\": 3, \"sha256\": \"" + SHA256.toUpperCase(Locale.ROOT)
        + "\"},"
        + "{\"path\": \"a\", \"size\": 0}]}");
    served.put(directory.resolve("b/ü c"), new byte[] {1, 2, 3});
    served.put(directory.resolve("not listed"), new byte[] {1});

    try (ArtifactStore store = Stores.input()) {
      List<Artifact> listed = store.list(directory);

      assertThat(listed).extracting(Artifact::path).containsExactly("a", "b/ü c");
      assertThat(store.checksums(listed.get(0))).isEmpty();
      assertThat(store.checksums(listed.get(1)))
          .containsExactly(new Checksum(ChecksumAlgorithm.SHA256, SHA256));
      assertThat(Stores.read(store, listed.get(1), 1, -1)).containsExactly(2, 3);
      assertThat(store.listDirectories(directory)).containsExactly("b");
      assertThat(store.exists(directory)).isTrue();
    }
  }

  @Test
  void givenAFileOfAnotherSizeWhenReadThenItIsRefused() {
    Location directory =
        directoryWith("{\"version\": 1, \"files\": [{\"path\": \"a\", \"size\": 4}]}");
    served.put(directory.resolve("a"), new byte[] {1, 2, 3});

    try (ArtifactStore store = Stores.input()) {
      Artifact listed = store.list(directory).get(0);

      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> Stores.read(store, listed, 0, -1))
          .withMessageContaining("3 bytes and not 4");
      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> Stores.read(store, listed, 1, 2));
    }
  }

  @Test
  void givenAManifestWhereFilesAreWrittenWhenListedThenTheServersOwnListingCounts() {
    Location directory = directoryWith("{\"version\": 1, \"files\": []}");
    served.put(directory.resolve("new"), new byte[] {1});

    try (ArtifactStore store = Stores.output()) {
      assertThat(store.list(directory))
          .extracting(Artifact::path)
          .containsExactly("new", "ovms-manifest.json");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "{}",
        "{\"version\": 2, \"files\": []}",
        "{\"version\": 1}",
        "{\"version\": 1, \"files\": {}}",
        "{\"version\": 1, \"files\": [1]}",
        "{\"version\": 1, \"files\": [{\"path\": \"a\"}]}",
        "{\"version\": 1, \"files\": [{\"path\": \"a\", \"size\": -1}]}",
        "{\"version\": 1, \"files\": [{\"path\": \"a\", \"size\": 1.5}]}",
        "{\"version\": 1, \"files\": [{\"path\": \"a\", \"size\": 1, \"sha256\": \"xy\"}]}",
        "{\"version\": 1, \"files\": [{\"path\": \"a\", \"size\": 1}, {\"path\": \"a\", \"size\": 1}]}",
        "{\"version\": 1, \"files\": [{\"path\": \"../a\", \"size\": 1}]}",
        "{\"version\": 1, \"files\": [{\"path\": \"/a\", \"size\": 1}]}",
        "{\"version\": 1, \"files\": [{\"path\": \"a\\\\b\", \"size\": 1}]}",
        "{\"version\": 1, \"files\": [{\"path\": \"a\\u0000b\", \"size\": 1}]}"
      })
  void givenAManifestThatIsNotOneOrUnsafeWhenListedThenItIsRefused(String manifest) {
    Location directory = directoryWith(manifest);

    try (ArtifactStore store = Stores.input()) {
      assertThatExceptionOfType(TransferException.class).isThrownBy(() -> store.list(directory));
    }
  }
}
