package io.github.fuseml.ovms.gcs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HMAC keys, as a FuseML step has them in the variables of AWS. */
class InteropTest {
  private static final Location OBJECT = Location.of("gs://interop/model/a");
  private static final GcsStoreProvider PROVIDER = new GcsStoreProvider();

  private static MinioServer server;

  @TempDir
  private Path directory;

  @BeforeAll
  static void start() {
    server = MinioServer.start();
    server.createBucket("interop");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static StoreSettings ofStep(String endpoint) {
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_ACCESS_KEY_ID", MinioServer.ACCESS_KEY);
    environment.put("AWS_SECRET_ACCESS_KEY", MinioServer.SECRET_KEY);
    environment.put("S3_ENDPOINT", endpoint);
    return StoreSettings.fromEnvironment(PROVIDER.settings(), environment, "");
  }

  @Test
  void givenAnHmacKeyWhenWrittenAndReadThenTheS3CompatibleApiServes() throws IOException {
    Path file = Files.writeString(directory.resolve("a"), "content");

    try (ArtifactStore store = PROVIDER.open(ofStep(server.url().toString()), StoreRole.OUTPUT)) {
      store.write(OBJECT, file, WriteMode.CREATE_ONLY);
      Artifact found = store.list(Location.of("gs://interop/model")).get(0);

      assertThat(found.location()).isEqualTo(OBJECT);
      try (InputStream in = store.read(found, 0, -1)) {
        assertThat(in.readAllBytes()).asString().isEqualTo("content");
      }
      assertThat(store.capabilities()).contains(StoreCapability.WRITE);
    }
    assertThat(server.read("interop", "model/a")).isEqualTo("content");
  }

  @Test
  void givenTheDefaultEndpointOfTheStepWhenAnHmacKeyIsUsedThenItIsGoogles() {
    for (String endpoint : new String[] {"", "https://s3.amazonaws.com", "s3.amazonaws.com"}) {
      assertThat(PROVIDER.endpoint(OBJECT, ofStep(endpoint)))
          .contains(URI.create("https://storage.googleapis.com"));
    }
  }

  @Test
  void givenAnotherEndpointWhenAnHmacKeyIsUsedThenItIsThat() {
    assertThat(PROVIDER.endpoint(OBJECT, ofStep("http://127.0.0.1:9000")))
        .contains(URI.create("http://127.0.0.1:9000"));
  }
}
