package io.github.fuseml.ovms.core.internal.detect.support;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ModelTree;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A local file or directory as a tree, which counts what is read of it. */
public final class DirectoryTree implements ModelTree {
  private final Path root;
  private final String name;
  private final boolean singleFile;
  private final List<Artifact> files;
  private long bytesRead;
  private int reads;

  private DirectoryTree(Path root, String name, boolean singleFile, List<Artifact> files) {
    this.root = root;
    this.name = name;
    this.singleFile = singleFile;
    this.files = files;
  }

  public static DirectoryTree of(Path source) {
    String name = source.getFileName().toString();
    if (!Files.isDirectory(source)) {
      Path parent = source.toAbsolutePath().getParent();
      return new DirectoryTree(parent, name, true, List.of(artifact(parent, source)));
    }
    try (Stream<Path> walk = Files.walk(source)) {
      List<Artifact> files = walk.filter(Files::isRegularFile)
          .map(file -> artifact(source, file))
          .sorted(Comparator.comparing(Artifact::path))
          .toList();
      return new DirectoryTree(source, name, false, files);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Artifact artifact(Path root, Path file) {
    try {
      String path = root.relativize(file.toAbsolutePath()).toString().replace('\\', '/');
      return new Artifact(Location.of(file), path, Files.size(file), null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The directory, or for a single file the directory that it lies in. */
  public Path root() {
    return root;
  }

  public long bytesRead() {
    return bytesRead;
  }

  public int reads() {
    return reads;
  }

  @Override
  public String name() {
    return name;
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
    Path file = root.resolve(path).normalize();
    return file.startsWith(root) && Files.isRegularFile(file)
        ? Optional.of(artifact(root, file))
        : Optional.empty();
  }

  @Override
  public byte[] read(Artifact file, long offset, int length) {
    if (length < 0 || length > 16 << 20) {
      throw new IllegalArgumentException("a read of " + length + " bytes");
    }
    try (RandomAccessFile in = new RandomAccessFile(root.resolve(file.path()).toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.max(0, Math.min(length, in.length() - offset))];
      in.seek(offset);
      in.readFully(bytes);
      bytesRead += bytes.length;
      reads++;
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
