package io.github.fuseml.ovms.core.internal.store;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lists a directory; follows symbolic links only while they stay inside it. What disappears meanwhile,
 * another run's temporary files for instance, is not there.
 */
final class FileLister {
  private final Path root;
  private final Path realRoot;
  private final List<Artifact> found = new ArrayList<>();
  /** The directories that are being visited by their own paths, which a loop of links meets again. */
  private final Deque<Path> visiting = new ArrayDeque<>();

  FileLister(Path root) throws IOException {
    this.root = root;
    this.realRoot = root.toRealPath();
  }

  List<Artifact> list() throws IOException {
    visit(realRoot, root, "");
    found.sort(Comparator.comparing(Artifact::path));
    return List.copyOf(found);
  }

  private void visit(Path real, Path directory, String prefix) throws IOException {
    List<Path> children;
    try (Stream<Path> stream = Files.list(directory)) {
      children = stream.toList();
    } catch (NoSuchFileException e) {
      return;
    }
    visiting.push(real);
    for (Path child : children) {
      if (Thread.currentThread().isInterrupted()) {
        throw new TransferException(
            Problem.of("list").on(root).found("the thread was interrupted").mayHelpToRetry());
      }
      String path = prefix + child.getFileName();
      if (Files.isSymbolicLink(child)) {
        visitLink(child, path);
      } else {
        visitOwn(real, child, path);
      }
    }
    visiting.pop();
  }

  private void visitOwn(Path realParent, Path child, String path) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes =
          Files.readAttributes(child, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return;
    }
    if (attributes.isDirectory()) {
      visit(realParent.resolve(child.getFileName()), child, path + "/");
    } else {
      add(child, path, attributes);
    }
  }

  private void visitLink(Path link, String path) throws IOException {
    Optional<Path> target = targetOf(link);
    if (target.isEmpty()) {
      return;
    }
    Path real = target.get();
    if (!real.startsWith(realRoot)) {
      throw new AccessDeniedException(Problem.of("list")
          .on(root)
          .found("the symbolic link '" + path + "' leads out of it, to " + real)
          .remedy("put the file itself into the directory"));
    }
    if (!Files.isDirectory(real)) {
      add(link, path, Files.readAttributes(real, BasicFileAttributes.class));
    } else if (visiting.stream().noneMatch(directory -> directory.startsWith(real))) {
      visit(real, link, path + "/");
    }
  }

  /** Where a link leads; empty when it names nothing: its target is missing, or it is a loop. */
  private static Optional<Path> targetOf(Path link) throws IOException {
    try {
      return Optional.of(link.toRealPath());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (FileSystemException e) {
      String reason = String.valueOf(e.getReason());
      if (reason.equals("Not a directory") || reason.startsWith("Too many levels of symbolic")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void add(Path file, String path, BasicFileAttributes attributes) {
    if (!attributes.isRegularFile()) {
      return;
    }
    if (path.indexOf('\\') >= 0) {
      throw new TransferException(Problem.of("list")
          .on(root)
          .found("the name '" + path + "' holds a backslash, which separates names elsewhere")
          .remedy("rename it"));
    }
    found.add(FileStore.artifact(file, path, attributes));
  }
}
