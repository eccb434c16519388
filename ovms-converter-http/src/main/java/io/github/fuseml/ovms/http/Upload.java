package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Content;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A content on its way to a server, from its beginning each time that it is sent. */
final class Upload {
  private static final int CHUNK = 256 * 1024;

  private final Content content;
  private final long size;
  private volatile long lastTaken = System.nanoTime();
  private volatile @Nullable IOException failure;
  private long reported;
  private @Nullable Chunks sending;

  /**
   * Prepares a content.
   *
   * @throws OvmsConverterException if it cannot be read
   */
  Upload(Content content) {
    this.content = content;
    try {
      this.size = content.size();
      content.open(0, Math.min(1, size)).close(); // Missing or forbidden: before anything is sent.
    } catch (UncheckedIOException e) {
      throw unreadable(content, e.getCause());
    } catch (IOException e) {
      throw unreadable(content, e);
    }
  }

  long size() {
    return size;
  }

  /** The content once more, to compare with. */
  InputStream open() throws IOException {
    return content.open(0, size);
  }

  /** The body of a request. The one before it is given up. */
  BodyPublisher publisher() {
    giveUp();
    lastTaken = System.nanoTime();
    failure = null;
    return size == 0
        ? BodyPublishers.noBody()
        : BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(this::begin), size);
  }

  private synchronized Chunks begin() {
    sending = new Chunks();
    return sending;
  }

  /** Takes back what was told of the progress, and sends no more of the content. */
  synchronized void giveUp() {
    if (sending != null) {
      sending.close();
      sending = null;
    }
    content.sent(-reported);
    reported = 0;
  }

  /** Ends a piece: the client may still ask for it when the request was given up. */
  private synchronized void arrived(Chunks chunks, int count) throws IOException {
    if (sending != chunks) {
      throw new IOException("the upload was given up");
    }
    lastTaken = System.nanoTime();
    reported += count;
    content.sent(count);
  }

  /** How long the client has taken no byte. */
  Duration idle() {
    return Duration.ofNanos(System.nanoTime() - lastTaken);
  }

  /** Why the content could not be read to its end, if that is why a request failed. */
  Optional<OvmsConverterException> failure() {
    IOException error = failure;
    return error == null ? Optional.empty() : Optional.of(unreadable(content, error));
  }

  private static OvmsConverterException unreadable(Content content, @Nullable IOException error) {
    if (error != null && error.getCause() instanceof OvmsConverterException own) {
      return own;
    }
    return new TransferException(
        Problem.of("read what is to be written,")
            .on(content)
            .found(error == null ? "it failed" : String.valueOf(error.getMessage()))
            .remedy("check that it is there, readable, and not changed meanwhile"),
        error);
  }

  /** The content piece by piece; used by one thread at a time. */
  private final class Chunks implements Iterator<byte[]> {
    private volatile @Nullable InputStream in;
    private long left = size;

    @Override
    public boolean hasNext() {
      return left > 0;
    }

    @Override
    public byte[] next() {
      if (left == 0) {
        throw new NoSuchElementException();
      }
      try {
        InputStream open = in;
        if (open == null) {
          open = content.open(0, size);
          in = open;
        }
        byte[] chunk = open.readNBytes((int) Math.min(CHUNK, left));
        if (chunk.length == 0) {
          throw new EOFException("it became shorter while it was read");
        }
        left -= chunk.length;
        if (left == 0) {
          open.close();
        }
        arrived(this, chunk.length);
        return chunk;
      } catch (IOException | RuntimeException e) {
        // The content of another store may fail with that store's own error, which is unchecked.
        IOException error = e instanceof IOException io ? io : new IOException(e);
        failure = error;
        close();
        throw new UncheckedIOException(error);
      }
    }

    void close() {
      InputStream open = in;
      try {
        if (open != null) {
          open.close();
        }
      } catch (IOException e) {
        // The error that is on its way says more.
      }
    }
  }
}
