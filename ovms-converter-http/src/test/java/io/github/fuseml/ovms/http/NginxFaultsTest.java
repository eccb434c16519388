package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.testkit.StoreFaultsContract;
import io.github.fuseml.ovms.testkit.server.NginxServer;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What networks do between the store and a web server with index pages. */
class NginxFaultsTest extends StoreFaultsContract {
  private static final AtomicInteger BASES = new AtomicInteger();
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

  @Override
  protected URI server() {
    return nginx.url();
  }

  @Override
  protected ArtifactStoreProvider provider() {
    return new HttpStoreProvider();
  }

  @Override
  protected StoreSettings settings() {
    return Stores.settings("writing", "none");
  }

  @Override
  protected StoreSettings impatientSettings() {
    return Stores.settings("answerTimeout", "1s");
  }

  @Override
  protected Location newBase() {
    return Stores.at(line().url("/base-" + BASES.incrementAndGet()));
  }

  /** Behind the server's back. */
  @Override
  protected void put(Location location, byte[] content) {
    String path = URI.create(location.toString()).getPath();
    served.put(served.location(path.substring(1)), content);
  }
}
