package io.github.fuseml.ovms.api;

/**
 * Something that widens the converter: a store, a format or an engine. The interfaces to implement
 * are in {@code io.github.fuseml.ovms.spi}; a class that implements none of them is refused when
 * the converter is built.
 */
public interface Extension {
  /**
   * The extension's unique name among those of its kind, for example {@code s3} or {@code onnx}. It
   * appears in messages, plans and options. Two extensions of one kind with the same id are an
   * error that names both classes.
   *
   * @return lower-case letters, digits, {@code -}, {@code _} and {@code .}
   */
  String id();
}
