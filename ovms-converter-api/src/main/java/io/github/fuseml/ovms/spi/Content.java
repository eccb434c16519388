package io.github.fuseml.ovms.spi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is written to a store: bytes that can be read again and again, also from several threads at
 * once and from any place, so that parts can go up in parallel and a part that was cut can be sent
 * again. Thread-safe.
 */
public interface Content {
  /**
   * How many bytes there are.
   *
   * @return the size, known from the start
   * @throws java.io.UncheckedIOException if it is the size of a file that is not there
   */
  long size();

  /**
   * Opens a part of it.
   *
   * <p>Where the source is another store, opening it and reading the stream may both fail with that
   * store's error: with an {@code OvmsConverterException}, or with an {@code IOException} that has
   * one as its cause. A writer passes that error on as it is.
   *
   * @param offset the first byte, from 0 to the size
   * @param length how many bytes, from 0 to what is left
   * @return exactly these bytes, to be closed by the caller
   * @throws IOException if it cannot be read
   */
  InputStream open(long offset, long length) throws IOException;

  /**
   * The file that holds all of it, where there is one.
   *
   * @return a path that is only read from
   */
  default Optional<Path> file() {
    return Optional.empty();
  }

  /**
   * Whether {@link #file()} may be moved away instead of copied by a write that succeeds.
   *
   * @return false unless overridden
   */
  default boolean isDisposable() {
    return false;
  }

  /**
   * Hears from the store how far the write is; for the display of progress. Several threads may
   * call it at once. When the write succeeds, what they told adds up to {@link #size()}.
   *
   * @param bytes how many more bytes have arrived there; negative when some have to be sent again
   */
  default void sent(long bytes) {}

  /**
   * A file of this machine, which is not changed.
   *
   * @param file a file that stays as it is during the write
   * @return its content; its size is found when it is asked for
   */
  static Content of(Path file) {
    return new FileContent(file, false);
  }

  /**
   * A temporary file of this machine, which a store may move away instead of copying it.
   *
   * @param file a file that nobody needs after a write that succeeds
   * @return its content
   */
  static Content ofDisposable(Path file) {
    return new FileContent(file, true);
  }
}
