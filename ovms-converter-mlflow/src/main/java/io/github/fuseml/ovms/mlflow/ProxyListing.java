package io.github.fuseml.ovms.mlflow;

import com.google.gson.JsonObject;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.http.ServiceRequest;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactPaths;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Lists proxied artifacts: a request tells what lies directly in one directory, so that a tree is asked
 * for some directories at a time. Thread-safe.
 */
final class ProxyListing {
  private static final int AT_ONCE = 8;
  private static final int DEEPEST = 64;
  private static final int MOST_ENTRIES = 100_000;

  private final TrackingServer server;

  ProxyListing(TrackingServer server) {
    this.server = server;
  }

  /**
   * What lies in a directory.
   *
   * @param name its name
   * @param directory whether it is a directory
   * @param size its size in bytes; 0 for a directory
   */
  record Child(String name, boolean directory, long size) {}

  /** What lies directly in a directory; nothing if there is no such directory. */
  List<Child> children(ProxyAddress directory) {
    if (!directory.isSpeakable()) {
      return List.of();
    }
    JsonObject answer;
    try {
      answer = server.call(
          ServiceRequest.of("list", "GET", directory.listing()).on(directory.location()));
    } catch (WrongServerException e) {
      throw e;
    } catch (NotFoundException e) {
      return List.of();
    }
    return Json.list(answer, "files").stream()
        .map(file -> child(directory, file))
        .toList();
  }

  private static Child child(ProxyAddress directory, JsonObject file) {
    String path = Json.text(file, "path").orElse("");
    String name = path.substring(path.lastIndexOf('/') + 1);
    ArtifactPaths.requireSafe(name, directory.location());
    boolean isDirectory = Json.flag(file, "is_dir");
    long size = Json.number(file, "file_size").orElse(0L);
    if (size < 0) {
      throw new TransferException(Problem.of("list")
          .on(directory.location())
          .found("the server gives '" + name + "' a size below 0")
          .remedy("look into the server"));
    }
    return new Child(name, isDirectory, isDirectory ? 0 : size);
  }

  /** The file at an address. */
  Optional<Artifact> find(ProxyAddress address) {
    return children(address.parent()).stream()
        .filter(child -> !child.directory() && child.name().equals(address.name()))
        .findFirst()
        .map(child -> new Artifact(address.location(), address.name(), child.size(), null));
  }

  /** Whether its directory has something of that name, be it an empty directory. */
  boolean isThere(ProxyAddress address) {
    return !address.path().isEmpty()
        && children(address.parent()).stream()
            .filter(child -> child.directory() || !address.isDirectory())
            .anyMatch(child -> child.name().equals(address.name()));
  }

  Set<String> directories(ProxyAddress directory) {
    Set<String> names = new TreeSet<>();
    children(directory).stream().filter(Child::directory).forEach(each -> names.add(each.name()));
    return names;
  }

  /** A directory of a tree that is being listed, and its path below the root. */
  private record Branch(ProxyAddress address, String path) {
    String below(String name) {
      return path.isEmpty() ? name : path + "/" + name;
    }
  }

  /** All files below a directory, sorted by path. */
  List<Artifact> all(ProxyAddress root) {
    List<Artifact> found = new ArrayList<>();
    ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE, ProxyListing::worker);
    try {
      List<Branch> level = List.of(new Branch(root, ""));
      for (int depth = 0; !level.isEmpty(); depth++) {
        if (depth > DEEPEST) {
          throw tooLarge(root, "its directories are nested more than " + DEEPEST + " deep");
        }
        level = descend(level, found, workers);
        if (found.size() + level.size() > MOST_ENTRIES) {
          throw tooLarge(root, "it holds more than " + MOST_ENTRIES + " entries");
        }
      }
    } finally {
      workers.shutdownNow();
    }
    found.sort(Comparator.comparing(Artifact::path));
    return found;
  }

  private List<Branch> descend(List<Branch> level, List<Artifact> found, ExecutorService workers) {
    List<Future<List<Child>>> listings = level.stream()
        .map(branch -> workers.submit(() -> children(branch.address())))
        .toList();
    List<Branch> next = new ArrayList<>();
    for (int i = 0; i < level.size(); i++) {
      Branch branch = level.get(i);
      for (Child child : result(listings.get(i), branch.address())) {
        ProxyAddress address = branch.address().resolve(child.name());
        String path = branch.below(child.name());
        if (child.directory()) {
          next.add(new Branch(address, path));
        } else {
          found.add(new Artifact(address.location(), path, child.size(), null));
        }
      }
    }
    return next;
  }

  private static List<Child> result(Future<List<Child>> listing, ProxyAddress address) {
    try {
      return listing.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransferException(
          Problem.of("list").on(address.location()).found("it was interrupted").mayHelpToRetry(),
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OvmsConverterException own) {
        throw own;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Thread worker(Runnable task) {
    Thread thread = new Thread(task, "ovms-mlflow-list");
    thread.setDaemon(true);
    return thread;
  }

  private static TransferException tooLarge(ProxyAddress root, String found) {
    Location location = root.location();
    return new TransferException(Problem.of("list")
        .on(location)
        .found(found)
        .remedy("give the directory of the model itself"));
  }
}
