package io.github.fuseml.ovms.gcs;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.testkit.ArtifactStoreContract;
import io.github.fuseml.ovms.testkit.server.FakeGcsServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The store's contract on fake-gcs-server. */
class FakeGcsContractTest extends ArtifactStoreContract {
  private static final AtomicInteger BASES = new AtomicInteger();
  private static FakeGcsServer server;

  @BeforeAll
  static void start() {
    server = FakeGcsServer.startInMemory();
    server.createBucket("contract");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected ArtifactStoreProvider provider() {
    return new GcsStoreProvider();
  }

  @Override
  protected StoreSettings settings() {
    return StoreSettings.of(Map.of("endpoint", server.url().toString()));
  }

  @Override
  protected Location newBase() {
    return Location.of("gs://contract/base-" + BASES.incrementAndGet());
  }

  @Override
  protected void putAll(Location below, Map<String, byte[]> contents) {
    contents.entrySet().parallelStream()
        .forEach(entry -> put(below.resolve(entry.getKey()), entry.getValue()));
  }

  @Override
  protected List<String> hostilePaths() {
    return List.of("../up", "a/../b", "./a", "a//b", "back\\slash", "nul\0character");
  }

  @Override
  protected boolean isObjectStore() {
    return true;
  }

  @Override
  protected boolean putEmptyDirectory(Location directory) {
    RawObjects.put(server, directory.value() + "/", new byte[0]);
    return true;
  }
}
