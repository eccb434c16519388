package io.github.fuseml.ovms.cli.engine;

import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.OvmsConverter;

/** Where a command gets its converter from. */
public interface ConverterSource extends AutoCloseable {
  /**
   * A converter for one command.
   *
   * @param options what it is built with
   * @param listener hears its runs
   * @return a converter, closed by the caller
   */
  OvmsConverter open(ConverterOptions options, ConversionListener listener);

  /** Closes what was made ready and not used. */
  @Override
  void close();
}
