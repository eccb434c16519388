package io.github.fuseml.ovms.gcs;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import java.io.Closeable;
import java.net.URI;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.io.CloseMode;

/**
 * Carries the requests of Google's client by Apache's. Google's own transports wait for the rest of
 * a body when a response is closed early, and cannot be interrupted; this one cuts the connection.
 */
final class ApacheTransport extends HttpTransport implements Closeable {
  private final CloseableHttpClient client;
  private final ScheduledThreadPoolExecutor watch;

  ApacheTransport(CloseableHttpClient client) {
    this.client = client;
    watch = new ScheduledThreadPoolExecutor(1, task -> {
      Thread thread = new Thread(task, "gcs-upload-watch");
      thread.setDaemon(true);
      return thread;
    });
    watch.setRemoveOnCancelPolicy(true);
  }

  @Override
  public boolean supportsMethod(String method) {
    return true;
  }

  @Override
  protected LowLevelHttpRequest buildRequest(String method, String url) {
    return new ApacheRequest(client, new HttpUriRequestBase(method, URI.create(url)), watch);
  }

  @Override
  public void shutdown() {
    close();
  }

  @Override
  public void close() {
    watch.shutdownNow();
    client.close(CloseMode.IMMEDIATE);
  }
}
