package io.github.fuseml.ovms.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/** An HTTP client whose requests end soon when their thread is interrupted, and never stand still. */
final class WatchedHttpClient implements SdkHttpClient {
  private final SdkHttpClient client;
  private final RequestWatch watch;

  WatchedHttpClient(SdkHttpClient client, RequestWatch watch) {
    this.client = client;
    this.watch = watch;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new WatchedRequest(request);
  }

  @Override
  public String clientName() {
    return client.clientName();
  }

  @Override
  public void close() {
    client.close();
    watch.close();
  }

  private final class WatchedRequest implements ExecutableHttpRequest {
    private final ExecutableHttpRequest request;
    private RequestWatch.@Nullable Watched watched;

    WatchedRequest(HttpExecuteRequest request) {
      ContentStreamProvider body = request.contentStreamProvider().orElse(null);
      this.request = client.prepareRequest(
          body == null
              ? request
              : HttpExecuteRequest.builder()
                  .request(request.httpRequest())
                  .metricCollector(request.metricCollector().orElse(null))
                  .contentStreamProvider(() -> new Body(body.newStream()))
                  .build());
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
      try (RequestWatch.Watched begun = watch.begin(request::abort)) {
        watched = begun;
        HttpExecuteResponse answer = request.call();
        return HttpExecuteResponse.builder()
            .response(answer.httpResponse())
            .responseBody(answer.responseBody().map(this::watch).orElse(null))
            .build();
      }
    }

    private AbortableInputStream watch(AbortableInputStream body) {
      return AbortableInputStream.create(new AnswerBody(body), body);
    }

    @Override
    public void abort() {
      request.abort();
    }

    /** Is watched while it is waited for. */
    private final class AnswerBody extends FilterInputStream {
      private final AbortableInputStream body;

      AnswerBody(AbortableInputStream body) {
        super(body);
        this.body = body;
      }

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        RequestWatch.Watched begun = watch.begin(body::abort);
        try {
          return super.read(bytes, offset, length);
        } finally {
          begun.close();
        }
      }
    }

    /** Tells of each step while it is sent. */
    private final class Body extends FilterInputStream {
      Body(InputStream in) {
        super(in);
      }

      @Override
      public int read() throws IOException {
        return noted(super.read());
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        return noted(super.read(bytes, offset, length));
      }

      private int noted(int count) {
        RequestWatch.Watched begun = watched;
        if (begun != null) {
          if (count < 0) {
            begun.arrived();
          } else {
            begun.onWay();
          }
        }
        return count;
      }
    }
  }
}
