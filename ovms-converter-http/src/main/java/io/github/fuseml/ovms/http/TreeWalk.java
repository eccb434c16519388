package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.spi.Artifact;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Lists a tree, some requests at a time: a page for each directory, and a HEAD for each file whose
 * exact size the page does not tell, so that thousands of files are no thousands of round trips one
 * after the other.
 */
final class TreeWalk {
  private static final int AT_ONCE = 16;
  private static final int DEEPEST = 32;
  private static final int MOST_ENTRIES = 100_000;

  private final Directories directories;
  private final Files files;
  private final Location root;
  private final Call call;
  private final List<Artifact> found = new ArrayList<>();
  private int entries;

  /** How a single file is looked for. */
  interface Files {
    Optional<Artifact> find(Location location);
  }

  TreeWalk(Directories directories, Files files, Location root) {
    this.directories = directories;
    this.files = files;
    this.root = root;
    this.call = Call.of("list", "GET", root);
  }

  /** A directory below the root, by its path with a slash at the end; empty for the root. */
  private record Page(String path, List<Child> children) {}

  /** All files below the root, sorted by path. */
  List<Artifact> list() {
    List<Child> top = directories.children(root).orElse(List.of());
    if (top.isEmpty()) {
      return List.of();
    }
    ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE, TreeWalk::worker);
    try {
      List<Page> level = List.of(new Page("", top));
      for (int depth = 0; !level.isEmpty(); depth++) {
        if (depth > DEEPEST) {
          throw Directories.tooLarge(
              call,
              "its directories are nested more than " + DEEPEST + " deep, perhaps in a circle");
        }
        level = descend(level, workers);
      }
    } finally {
      workers.shutdownNow();
    }
    found.sort(Comparator.comparing(Artifact::path));
    return found;
  }

  private static Thread worker(Runnable task) {
    Thread thread = new Thread(task, "ovms-http-list");
    thread.setDaemon(true);
    return thread;
  }

  /** Takes the files of one level, and answers the next. */
  private List<Page> descend(List<Page> level, ExecutorService workers) {
    List<Future<Page>> pages = new ArrayList<>();
    List<Future<Optional<Artifact>>> sizes = new ArrayList<>();
    for (Page page : level) {
      entries += page.children().size();
      if (entries > MOST_ENTRIES) {
        throw Directories.tooLarge(call, "it holds more than " + MOST_ENTRIES + " entries");
      }
      for (Child child : page.children()) {
        if (UploadNames.isOne(child.name())) {
          continue; // What an unfinished write has there is no artifact yet.
        }
        String path = page.path() + child.name();
        Location location = root.resolve(path);
        if (child.isDirectory()) {
          pages.add(workers.submit(
              () -> new Page(path + "/", directories.children(location).orElse(List.of()))));
        } else if (child.size() >= 0 && child.revision() != null) {
          found.add(new Artifact(location, path, child.size(), child.revision()));
        } else {
          // One that went away since the page was made is not there.
          sizes.add(
              workers.submit(() -> files.find(location).map(artifact -> artifact.withPath(path))));
        }
      }
    }
    sizes.forEach(size -> result(size).ifPresent(found::add));
    return pages.stream().map(this::result).toList();
  }

  private <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw HttpErrors.interrupted(call, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OvmsConverterException own) {
        throw own;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
