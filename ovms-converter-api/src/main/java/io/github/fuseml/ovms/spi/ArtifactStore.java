package io.github.fuseml.ovms.spi;

import io.github.fuseml.ovms.api.Location;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A place where models are kept, opened for one side of a run. Small on purpose: parallelism,
 * ranges, resume, the comparison of checksums and progress live once, above every store, in the
 * transfer engine.
 *
 * <p>A store tries a request again by itself, as its client library does, where that may help: with
 * pauses that grow and vary, a bounded number of times. What fails while a stream of {@link #read}
 * is being read is not its business: the transfer engine goes on with a new read from where the old
 * one ended.
 *
 * <p>Thread-safe and synchronous. Every method fails with a subclass of {@link
 * io.github.fuseml.ovms.api.OvmsConverterException}: {@code AccessDeniedException} where the rights
 * are missing, {@code TransferException} where a connection, a disk or the service failed
 * (retryable if trying again may help), and what the method names. An interrupt of the calling
 * thread ends a method soon, with a {@code TransferException}, and the thread stays interrupted.
 * After {@link #close()} every method but {@link #capabilities()} fails with an {@code
 * IllegalStateException}.
 *
 * <p>The contract is tested by {@code ArtifactStoreContract} in {@code ovms-converter-testkit}.
 */
public interface ArtifactStore extends AutoCloseable {
  /**
   * What this store can do.
   *
   * @return a fixed set
   */
  Set<StoreCapability> capabilities();

  /**
   * Looks for one artifact.
   *
   * @param location a file or object; one that ends in {@code /} never is
   * @return the artifact in its newest version, its path being its name; empty when there is none,
   *     or only a directory
   */
  Optional<Artifact> find(Location location);

  /**
   * Lists all artifacts below a directory, at any depth and to the end.
   *
   * <p>{@code model} lists {@code model/…} and never {@code model2/…}. Empty artifacts are listed;
   * directories and their markers are not. Paths are relative to the directory, sorted by their
   * characters' code units, and safe: a name with an empty segment, {@code .}, {@code ..}, a
   * backslash or a NUL is refused with a {@code TransferException}.
   *
   * @param directory a directory or prefix, with or without a slash at its end
   * @return the artifacts; empty when there is no such directory
   */
  List<Artifact> list(Location directory);

  /**
   * Whether there is something at a location, be it an artifact or a directory.
   *
   * @param location a file, object, directory or prefix
   * @return true if something is there; a directory that is empty counts where the store has such
   */
  boolean exists(Location location);

  /**
   * Lists the names of the directories directly below a directory.
   *
   * @param directory a directory or prefix
   * @return the names without slashes, empty directories included where the store has such; empty
   *     when there is no such directory
   */
  Set<String> listDirectories(Location directory);

  /**
   * Reads a part of an artifact, in the very version that was found or listed.
   *
   * <p>The stream can be closed at any time and by any thread: a {@code read} that waits for bytes
   * then ends soon with an {@code IOException}, and what was not read yet is not waited for. A
   * stream that ends before the last byte of the part, because the connection was cut, fails with
   * an {@code IOException}: an early end is never mistaken for the end.
   *
   * @param artifact what {@link #find} or {@link #list} gave
   * @param offset the first byte, from 0 to the artifact's size
   * @param length how many bytes, at most; {@code -1} for all that follow
   * @return the bytes, to be closed by the caller; fewer than asked for at the artifact's end
   * @throws IndexOutOfBoundsException if the offset is below 0 or above the artifact's size
   * @throws io.github.fuseml.ovms.api.NotFoundException if it is gone
   * @throws io.github.fuseml.ovms.api.TransferException if it has changed since: the bytes are
   *     never a mixture of two versions. It may be thrown while the stream is read, wrapped in an
   *     {@code IOException} or as itself
   */
  InputStream read(Artifact artifact, long offset, long length);

  /**
   * Whether a part of an artifact can be read without everything before it. Where it cannot, {@link
   * #read} gets there by skipping; the transfer engine then takes the artifact from one request, from
   * the beginning to the end, and others at the same time.
   *
   * @param artifact what {@link #find} or {@link #list} gave
   * @return true unless overridden
   */
  default boolean readsParts(Artifact artifact) {
    return true;
  }

  /**
   * What the store knows of an artifact's content without reading it, in the very version that was
   * found or listed. It may ask the store, once. Asked before an artifact is read as a whole; what
   * arrives is then compared with it.
   *
   * <p>When the artifact has changed since, the store gives the checksums of the old version or
   * none, or fails; it never gives those of the new version.
   *
   * @param artifact what {@link #find} or {@link #list} gave
   * @return checksums of the whole content, each algorithm at most once; none where the store has
   *     none
   * @throws io.github.fuseml.ovms.api.NotFoundException if it is gone
   * @throws io.github.fuseml.ovms.api.TransferException if it has changed since
   */
  default List<Checksum> checksums(Artifact artifact) {
    return List.of();
  }

  /**
   * Writes a file, whole or not at all: a reader sees nothing, or what was there before, until all
   * of it is there. Directories above it appear as needed. What the store then holds was compared
   * with what was sent, by size and by a checksum where the store can tell one.
   *
   * <p>A write whose answer was lost and that is tried again recognises its own artifact: it
   * succeeds, and is no conflict with itself.
   *
   * @param location where to write
   * @param content the content; it is not changed
   * @param mode what to do when something is there already
   * @return the new artifact
   * @throws io.github.fuseml.ovms.api.ConflictException if the mode is {@link
   *     WriteMode#CREATE_ONLY} and something is there
   * @throws io.github.fuseml.ovms.api.BadRequestException if the store cannot write, or the location
   *     ends in {@code /}
   */
  Artifact write(Location location, Content content, WriteMode mode);

  /**
   * Writes a file of this machine, see {@link #write(Location, Content, WriteMode)}.
   *
   * @param location where to write
   * @param file the content; it is not changed
   * @param mode what to do when something is there already
   * @return the new artifact
   */
  default Artifact write(Location location, Path file, WriteMode mode) {
    return write(location, Content.of(file), mode);
  }

  /**
   * Writes a new directory with files in it, all visible in one step. For stores with {@link
   * StoreCapability#ATOMIC_DIRECTORY}.
   *
   * @param directory the directory, which must not exist
   * @param files paths below the directory and their content; the content may be moved away
   *     by a call that succeeds; after a failure it is where it was
   * @return the new artifacts
   * @throws io.github.fuseml.ovms.api.ConflictException if the directory exists; nothing was
   *     changed
   */
  default List<Artifact> writeDirectory(Location directory, Map<String, Path> files) {
    throw new IllegalStateException("not a store with ATOMIC_DIRECTORY: " + directory);
  }

  /**
   * Replaces a directory and all files in it. For stores with {@link
   * StoreCapability#ATOMIC_DIRECTORY}. A reader sees the old files, for a moment nothing, then the
   * new ones, and never a mixture in one listing.
   *
   * @param directory the directory; it need not exist
   * @param files paths below the directory and their content, as for {@link #writeDirectory}
   * @return the new artifacts
   */
  default List<Artifact> replaceDirectory(Location directory, Map<String, Path> files) {
    throw new IllegalStateException("not a store with ATOMIC_DIRECTORY: " + directory);
  }

  /**
   * Writes new content in place of the very version of an artifact that was found, whole or not at
   * all: of several writers that found the same version, one succeeds. For stores with {@link
   * StoreCapability#CONDITIONAL_REPLACE}.
   *
   * @param current what {@link #find} or {@link #list} gave
   * @param content the content
   * @return the new artifact
   * @throws io.github.fuseml.ovms.api.ConflictException if it is gone or has changed since; nothing
   *     was changed
   */
  default Artifact replace(Artifact current, Content content) {
    throw new IllegalStateException("not a store with CONDITIONAL_REPLACE: " + current.location());
  }

  /**
   * When an artifact was written, by the store's own clock. It may ask the store, once.
   *
   * @param artifact what {@link #find} or {@link #list} gave
   * @return the time; empty where the store does not tell, or the artifact is gone
   */
  default Optional<Instant> lastModified(Artifact artifact) {
    return Optional.empty();
  }

  /**
   * Removes what killed writers have left out of sight below a directory, such as temporary siblings
   * and the parts of uploads that were never completed; never what a living writer works with. Parts
   * of an upload to the very location that is named count, too.
   *
   * @param directory a directory, or a file that is not there yet; it need not exist
   * @param age how old what tells nothing of its writer must be, without a change since
   * @return how many leftovers were removed
   */
  default int removeAbandoned(Location directory, Duration age) {
    return 0;
  }

  /**
   * Removes a directory with everything in it; does nothing if it is not there. In one step in
   * stores with {@link StoreCapability#ATOMIC_DIRECTORY}, one by one in others.
   *
   * @param directory a directory or prefix
   */
  default void deleteDirectory(Location directory) {
    for (Artifact artifact : list(directory)) {
      delete(artifact.location());
    }
  }

  /**
   * Removes an artifact; does nothing if it is not there. A directory is never removed.
   *
   * @param location a file or object
   */
  void delete(Location location);

  /**
   * Where an artifact lies on this machine, if it does. The path is only read from.
   *
   * @param artifact what {@link #find} or {@link #list} gave
   * @return the path, for stores with {@link StoreCapability#LOCAL_PATH}
   */
  default Optional<Path> localPath(Artifact artifact) {
    return Optional.empty();
  }

  /** Ends the store; a second call does nothing. */
  @Override
  void close();
}
