package io.github.fuseml.ovms.mlflow;

import io.github.fuseml.ovms.spi.Content;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A part of a content as a content of its own.
 *
 * @param whole the content
 * @param offset where the part begins
 * @param size how many bytes it has
 * @param sent adds up what all parts have told of being sent
 */
record Part(Content whole, long offset, long size, AtomicLong sent) implements Content {
  @Override
  public InputStream open(long from, long length) throws IOException {
    return whole.open(offset + from, length);
  }

  @Override
  public void sent(long bytes) {
    sent.addAndGet(bytes);
    whole.sent(bytes);
  }

  @Override
  public String toString() {
    return whole.toString();
  }
}
