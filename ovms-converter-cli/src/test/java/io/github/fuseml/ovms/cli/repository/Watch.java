package io.github.fuseml.ovms.cli.repository;

import io.github.fuseml.ovms.testkit.IrRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Polls a repository all the time and remembers what should never be seen: a pair that nobody
 * published, and a newest version that vanishes.
 */
final class Watch implements AutoCloseable {
  /**
   * What may be loaded.
   *
   * @param xml the description
   * @param bin its weights
   * @param samples what its framework gives for some inputs
   */
  record Variant(Path xml, Path bin, Path samples) {}

  private final OvmsReader reader;
  private final List<Variant> variants;
  private final IrRunner runtime;
  private final Path directory;
  private final Thread thread;
  private volatile boolean ended;
  private volatile Throwable bad;
  private final AtomicLong polls = new AtomicLong();
  private volatile long newest;
  private final boolean replaced;
  private final Set<Variant> seen = ConcurrentHashMap.newKeySet();

  Watch(OvmsReader reader, List<Variant> variants, IrRunner runtime, Path directory) {
    this(reader, variants, runtime, directory, false);
  }

  private Watch(
      OvmsReader reader,
      List<Variant> variants,
      IrRunner runtime,
      Path directory,
      boolean replaced) {
    this.replaced = replaced;
    this.reader = reader;
    this.variants = variants;
    this.runtime = runtime;
    this.directory = directory;
    this.thread = new Thread(this::watch, "ovms-reader");
    thread.start();
  }

  /** Watches a model of one version that is replaced again and again, and may vanish for a while. */
  static Watch ofReplaced(
      OvmsReader reader, List<Variant> variants, IrRunner runtime, Path directory) {
    return new Watch(reader, variants, runtime, directory, true);
  }

  private void watch() {
    try {
      while (!ended) {
        look();
      }
      look();
    } catch (Throwable e) {
      bad = e;
    }
  }

  private void look() throws IOException {
    Optional<OvmsReader.Loaded> loaded = reader.poll();
    polls.incrementAndGet();
    long version = loaded.map(OvmsReader.Loaded::version).orElse(0L);
    if (replaced) {
      if (version > 0) {
        load(loaded.orElseThrow());
      }
      return;
    }
    if (version < newest) {
      throw new AssertionError("version " + newest + " has vanished; there is " + version);
    }
    if (version > newest) {
      load(loaded.orElseThrow());
      newest = version;
    }
  }

  /** Loads what it sees with OpenVINO, and runs it. */
  private void load(OvmsReader.Loaded loaded) throws IOException {
    for (Variant variant : variants) {
      if (Arrays.equals(Files.readAllBytes(variant.xml()), loaded.xml())
          && Arrays.equals(Files.readAllBytes(variant.bin()), loaded.bin())) {
        if (seen.add(variant) || !replaced) {
          run(loaded, variant);
        }
        return;
      }
    }
    throw new AssertionError("version " + loaded.version() + " is a pair that nobody published");
  }

  private void run(OvmsReader.Loaded loaded, Variant variant) throws IOException {
    Path copy = Files.createDirectories(directory.resolve("loaded-" + loaded.version()));
    Files.write(copy.resolve("m.xml"), loaded.xml());
    Files.write(copy.resolve("m.bin"), loaded.bin());
    IrRunner.Comparison compared = runtime.compare(
        copy.resolve("m.xml"), variant.samples(), new IrRunner.Tolerance(0.01, 0.01));
    compared.outputs().forEach((name, difference) -> {
      if (difference.beyond() > 0) {
        throw new AssertionError(
            "version " + loaded.version() + " computes something else: " + difference);
      }
    });
  }

  /** The newest version that was loaded. */
  long newest() {
    return newest;
  }

  /** How many of the variants were loaded. */
  int variants() {
    return seen.size();
  }

  long polls() {
    return polls.get();
  }

  /** Ends watching, and fails if something was wrong. */
  @Override
  public void close() {
    ended = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (bad != null) {
      throw new AssertionError("a bad load", bad);
    }
  }
}
