package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.core.internal.transfer.TransferEngine;
import io.github.fuseml.ovms.core.internal.transfer.TransferMeter;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Publishes files as the next version of a model.
 *
 * <p>Where a store can make a directory appear in one step, it does. Elsewhere the files are created one
 * by one, the description last: OVMS skips a version without a complete file set and keeps the older
 * one. Either way a number that somebody else took in the meantime is left to him, and the next one is
 * tried.
 */
public final class ModelPublisher {
  private static final int ATTEMPTS = 100;

  private final ArtifactStore store;
  private final TransferMeter meter;

  /**
   * A publisher to one store.
   *
   * @param store the store, which can write
   * @param meter hears how far the files are, where they are written one by one
   */
  public ModelPublisher(ArtifactStore store, TransferMeter meter) {
    this.store = store;
    this.meter = meter;
  }

  /**
   * Publishes a new version.
   *
   * @param output the directory that holds the model's versions
   * @param files paths below the version's directory and their content, which may be moved away
   * @return the number of the version
   * @throws ConflictException if other publishers were faster again and again
   */
  public long publish(Location output, Map<String, Path> files) {
    boolean atomic = store.capabilities().contains(StoreCapability.ATOMIC_DIRECTORY);
    long version = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      // Never the same number again: what takes it may be a file, which is no directory to list.
      version = Math.max(version + 1, VersionNumbers.next(store.listDirectories(output)));
      Location directory = output.resolve(Long.toString(version));
      try {
        if (atomic) {
          store.writeDirectory(directory, files);
        } else {
          writeInOrder(directory, files);
        }
        return version;
      } catch (ConflictException e) {
        // Somebody else published this number first.
      }
    }
    throw new ConflictException(Problem.of("publish a new version in")
        .on(output)
        .found("other publishers took the next number " + ATTEMPTS + " times")
        .remedy("try again when fewer of them run")
        .mayHelpToRetry());
  }

  private void writeInOrder(Location directory, Map<String, Path> files) {
    List<Map.Entry<String, Path>> order = new ArrayList<>(files.entrySet());
    // What makes a version complete for OVMS comes last.
    order.sort(Comparator.comparing(file -> file.getKey().endsWith(".xml")));
    List<Location> written = new ArrayList<>();
    boolean complete = false;
    try {
      for (Map.Entry<String, Path> file : order) {
        Location location = directory.resolve(file.getKey());
        TransferEngine.upload(store, file.getValue(), location, WriteMode.CREATE_ONLY, meter);
        written.add(location);
        if (written.size() == 1) {
          requireAlone(directory, location);
        }
      }
      complete = true;
    } finally {
      if (!complete) {
        withdraw(written);
      }
    }
  }

  /** Publishers of models with other names do not meet in the name of a file. */
  private void requireAlone(Location directory, Location own) {
    for (Artifact artifact : store.list(directory)) {
      if (!artifact.location().equals(own)) {
        throw new ConflictException(Problem.of("publish in")
            .on(directory)
            .found("somebody else writes '" + artifact.path() + "' there")
            .mayHelpToRetry());
      }
    }
  }

  /** Takes back what was written, the last first; the error that is on its way is the one to hear. */
  private void withdraw(List<Location> written) {
    boolean interrupted = Thread.interrupted();
    for (int i = written.size() - 1; i >= 0; i--) {
      try {
        store.delete(written.get(i));
      } catch (RuntimeException e) {
        // Left behind without its description: OVMS does not serve it.
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
