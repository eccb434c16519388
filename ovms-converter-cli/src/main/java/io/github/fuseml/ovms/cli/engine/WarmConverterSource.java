package io.github.fuseml.ovms.cli.engine;

import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.OvmsConverter;
import org.jspecify.annotations.Nullable;

/**
 * Builds a converter and starts its engine in the background, before anybody has looked at the
 * command line in earnest: the engine needs a quarter of a second to come up, and reading the
 * command line takes a good part of that too.
 *
 * <p>A glance at the raw arguments tells whether that is likely to be of use. What the command line
 * really says decides: other options get another converter.
 */
public final class WarmConverterSource implements ConverterSource {
  /** These make the usual engine useless, or no engine is needed. */
  private static final String[] REASONS_AGAINST = {
    "--python",
    "--optimizer",
    "--engine-",
    "--work-dir",
    "--parallelism",
    "--part-size",
    "--stall-timeout",
    "--transfer-time-limit",
    "--file-time-limit",
    "--no-install",
    "--output-format",
    "--dry-run",
    "--help",
    "-h"
  };

  private final ListenerRelay relay = new ListenerRelay();
  private final @Nullable Thread thread;
  private volatile @Nullable OvmsConverter ready;
  private volatile @Nullable RuntimeException failure;
  private boolean taken;

  private WarmConverterSource(boolean warm) {
    if (warm) {
      thread = new Thread(new WarmUp(this), "warm-up");
      thread.setDaemon(true);
    } else {
      thread = null;
    }
  }

  /**
   * Starts an engine if these arguments are likely to need it.
   *
   * @param arguments the raw command line
   * @return the source, at once
   */
  public static WarmConverterSource start(String[] arguments) {
    WarmConverterSource source = new WarmConverterSource(isWorthIt(arguments));
    if (source.thread != null) {
      source.thread.start();
    }
    return source;
  }

  static boolean isWorthIt(String[] arguments) {
    boolean converts = arguments.length > 1 && arguments[0].equals("convert");
    boolean runs = arguments.length > 0 && arguments[0].equals("run");
    if (!converts && !runs) {
      return false;
    }
    for (String argument : arguments) {
      for (String reason : REASONS_AGAINST) {
        if (argument.startsWith(reason)) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public OvmsConverter open(ConverterOptions options, ConversionListener listener) {
    if (thread != null && !taken && options.isUsual()) {
      taken = true;
      awaitWarmUp(thread);
      RuntimeException failed = failure;
      if (failed != null) {
        throw failed;
      }
      OvmsConverter converter = ready;
      if (converter != null) {
        relay.target(listener);
        return converter;
      }
    }
    return build(options, listener);
  }

  /** The thread is never interrupted and does not wait for the engine: this ends soon. */
  private static void awaitWarmUp(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static OvmsConverter build(ConverterOptions options, ConversionListener listener) {
    OvmsConverter.Builder builder =
        OvmsConverter.builder().discover().engine(options.engine()).listener(listener);
    if (options.workDirectory() != null) {
      builder.workDirectory(options.workDirectory());
    }
    if (options.transfer() != null) {
      builder.transfer(options.transfer());
    }
    return builder.build();
  }

  @Override
  public void close() {
    if (thread != null && !taken) {
      taken = true;
      awaitWarmUp(thread);
      OvmsConverter unused = ready;
      if (unused != null) {
        unused.close();
      }
    }
  }

  private static final class WarmUp implements Runnable {
    private final WarmConverterSource source;

    WarmUp(WarmConverterSource source) {
      this.source = source;
    }

    @Override
    public void run() {
      try {
        OvmsConverter converter = build(ConverterOptions.USUAL, source.relay);
        source.ready = converter;
        converter.warmUp();
      } catch (RuntimeException e) {
        source.failure = e;
      }
    }
  }
}
