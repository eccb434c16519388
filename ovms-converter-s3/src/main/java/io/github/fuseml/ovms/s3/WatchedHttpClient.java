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
            .responseBody(answer
                .responseBody()
                .map(body -> watch(body, contentLength(answer)))
                .orElse(null))
            .build();
      }
    }

    private static long contentLength(HttpExecuteResponse answer) {
      return answer
          .httpResponse()
          .firstMatchingHeader("Content-Length")
          .map(Long::valueOf)
          .orElse(AnswerBody.UNKNOWN);
    }

    private AbortableInputStream watch(AbortableInputStream body, long length) {
      return AbortableInputStream.create(new AnswerBody(body, length), body);
    }

    @Override
    public void abort() {
      request.abort();
    }

    /** Is watched while it is waited for, and never waited for once nobody wants its rest. */
    private final class AnswerBody extends FilterInputStream {
      static final long UNKNOWN = Long.MAX_VALUE;

      private final AbortableInputStream body;
      private long rest;

      AnswerBody(AbortableInputStream body, long length) {
        super(body);
        this.body = body;
        rest = length;
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
          int count = super.read(bytes, offset, length);
          rest = count < 0 ? 0 : rest - count;
          return count;
        } finally {
          begun.close();
        }
      }

      // The client would read the rest, for as long as it takes, to use the connection again. The
      // SDK
      // closes bodies like this when it is interrupted, and has cleared the thread's flag by then.
      @Override
      public void close() throws IOException {
        if (rest > 0) {
          body.abort();
        }
        super.close();
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
