package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.internal.transfer.StallWatch.WatchedStream;
import io.github.fuseml.ovms.spi.Artifact;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A part of an artifact that goes on from its last byte where a connection was cut or fell silent. A
 * request that the store refuses, or gave up after its own attempts, is final. Read by one thread.
 */
final class ResumingStream extends InputStream {
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;

  private final ReadContext context;
  private final Artifact artifact;
  private final long end;
  private long position;
  private int fruitless;
  private @Nullable WatchedStream stream;

  /** The part of an artifact from an offset on, which is within it. */
  ResumingStream(ReadContext context, Artifact artifact, long offset, long length) {
    this.context = context;
    this.artifact = artifact;
    this.position = offset;
    this.end = offset + length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    if (length == 0) {
      return 0;
    }
    if (position == end) {
      return -1;
    }
    while (true) {
      context.state().requireGoingOn();
      try {
        int count = current().read(buffer, offset, (int) Math.min(length, end - position));
        if (count < 0) {
          throw new EOFException("it ended too early");
        }
        position += count;
        fruitless = 0;
        if (position == end) {
          requireEnd(current());
          close();
        }
        return count;
      } catch (IOException e) {
        resume(e);
      }
    }
  }

  private WatchedStream current() throws IOException {
    if (stream == null) {
      stream = context.watch().watch(context.store().read(artifact, position, end - position));
    }
    return stream;
  }

  /** A client keeps a connection for the next request only if this one was read to its end. */
  private void requireEnd(WatchedStream open) throws IOException {
    if (!isAtEnd(open)) {
      throw new TransferException(Problem.of("read")
          .on(artifact.location())
          .found("more bytes came than were asked for")
          .remedy("check what is between here and the store")
          .mayHelpToRetry());
    }
  }

  private static boolean isAtEnd(WatchedStream open) {
    try {
      return open.isAtEnd();
    } catch (IOException e) {
      OvmsConverterException own = ownCause(e);
      if (own != null) {
        throw own;
      }
      return true; // Cut behind the last byte that was asked for: nothing is missing.
    }
  }

  private void resume(IOException error) throws IOException {
    boolean stalled = stream != null && stream.hasStalled();
    close();
    context.state().requireGoingOn();
    OvmsConverterException own = ownCause(error);
    if (own != null) {
      throw own;
    }
    if (++fruitless >= context.settings().attempts()) {
      throw cut(stalled, error);
    }
    if (fruitless > 1) { // The first time something may have come just before: go on at once.
      pause();
    }
  }

  /** The library's own error inside one of a stream: what the store itself has judged. */
  static @Nullable OvmsConverterException ownCause(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof OvmsConverterException own) {
        return own;
      }
    }
    return null;
  }

  private void pause() throws IOException {
    long limit = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(fruitless, 10));
    try {
      context.state().await(limit / 2 + ThreadLocalRandom.current().nextLong(limit / 2 + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the thread was interrupted");
    }
  }

  private TransferException cut(boolean stalled, IOException error) {
    String found = stalled
        ? "no byte came for " + context.settings().stallTimeout().toMillis() / 1000.0 + " s"
        : "the connection was cut (" + error.getMessage() + ")";
    return new TransferException(
        Problem.of("read")
            .on(artifact.location())
            .found("%s at byte %d of %d, %d times in a row"
                .formatted(found, position, artifact.size(), fruitless))
            .remedy("check the connection to the store, and try again")
            .mayHelpToRetry(),
        error);
  }

  @Override
  public void close() {
    WatchedStream open = stream;
    stream = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException | RuntimeException e) {
        // What was read is complete, or the error that is on its way says more.
      }
    }
  }
}
