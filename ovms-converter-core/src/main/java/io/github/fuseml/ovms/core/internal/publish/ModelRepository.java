package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The versions of one model in a store, counted as OVMS counts them. */
public final class ModelRepository {
  /** A record that is larger was not written by this program. */
  private static final int LARGEST_RECORD = 64 << 20;

  private final ArtifactStore store;
  private final Location output;

  /**
   * The versions of a model.
   *
   * @param store the store
   * @param output the directory that holds the versions
   */
  public ModelRepository(ArtifactStore store, Location output) {
    this.store = store;
    this.output = output;
  }

  /**
   * All versions.
   *
   * @return the versions in ascending order, none twice
   */
  public List<StoredVersion> versions() {
    Map<String, List<Artifact>> files = byDirectory(store.list(output));
    List<StoredVersion> versions = new ArrayList<>();
    directories()
        .forEach((number, name) ->
            versions.add(read(number, name, files.getOrDefault(name, List.of()))));
    return versions;
  }

  /**
   * What is not finished, by names alone: no record is read.
   *
   * @return the versions that lack files, or are being replaced, in ascending order and without their
   *     records; and all claims
   */
  Unfinished unfinished() {
    List<Artifact> all = store.list(output);
    Map<String, List<Artifact>> files = byDirectory(all);
    List<StoredVersion> versions = new ArrayList<>();
    directories().forEach((number, name) -> {
      List<Artifact> own = files.getOrDefault(name, List.of());
      boolean whole = OvmsFiles.isComplete(own.stream().map(Artifact::path).toList());
      if (!whole || ReplacementLeft.isIn(own)) {
        versions.add(new StoredVersion(number, output.resolve(name), own, null, false));
      }
    });
    List<Artifact> claims = all.stream()
        .filter(file -> file.path().indexOf('/') < 0 && VersionClaim.isClaim(file.path()))
        .toList();
    return new Unfinished(versions, claims);
  }

  /** What is not finished in a model's directory. */
  record Unfinished(List<StoredVersion> versions, List<Artifact> claims) {}

  /** From one listing, however many versions there are. */
  private static Map<String, List<Artifact>> byDirectory(List<Artifact> all) {
    Map<String, List<Artifact>> files = new HashMap<>();
    for (Artifact file : all) {
      int slash = file.path().indexOf('/');
      if (slash > 0) {
        files
            .computeIfAbsent(file.path().substring(0, slash), key -> new ArrayList<>())
            .add(file.withPath(file.path().substring(slash + 1)));
      }
    }
    return files;
  }

  /**
   * The newest version that OVMS can serve.
   *
   * @return the version; empty if there is none
   */
  public Optional<StoredVersion> latestComplete() {
    for (Map.Entry<Long, String> directory : directories().descendingMap().entrySet()) {
      StoredVersion version = read(directory.getKey(), directory.getValue());
      if (version.complete()) {
        return Optional.of(version);
      }
    }
    return Optional.empty();
  }

  /**
   * One version.
   *
   * @param number its number
   * @return the version; empty if there is no directory that OVMS takes for it
   */
  public Optional<StoredVersion> version(long number) {
    return Optional.ofNullable(directories().get(number)).map(name -> read(number, name));
  }

  /** The directories that count as versions; a number's own directory before its like. */
  private NavigableMap<Long, String> directories() {
    TreeMap<Long, String> found = new TreeMap<>();
    for (String name : store.listDirectories(output)) {
      long number = VersionNumbers.parse(name);
      if (number > 0) {
        found.merge(number, name, (one, other) -> VersionNumbers.isVersion(one) ? one : other);
      }
    }
    return found;
  }

  private StoredVersion read(long number, String name) {
    return read(number, name, store.list(output.resolve(name)));
  }

  private StoredVersion read(long number, String name, List<Artifact> files) {
    Map<String, Long> sizes = new HashMap<>();
    files.forEach(file -> sizes.put(file.path(), file.size()));
    Provenance record = files.stream()
        .filter(file -> file.path().equals(Provenance.FILE))
        .findFirst()
        .flatMap(this::record)
        .orElse(null);
    // OVMS finds 3.tmp when it counts, and looks for the files in 3.
    boolean complete = VersionNumbers.isVersion(name)
        && OvmsFiles.isComplete(sizes.keySet())
        && (record == null || record.files().isEmpty() || record.isWhole(sizes));
    return new StoredVersion(number, output.resolve(name), files, record, complete);
  }

  private Optional<Provenance> record(Artifact file) {
    if (file.size() > LARGEST_RECORD) {
      return Optional.empty();
    }
    try (InputStream in = store.read(file, 0, -1)) {
      return Provenance.parse(in.readAllBytes());
    } catch (IOException | OvmsConverterException e) {
      return gone(file, e);
    }
  }

  /** It may be removed or replaced at this moment; what else is wrong with it is to be heard. */
  private Optional<Provenance> gone(Artifact file, @Nullable Exception error) {
    boolean same = store
        .find(file.location())
        .filter(now -> java.util.Objects.equals(now.revision(), file.revision()))
        .isPresent();
    if (same && error instanceof OvmsConverterException known) {
      throw known;
    }
    return Optional.empty();
  }
}
