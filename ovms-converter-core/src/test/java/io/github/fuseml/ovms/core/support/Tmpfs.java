package io.github.fuseml.ovms.core.support;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A disk of 64 KiB. Mounting needs root; a test that needs it fails without, for a disk that runs full
 * is what it is about.
 */
public final class Tmpfs implements AutoCloseable {
  private static final int SIZE = 64 * 1024;

  private final Path directory;

  private Tmpfs(Path directory) {
    this.directory = directory;
  }

  public static Tmpfs mount(Path directory) {
    return mount(directory, "size=" + SIZE);
  }

  /** A disk that has room for some names only: directories and files without content count. */
  public static Tmpfs withNames(Path directory, int names) {
    return mount(directory, "size=" + SIZE + ",nr_inodes=" + (names + 1));
  }

  private static Tmpfs mount(Path directory, String options) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run("mount", "-t", "tmpfs", "-o", options, "ovms-converter-test", directory.toString());
    return new Tmpfs(directory);
  }

  public Path path() {
    return directory;
  }

  /** Fills it up to the last byte. */
  public Tmpfs fill() {
    return fillBut(0);
  }

  /** Fills it up to some bytes, in the disk's own steps of 4 KiB. */
  public Tmpfs fillBut(int free) {
    try (OutputStream out = Files.newOutputStream(directory.resolve("filler"))) {
      out.write(new byte[SIZE - free]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public Tmpfs makeReadOnly() {
    run("mount", "-o", "remount,ro", directory.toString());
    return this;
  }

  /** What is there beside the filler. */
  public String[] names() {
    String[] names = directory.toFile().list((parent, name) -> !name.equals("filler"));
    return names == null ? new String[0] : names;
  }

  @Override
  public void close() {
    run("umount", directory.toString());
  }

  private static void run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new AssertionError("this test mounts a small disk, for which it has to run as root"
            + " with the right to mount: " + String.join(" ", command) + ": " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
