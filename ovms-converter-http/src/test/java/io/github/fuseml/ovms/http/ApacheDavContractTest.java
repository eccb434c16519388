package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.testkit.ArtifactStoreContract;
import io.github.fuseml.ovms.testkit.server.ApacheDavServer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract with Apache's WebDAV, reading and writing. */
class ApacheDavContractTest extends ArtifactStoreContract {
  private static final AtomicInteger BASES = new AtomicInteger();
  private static ApacheDavServer server;
  private static ServedDirectory served;

  @BeforeAll
  static void start() {
    server = ApacheDavServer.start();
    served = new ServedDirectory(server.root(), server.url("/dav/"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected ArtifactStoreProvider provider() {
    return new HttpStoreProvider();
  }

  @Override
  protected Map<String, String> deviations() {
    return Map.of(
        "givenAReaderWhenTheArtifactIsReplacedAgainAndAgainThenItSeesOneContentOrTheOther",
        "Apache rewrites an existing file in place, under the hands of those who read it; only what"
            + " is created appears whole");
  }

  @Override
  protected Location newBase() {
    return Location.of(server.url("/dav/base-" + BASES.incrementAndGet()).toString());
  }

  /** Thousands of files at once, behind the server's back; the server writes all others. */
  @Override
  protected void putAll(Location below, Map<String, byte[]> contents) {
    contents.forEach((path, content) -> served.put(below.resolve(path), content));
  }
}
