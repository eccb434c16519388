package io.github.fuseml.ovms.core.internal.tree;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactPaths;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ModelTree;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of a source in a store. Small reads come through a cache of blocks: detectors look at the
 * same first bytes one after another, and a store far away answers each read in milliseconds.
 */
public final class StoreModelTree implements ModelTree {
  private static final int BLOCK = 64 * 1024;
  private static final int CACHED_BLOCKS = 128;
  private static final int MAX_READ = 16 * 1024 * 1024;

  private final ArtifactStore store;
  private final String name;
  private final boolean singleFile;
  private final Location directory;
  private final List<Artifact> files;
  private final @Nullable StoredArtifact archive;
  private final Map<String, Artifact> byPath = new HashMap<>();
  private final Map<BlockKey, byte[]> blocks = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<BlockKey, byte[]> eldest) {
      return size() > CACHED_BLOCKS;
    }
  };

  private record BlockKey(Location location, long index) {}

  private StoreModelTree(
      ArtifactStore store,
      String name,
      boolean singleFile,
      Location directory,
      List<Artifact> files,
      @Nullable StoredArtifact archive) {
    this.store = store;
    this.name = name;
    this.singleFile = singleFile;
    this.directory = directory;
    this.files = List.copyOf(files);
    this.archive = archive;
    for (Artifact file : files) {
      byPath.put(file.path(), file);
    }
  }

  /**
   * The tree of a single file; what lies beside it is looked up when it is asked for.
   *
   * @param store the store, open as long as the tree is used
   * @param file the file
   * @param parent the directory that it lies in
   * @return the tree
   */
  public static StoreModelTree ofFile(ArtifactStore store, Artifact file, Location parent) {
    return new StoreModelTree(store, file.path(), true, parent, List.of(file), null);
  }

  /**
   * The tree of a directory.
   *
   * @param store the store, open as long as the tree is used
   * @param directory the directory
   * @param name what the directory is called
   * @param files its files
   * @return the tree
   */
  public static StoreModelTree ofDirectory(
      ArtifactStore store, Location directory, String name, List<Artifact> files) {
    return new StoreModelTree(store, name, false, directory, files, null);
  }

  /**
   * The tree of what an archive holds.
   *
   * @param store the files of this machine
   * @param directory the directory that it was unpacked into
   * @param name what the archive is called
   * @param archive the archive
   * @return the tree
   */
  public static StoreModelTree ofArchive(
      ArtifactStore store, Location directory, String name, StoredArtifact archive) {
    return new StoreModelTree(store, name, false, directory, store.list(directory), archive);
  }

  /**
   * Where the files are read from.
   *
   * @return the source's store; this machine's for what an archive holds
   */
  public ArtifactStore store() {
    return store;
  }

  /**
   * Whether the source is one file, be it the model itself or an archive.
   *
   * @return false for a directory
   */
  public boolean isOneFile() {
    return singleFile || archive != null;
  }

  /**
   * The archive that the files come from.
   *
   * @return the archive; empty for files that lie at the source themselves
   */
  public Optional<StoredArtifact> archive() {
    return Optional.ofNullable(archive);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isSingleFile() {
    return singleFile;
  }

  /**
   * The directory that paths are relative to.
   *
   * @return the source, or the directory of a single file
   */
  public Location directory() {
    return directory;
  }

  @Override
  public List<Artifact> files() {
    return files;
  }

  @Override
  public Optional<Artifact> find(String path) {
    Artifact known = byPath.get(path);
    if (known != null || !singleFile || !ArtifactPaths.isSafe(path)) {
      return Optional.ofNullable(known);
    }
    Optional<Artifact> beside =
        store.find(directory.resolve(path)).map(found -> found.withPath(path));
    beside.ifPresent(found -> byPath.put(path, found));
    return beside;
  }

  @Override
  public byte[] read(Artifact file, long offset, int length) {
    if (offset < 0 || length < 0 || length > MAX_READ) {
      throw new IndexOutOfBoundsException(length + " bytes at " + offset + " of " + file.path());
    }
    long end = Math.min(file.size(), offset + length);
    if (offset >= end) {
      return new byte[0];
    }
    if (end - offset > BLOCK) {
      return fetch(file, offset, (int) (end - offset));
    }
    byte[] result = new byte[(int) (end - offset)];
    for (long position = offset; position < end; ) {
      byte[] block = block(file, position / BLOCK);
      int start = (int) (position % BLOCK);
      int count = (int) Math.min(block.length - start, end - position);
      System.arraycopy(block, start, result, (int) (position - offset), count);
      position += count;
    }
    return result;
  }

  private byte[] block(Artifact file, long index) {
    return blocks.computeIfAbsent(
        new BlockKey(file.location(), index),
        key -> fetch(file, index * BLOCK, (int) Math.min(BLOCK, file.size() - index * BLOCK)));
  }

  private byte[] fetch(Artifact file, long offset, int length) {
    try (InputStream in = store.read(file, offset, length)) {
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new IOException("only %d of %d bytes arrived".formatted(bytes.length, length));
      }
      return bytes;
    } catch (IOException e) {
      throw IoErrors.translate(e, "read", file.location());
    }
  }
}
