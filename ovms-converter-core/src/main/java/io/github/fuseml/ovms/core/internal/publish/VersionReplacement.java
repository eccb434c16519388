package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.core.internal.transfer.TransferEngine;
import io.github.fuseml.ovms.core.internal.transfer.TransferMeter;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Replaces a version where files are written one by one. The old description is kept under a name that
 * OVMS passes over, which also tells other publishers that the version is taken; then it is removed, so
 * that nothing is served. The old weights stay until the new ones are there: up to then the old version
 * is put back when something fails, by {@link #putBack} also after its publisher was killed. From then
 * on there is no way back: the old weights go, the new record and the new description come.
 */
final class VersionReplacement {
  /** What is behind a description's name while its version is being replaced. */
  private static final String KEPT = ".replaced";

  private final ArtifactStore store;
  private final Location directory;
  private final Path work;
  private final TransferMeter meter;
  private final List<Artifact> written = new ArrayList<>();

  /**
   * A replacement.
   *
   * @param store the store
   * @param directory the version's directory
   * @param work an empty directory of this machine
   * @param meter hears how far the files are
   */
  VersionReplacement(ArtifactStore store, Location directory, Path work, TransferMeter meter) {
    this.store = store;
    this.directory = directory;
    this.work = work;
    this.meter = meter;
  }

  /**
   * Whether the old files can stay until the new ones are there: they are a version, and have other
   * names.
   *
   * @param old the old files
   * @param files the new ones
   */
  static boolean isPossible(List<Artifact> old, Set<String> files) {
    return old.stream().anyMatch(file -> ModelPublisher.rank(file.path()) == 2)
        && old.stream()
            .filter(file -> ModelPublisher.rank(file.path()) > 0)
            .noneMatch(file -> files.contains(file.path()));
  }

  /**
   * Replaces.
   *
   * @return the new files
   */
  List<Artifact> run(List<Artifact> old, Map<String, Path> files) {
    List<Artifact> descriptions = ofRank(old, 2);
    Map<Artifact, Path> kept = keep(descriptions);
    boolean done = false;
    try {
      descriptions.forEach(file -> store.delete(file.location()));
      write(files, 1, WriteMode.CREATE_ONLY);
      done = true;
    } finally {
      if (!done) {
        takeBack(kept);
      }
    }
    finish(old, files);
    kept.keySet().forEach(file -> store.delete(keptAt(file)));
    return written;
  }

  private void finish(List<Artifact> old, Map<String, Path> files) {
    boolean done = false;
    try {
      // Fails if somebody has removed the version and another one publishes in its place.
      replaceRecord(ofRank(old, 0), files);
      ofRank(old, 1).stream()
          .filter(file -> !file.path().endsWith(KEPT))
          .forEach(file -> store.delete(file.location()));
      write(files, 2, WriteMode.CREATE_ONLY);
      done = true;
    } finally {
      if (!done) {
        ModelPublisher.withdraw(store, written);
      }
    }
  }

  private void replaceRecord(List<Artifact> old, Map<String, Path> files) {
    Path record = files.get(Provenance.FILE);
    if (record != null
        && !old.isEmpty()
        && store.capabilities().contains(StoreCapability.CONDITIONAL_REPLACE)) {
      written.add(store.replace(old.get(0), Content.of(record)).withPath(Provenance.FILE));
    } else {
      write(files, 0, old.isEmpty() ? WriteMode.CREATE_ONLY : WriteMode.REPLACE);
    }
  }

  private static List<Artifact> ofRank(List<Artifact> files, int rank) {
    return files.stream()
        .filter(file -> ModelPublisher.rank(file.path()) == rank)
        .toList();
  }

  private Location keptAt(Artifact file) {
    return directory.resolve(file.path() + KEPT);
  }

  private Map<Artifact, Path> keep(List<Artifact> descriptions) {
    Map<Artifact, Path> kept = new LinkedHashMap<>();
    for (Artifact file : descriptions) {
      Path copy = work.resolve("kept-" + kept.size());
      fetch(store, file, copy);
      try {
        TransferEngine.upload(
            store, copy, keptAt(file), WriteMode.CREATE_ONLY, new TransferMeter(0, 0, at -> {}));
      } catch (ConflictException e) {
        kept.keySet().forEach(before -> store.delete(keptAt(before)));
        throw new ConflictException(
            Problem.of("replace the version")
                .on(directory)
                .found("somebody else replaces it, or was killed when he did")
                .remedy("wait until he has done it; what a killed one left is removed by the next"
                    + " run that is old enough for it (--leftover-age)")
                .mayHelpToRetry(),
            e);
      }
      kept.put(file, copy);
    }
    return kept;
  }

  private static void fetch(ArtifactStore store, Artifact file, Path target) {
    try (InputStream in = store.read(file, 0, -1)) {
      Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw IoErrors.translate(e, "read", file.location());
    }
  }

  private void write(Map<String, Path> files, int rank, WriteMode mode) {
    files.forEach((path, file) -> {
      if (ModelPublisher.rank(path) == rank) {
        written.add(TransferEngine.upload(store, file, directory.resolve(path), mode, meter)
            .withPath(path));
      }
    });
  }

  /** The error that is on its way is the one to hear. */
  private void takeBack(Map<Artifact, Path> kept) {
    boolean interrupted = Thread.interrupted();
    try {
      written.forEach(file -> store.delete(file.location()));
      kept.forEach((file, copy) -> {
        if (store.find(file.location()).isEmpty()) {
          TransferEngine.upload(
              store,
              copy,
              file.location(),
              WriteMode.CREATE_ONLY,
              new TransferMeter(0, 0, at -> {}));
        }
        store.delete(keptAt(file));
      });
    } catch (OvmsConverterException e) {
      // Not served; a later run puts it back.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Puts a version back whose publisher was killed while he replaced it.
   *
   * @param store the store
   * @param version what is there, with its record
   * @param work gives a directory of this machine
   * @return false if it was not being replaced, or not all of it is there any more
   */
  static boolean putBack(ArtifactStore store, StoredVersion version, Supplier<Path> work) {
    Provenance record = version.record();
    if (record == null) {
      return false;
    }
    Map<String, Artifact> present = new LinkedHashMap<>();
    version.files().forEach(file -> present.put(file.path(), file));
    Set<String> own = new TreeSet<>(Set.of(Provenance.FILE));
    Map<String, Artifact> kept = new LinkedHashMap<>();
    for (var file : record.files()) {
      own.add(file.path());
      Artifact there = present.get(file.path());
      Artifact copy = present.get(file.path() + KEPT);
      if (there == null && copy != null && copy.size() == file.size()) {
        kept.put(file.path(), copy);
      } else if (there == null || there.size() != file.size()) {
        return false;
      }
    }
    if (kept.isEmpty()) {
      return false;
    }
    present.forEach((path, file) -> {
      if (!own.contains(path) && !kept.containsValue(file)) {
        store.delete(file.location()); // New weights without a description.
      }
    });
    kept.forEach((path, copy) -> {
      Path local = work.get().resolve("put-back");
      fetch(store, copy, local);
      TransferEngine.upload(
          store,
          local,
          version.location().resolve(path),
          WriteMode.CREATE_ONLY,
          new TransferMeter(0, 0, at -> {}));
      store.delete(copy.location());
    });
    return true;
  }
}
