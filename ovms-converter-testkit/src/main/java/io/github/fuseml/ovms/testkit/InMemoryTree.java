package io.github.fuseml.ovms.testkit;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ModelTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A tree of files in memory for the tests of detectors, which counts what is read. Not thread-safe.
 */
public final class InMemoryTree implements ModelTree {
  private static final int MAX_READ = 16 * 1024 * 1024;

  private final Location location;
  private final boolean singleFile;
  private final TreeMap<String, byte[]> contents;
  private final Map<String, Artifact> artifacts = new HashMap<>();
  private final List<Artifact> files;
  private long bytesRead;
  private int reads;

  private InMemoryTree(Location location, List<String> listed, Map<String, byte[]> contents) {
    this.location = location;
    this.contents = new TreeMap<>(contents);
    this.singleFile = listed.size() == 1 && location.name().equals(listed.get(0));
    Location directory = singleFile ? Location.of("memory://tree") : location;
    contents.forEach((path, content) ->
        artifacts.put(path, new Artifact(directory.resolve(path), path, content.length, "1")));
    this.files = listed.stream().map(this::artifact).toList();
  }

  private Artifact artifact(String path) {
    Artifact artifact = artifacts.get(path);
    if (artifact == null) {
      throw new IllegalArgumentException("no file '" + path + "' among " + contents.keySet());
    }
    return artifact;
  }

  /**
   * The tree of a directory.
   *
   * @param contents the content of each file by its path
   * @return the tree, whose name is {@code model}
   */
  public static InMemoryTree ofDirectory(Map<String, byte[]> contents) {
    return new InMemoryTree(
        Location.of("memory://tree/model"),
        List.copyOf(new TreeMap<>(contents).keySet()),
        contents);
  }

  /**
   * The tree of a single file, with others beside it.
   *
   * @param name the file's name
   * @param contents the content of each file by its path, the file itself among them
   * @return the tree, whose name is the file's
   */
  public static InMemoryTree ofFile(String name, Map<String, byte[]> contents) {
    return new InMemoryTree(Location.of("memory://tree/" + name), List.of(name), contents);
  }

  /**
   * The tree of what lies at a path of this machine.
   *
   * @param source a file or a directory, which is read whole
   * @return the tree
   */
  public static InMemoryTree read(Path source) {
    try {
      boolean file = Files.isRegularFile(source);
      Path directory = file ? source.toAbsolutePath().getParent() : source.toAbsolutePath();
      Map<String, byte[]> contents = new TreeMap<>();
      try (Stream<Path> paths = Files.walk(java.util.Objects.requireNonNull(directory))) {
        for (Path path : paths.filter(Files::isRegularFile).toList()) {
          String relative = directory.relativize(path).toString();
          contents.put(relative.replace('\\', '/'), Files.readAllBytes(path));
        }
      }
      return file ? ofFile(String.valueOf(source.getFileName()), contents) : ofDirectory(contents);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + source, e);
    }
  }

  @Override
  public String name() {
    return location.name();
  }

  @Override
  public boolean isSingleFile() {
    return singleFile;
  }

  @Override
  public List<Artifact> files() {
    return files;
  }

  @Override
  public Optional<Artifact> find(String path) {
    return Optional.ofNullable(artifacts.get(path));
  }

  @Override
  public byte[] read(Artifact file, long offset, int length) {
    if (offset < 0 || length < 0 || length > MAX_READ) {
      throw new IndexOutOfBoundsException(length + " bytes at " + offset + " of " + file.path());
    }
    byte[] content = contents.get(file.path());
    if (content == null || !file.equals(artifacts.get(file.path()))) {
      throw new IllegalArgumentException("no file of this tree: " + file);
    }
    reads++;
    if (offset >= content.length) {
      return new byte[0];
    }
    int count = (int) Math.min(length, content.length - offset);
    bytesRead += count;
    return Arrays.copyOfRange(content, (int) offset, (int) offset + count);
  }

  Map<String, byte[]> contents() {
    return contents;
  }

  /**
   * How many bytes were read so far.
   *
   * @return the bytes, those that were read twice counted twice
   */
  public long bytesRead() {
    return bytesRead;
  }

  /**
   * How many reads there were so far.
   *
   * @return the number of calls of {@link #read}
   */
  public int reads() {
    return reads;
  }
}
