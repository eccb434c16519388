package io.github.fuseml.ovms.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer as a stream. Other than the client's own it fetches some buffers ahead, so
 * that the reader and the connection work at the same time; it gives up when no byte arrives for too
 * long; and closing it wakes a reader that waits and drops the connection, unless all of the body is
 * there already.
 *
 * <p>One thread reads; any may close.
 */
final class BodyStream extends InputStream implements HttpResponse.BodySubscriber<BodyStream> {
  /** How much waits for the reader at most, besides the one delivery that goes beyond it. */
  private static final int AHEAD = 512 * 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Deque<ByteBuffer> buffers = new ArrayDeque<>();
  private final Duration patience;
  private final long announced;

  private Flow.@Nullable Subscription subscription;
  private @Nullable Throwable failure;
  private long received;
  private int waiting;
  private boolean asked;
  private boolean complete;
  private boolean closed;

  /**
   * A body that is about to arrive.
   *
   * @param announced its length in bytes; -1 when the answer does not tell
   * @param patience how long no byte may arrive
   */
  BodyStream(long announced, Duration patience) {
    this.announced = announced;
    this.patience = patience;
  }

  @Override
  public CompletionStage<BodyStream> getBody() {
    // At once: whoever gets it reads while the body arrives.
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    if (accept(given)) {
      given.request(1);
    } else {
      given.cancel();
    }
  }

  private boolean accept(Flow.Subscription given) {
    lock.lock();
    try {
      if (closed || subscription != null) {
        return false;
      }
      subscription = given;
      asked = true;
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onNext(List<ByteBuffer> delivery) {
    lock.lock();
    try {
      asked = false;
      for (ByteBuffer buffer : delivery) {
        received += buffer.remaining();
        if (!closed && buffer.hasRemaining()) {
          waiting += buffer.remaining();
          buffers.add(buffer);
        }
      }
      arrived.signal();
    } finally {
      lock.unlock();
    }
    askForMore();
  }

  /** One delivery at a time, for as long as there is room. */
  private void askForMore() {
    Flow.Subscription from;
    lock.lock();
    try {
      from = subscription;
      if (from == null || asked || complete || waiting >= AHEAD) {
        return;
      }
      asked = true;
    } finally {
      lock.unlock();
    }
    from.request(1); // Outside of the lock: it may deliver in this very call.
  }

  @Override
  public void onError(Throwable error) {
    end(error);
  }

  @Override
  public void onComplete() {
    end(null);
  }

  private void end(@Nullable Throwable error) {
    lock.lock();
    try {
      failure = error;
      complete = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    int count = 0;
    lock.lock();
    try {
      if (!awaitBytes()) {
        return -1;
      }
      while (count < length && !buffers.isEmpty()) {
        ByteBuffer first = buffers.getFirst();
        int part = Math.min(first.remaining(), length - count);
        first.get(bytes, offset + count, part);
        count += part;
        if (!first.hasRemaining()) {
          buffers.removeFirst();
        }
      }
      waiting -= count;
    } finally {
      lock.unlock();
    }
    askForMore();
    return count;
  }

  /** Waits until there are bytes; false at the end of the body. */
  private boolean awaitBytes() throws IOException {
    long left = patience.toNanos();
    while (buffers.isEmpty() && !complete && !closed) {
      if (left <= 0) {
        throw new HttpTimeoutException("no byte arrived for " + patience.toSeconds() + " s");
      }
      try {
        left = arrived.awaitNanos(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted = new InterruptedIOException("interrupted");
        interrupted.initCause(e);
        throw interrupted;
      }
    }
    if (closed) {
      throw new IOException("the stream is closed");
    }
    if (!buffers.isEmpty()) {
      return true;
    }
    if (failure != null) {
      throw new IOException("the body ended early: " + failure.getMessage(), failure);
    }
    return false;
  }

  @Override
  public int available() {
    lock.lock();
    try {
      return closed ? 0 : waiting;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reads a little that may be left, so that the connection can be used again, and closes. An answer
   * whose body is of no interest ends here.
   */
  void discard() {
    try (this) {
      if (announced >= 0 && announced <= AHEAD) {
        // What is this short has mostly arrived already.
        transferTo(OutputStream.nullOutputStream());
      }
    } catch (IOException e) {
      // Nobody wanted it.
    }
  }

  @Override
  public void close() {
    Flow.Subscription from;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      waiting = 0;
      buffers.clear();
      arrived.signalAll();
      boolean allHere = complete || (announced >= 0 && received >= announced);
      from = allHere ? null : subscription;
    } finally {
      lock.unlock();
    }
    if (from != null) {
      from.cancel();
    } else {
      // The end may be on its way still; it takes a request to get there.
      askForMore();
    }
  }

  /** How long the body is by the answer's header; -1 when it does not tell. */
  long announced() {
    return announced;
  }
}
