package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.testkit.StoreFaultsContract;
import io.github.fuseml.ovms.testkit.server.ApacheDavServer;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What networks do between the store and a server that speaks WebDAV. */
class DavFaultsTest extends StoreFaultsContract {
  private static final AtomicInteger BASES = new AtomicInteger();
  private static ApacheDavServer apache;

  @BeforeAll
  static void start() {
    apache = ApacheDavServer.start();
  }

  @AfterAll
  static void stop() {
    apache.close();
  }

  @Override
  protected URI server() {
    return apache.url();
  }

  @Override
  protected ArtifactStoreProvider provider() {
    return new HttpStoreProvider();
  }

  @Override
  protected StoreSettings impatientSettings() {
    return Stores.settings("answerTimeout", "1s");
  }

  /** WebDAV has no checksums. */
  @Override
  protected boolean noticesDamagedUploads() {
    return false;
  }

  @Override
  protected Location newBase() {
    return Stores.at(line().url("/dav/base-" + BASES.incrementAndGet()));
  }
}
