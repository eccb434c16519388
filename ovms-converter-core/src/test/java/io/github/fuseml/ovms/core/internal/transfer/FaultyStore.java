package io.github.fuseml.ovms.core.internal.transfer;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A store whose streams a test replaces, and whose checksums it makes up. */
record FaultyStore(ArtifactStore store, Streams streams, Sums sums) implements ArtifactStore {
  /** What becomes of a stream. */
  interface Streams {
    InputStream apply(InputStream whole, long offset);
  }

  /** What the store says to know of an artifact. */
  interface Sums {
    List<Checksum> of(Artifact artifact);
  }

  @Override
  public InputStream read(Artifact artifact, long offset, long length) {
    return streams.apply(store.read(artifact, offset, length), offset);
  }

  @Override
  public List<Checksum> checksums(Artifact artifact) {
    return sums.of(artifact);
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return store.capabilities();
  }

  @Override
  public Optional<Artifact> find(Location location) {
    return store.find(location);
  }

  @Override
  public List<Artifact> list(Location directory) {
    return store.list(directory);
  }

  @Override
  public boolean exists(Location location) {
    return store.exists(location);
  }

  @Override
  public Set<String> listDirectories(Location directory) {
    return store.listDirectories(directory);
  }

  @Override
  public Artifact write(Location location, Content content, WriteMode mode) {
    return store.write(location, content, mode);
  }

  @Override
  public void delete(Location location) {
    store.delete(location);
  }

  @Override
  public void close() {
    store.close();
  }
}
