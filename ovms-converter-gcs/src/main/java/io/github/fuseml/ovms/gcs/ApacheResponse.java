package io.github.fuseml.ovms.gcs;

import com.google.api.client.http.LowLevelHttpResponse;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.message.StatusLine;
import org.jspecify.annotations.Nullable;

/** One response for Google's client. */
final class ApacheResponse extends LowLevelHttpResponse {
  private final HttpUriRequestBase request;
  private final ClassicHttpResponse response;
  private final Header[] headers;
  private final @Nullable InputStream content;

  ApacheResponse(HttpUriRequestBase request, ClassicHttpResponse response) throws IOException {
    this.request = request;
    this.response = response;
    headers = response.getHeaders();
    HttpEntity entity = response.getEntity();
    content = entity == null ? null : new Content(entity.getContent());
  }

  @Override
  public @Nullable InputStream getContent() {
    return content;
  }

  @Override
  public @Nullable String getContentEncoding() {
    return response.getEntity() == null ? null : response.getEntity().getContentEncoding();
  }

  @Override
  public long getContentLength() {
    return response.getEntity() == null ? -1 : response.getEntity().getContentLength();
  }

  @Override
  public @Nullable String getContentType() {
    return response.getEntity() == null ? null : response.getEntity().getContentType();
  }

  @Override
  public String getStatusLine() {
    return new StatusLine(response).toString();
  }

  @Override
  public int getStatusCode() {
    return response.getCode();
  }

  @Override
  public String getReasonPhrase() {
    return response.getReasonPhrase();
  }

  @Override
  public int getHeaderCount() {
    return headers.length;
  }

  @Override
  public String getHeaderName(int index) {
    return headers[index].getName();
  }

  @Override
  public String getHeaderValue(int index) {
    return headers[index].getValue();
  }

  @Override
  public void disconnect() throws IOException {
    if (content == null) {
      response.close();
    } else {
      content.close();
    }
  }

  /** The body. Closed before its end it cuts the connection, from any thread. */
  private final class Content extends FilterInputStream {
    private long count;
    private volatile boolean complete;

    Content(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      arrived(value < 0 ? -1 : 1);
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int arrived = in.read(bytes, offset, length);
      arrived(arrived);
      return arrived;
    }

    private void arrived(int bytes) {
      count += Math.max(bytes, 0);
      complete = bytes < 0 || count == getContentLength();
    }

    @Override
    public void close() throws IOException {
      if (complete) {
        in.close(); // The connection serves the next request.
        response.close();
      } else {
        request.cancel();
      }
    }
  }
}
