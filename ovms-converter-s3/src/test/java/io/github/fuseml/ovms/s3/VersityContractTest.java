package io.github.fuseml.ovms.s3;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.testkit.ArtifactStoreContract;
import io.github.fuseml.ovms.testkit.server.VersityServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The store's contract on Versity S3 Gateway, a server of another make. */
class VersityContractTest extends ArtifactStoreContract {
  private static final AtomicInteger BASES = new AtomicInteger();
  private static VersityServer server;

  @BeforeAll
  static void start() {
    server = VersityServer.start();
    server.createBucket("contract");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected ArtifactStoreProvider provider() {
    return new S3StoreProvider();
  }

  @Override
  protected StoreSettings settings() {
    return Stores.settings(
        server.url("").toString(),
        VersityServer.ACCESS_KEY,
        VersityServer.SECRET_KEY,
        "signPayload",
        "true");
  }

  @Override
  protected Map<String, String> deviations() {
    return Map.of(
        "givenADirectoryOfThatNameWhenAnArtifactIsWrittenThenItFailsAndNothingChanges",
        "its directories are those of a file system, and it takes an object beside one");
  }

  @Override
  protected Location newBase() {
    return Location.of("s3://contract/base-" + BASES.incrementAndGet());
  }

  @Override
  protected void putAll(Location below, Map<String, byte[]> contents) {
    contents.entrySet().parallelStream()
        .forEach(entry -> put(below.resolve(entry.getKey()), entry.getValue()));
  }

  @Override
  protected List<String> hostilePaths() {
    return List.of(); // It keeps objects as files, which cannot have such names.
  }
}
