package io.github.fuseml.ovms.gcs;

import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** One request of Google's client, sent by Apache's. */
final class ApacheRequest extends LowLevelHttpRequest {
  private final CloseableHttpClient client;
  private final HttpUriRequestBase request;
  private final ScheduledExecutorService watch;
  private Duration patience = Duration.ofMinutes(1);

  ApacheRequest(
      CloseableHttpClient client, HttpUriRequestBase request, ScheduledExecutorService watch) {
    this.client = client;
    this.request = request;
    this.watch = watch;
  }

  @Override
  public void addHeader(String name, String value) {
    request.addHeader(name, value);
  }

  /** The time to connect is the client's. */
  @Override
  public void setTimeout(int connectTimeout, int readTimeout) {
    if (readTimeout > 0) {
      patience = Duration.ofMillis(readTimeout);
    }
  }

  @Override
  public LowLevelHttpResponse execute() throws IOException {
    if (getStreamingContent() != null) {
      request.setEntity(new Body());
    }
    request.setConfig(
        RequestConfig.custom().setResponseTimeout(Timeout.of(patience)).build());
    try {
      return new ApacheResponse(
          request, client.executeOpen(RoutingSupport.determineHost(request), request, null));
    } catch (HttpException e) {
      throw new IOException("the request's host is not valid", e);
    }
  }

  /** What is sent. A body that makes no way for too long is cut: sockets do not limit that. */
  private final class Body extends AbstractHttpEntity {
    Body() {
      super(
          ApacheRequest.this.getContentType(),
          ApacheRequest.this.getContentEncoding(),
          ApacheRequest.this.getContentLength() < 0);
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      try (UploadWatch begun = new UploadWatch(watch, patience, request::cancel)) {
        getStreamingContent().writeTo(begun.watched(out));
      }
    }

    @Override
    public long getContentLength() {
      return ApacheRequest.this.getContentLength();
    }

    @Override
    public boolean isStreaming() {
      return false;
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public @Nullable InputStream getContent() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
