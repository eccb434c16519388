package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.core.internal.io.StagingName;
import io.github.fuseml.ovms.core.internal.io.Uninterrupted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Files of this machine that a copy is about to replace, kept under other names until it has succeeded:
 * by hard links, which cost no bytes. What cannot be linked, where the file system or the owner does not
 * allow it, is not kept. Thread-safe for different files.
 */
public final class KeptFiles implements AutoCloseable {
  private final Map<Path, Path> links;
  private final @Nullable StagingName name;

  private KeptFiles(Map<Path, Path> links, @Nullable StagingName name) {
    this.links = links;
    this.name = name;
  }

  /**
   * Keeps files.
   *
   * @param directory the directory that they are in or below
   * @param files those that are there
   * @return them, as far as they can be kept
   */
  public static KeptFiles of(Path directory, Collection<Path> files) {
    if (files.isEmpty()) {
      return new KeptFiles(Map.of(), null);
    }
    Map<Path, Path> links = new LinkedHashMap<>();
    StagingName name = null;
    try {
      name = StagingName.in(directory);
      Path kept = Files.createDirectory(name.path());
      for (Path file : files) {
        Path link = kept.resolve(Integer.toString(links.size()));
        Files.createLink(link, file);
        links.put(file, link);
      }
    } catch (IOException | UnsupportedOperationException e) {
      // The others would fail alike; and whether a copy can be undone must not decide on its
      // success.
    }
    return new KeptFiles(Map.copyOf(links), name);
  }

  /**
   * Whether a file is kept.
   *
   * @param file a path that was given
   * @return true if it can be put back
   */
  public boolean holds(Path file) {
    return links.containsKey(file);
  }

  /**
   * Puts a file back, over what is there by now.
   *
   * @param file a path that was given
   * @throws IOException if it is not kept, or the disk refuses
   */
  public void putBack(Path file) throws IOException {
    Path link = links.get(file);
    if (link == null) {
      throw new IOException("it was not kept");
    }
    // A rename of one name of a file to another one of it does nothing; the rest is removed at the
    // end.
    Files.move(link, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Puts back what is not there any more. */
  public void putBackMissing() {
    for (Path file : links.keySet()) {
      try {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
          putBack(file);
        }
      } catch (IOException e) {
        // The error that is on its way tells which files are as they were.
      }
    }
  }

  /** Removes the other names. */
  @Override
  public void close() {
    Uninterrupted.run(this::removeNames);
  }

  private void removeNames() {
    try {
      if (name != null) {
        name.close();
      }
    } catch (IOException e) {
      // A later run removes it.
    }
  }
}
