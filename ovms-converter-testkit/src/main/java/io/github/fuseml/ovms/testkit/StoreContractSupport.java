package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What a store's author gives to the contract, and what its tests share. */
abstract class StoreContractSupport {
  private @Nullable ArtifactStore store;
  private @Nullable Location base;
  private @Nullable Path directory;

  StoreContractSupport() {}

  /**
   * The provider of the store to test.
   *
   * @return a provider; always the same one during a test
   */
  protected abstract ArtifactStoreProvider provider();

  /**
   * A location for one test, below which there is nothing yet. Called before a subclass's own {@code
   * @BeforeEach}, once for each test.
   *
   * @return a directory or prefix that no other test uses
   */
  protected abstract Location newBase();

  /**
   * The settings that the store is opened with.
   *
   * @return no settings unless overridden
   */
  protected StoreSettings settings() {
    return StoreSettings.none();
  }

  /**
   * Where this store deviates from the contract, and why. The tests named here are not run but
   * reported as aborted with the reason; a name that no test has is an error.
   *
   * @return the reason by the name of the test's method, empty unless overridden
   */
  protected Map<String, String> deviations() {
    return Map.of();
  }

  /**
   * Makes or replaces an artifact. To be overridden for a store that cannot write.
   *
   * @param location where
   * @param content its content
   */
  protected void put(Location location, byte[] content) {
    store().write(location, file(content), WriteMode.REPLACE);
  }

  /**
   * Makes many artifacts. To be overridden where that is faster than one by one.
   *
   * @param below the directory
   * @param contents the content of each artifact by its path below the directory
   */
  protected void putAll(Location below, Map<String, byte[]> contents) {
    contents.forEach((path, content) -> put(below.resolve(path), content));
  }

  /**
   * Removes an artifact. To be overridden for a store that cannot write.
   *
   * @param location where
   */
  protected void remove(Location location) {
    store().delete(location);
  }

  /**
   * Names that look special to URLs, shells, patterns or people and are ordinary names all the same.
   *
   * @return names of one segment each
   */
  protected List<String> awkwardNames() {
    return List.of(
        "with space",
        " leading",
        "plus+plus",
        "100%",
        "%20",
        "%2F",
        "hash#tag",
        "question?mark",
        "a&b=c;d",
        "it's",
        "double\"quote",
        "~tilde",
        "dots..txt",
        "...",
        ".hidden",
        "star*",
        "[brackets]",
        "{braces}",
        "@at",
        "colon:colon",
        "-dash",
        "ünïcödé",
        "模型",
        "😀");
  }

  /**
   * Paths below a directory that {@link ArtifactStore#list} has to refuse, as far as the place where
   * the artifacts are kept can hold them: with an empty segment, {@code .}, {@code ..}, a backslash
   * or a NUL. They are made with {@link #put}.
   *
   * @return paths, none unless overridden
   */
  protected List<String> hostilePaths() {
    return List.of();
  }

  /**
   * Whether there are keys and no directories where the artifacts are kept, so that one name can be
   * an artifact and a directory at once: {@code model} beside {@code model/a}.
   *
   * @return false unless overridden
   */
  protected boolean isObjectStore() {
    return false;
  }

  /**
   * Makes a directory without anything in it: an empty one, or the marker that stands for one, an
   * empty object whose key ends in {@code /}.
   *
   * @param directory the directory, without a slash at its end
   * @return whether there is one now; false unless overridden, for a store that has no such thing
   */
  protected boolean putEmptyDirectory(Location directory) {
    return false;
  }

  @BeforeEach
  void openTheStore(TestInfo test, @TempDir Path temporary) {
    String clause = test.getTestMethod().orElseThrow().getName();
    String reason = deviations().get(clause);
    if (reason != null) {
      Assumptions.abort("this store deviates from '" + clause + "': " + reason);
    }
    directory = temporary;
    store = open();
    base = newBase();
  }

  @AfterEach
  void closeTheStore() {
    if (store != null) {
      store.close();
    }
  }

  /**
   * The store that is tested.
   *
   * @return the store of this test, closed after it
   */
  protected final ArtifactStore store() {
    return Objects.requireNonNull(store);
  }

  /**
   * What {@link #newBase()} gave for this test.
   *
   * @return a directory or prefix
   */
  protected final Location base() {
    return Objects.requireNonNull(base);
  }

  /**
   * A new file of this machine, outside of the store.
   *
   * @param content its content
   * @return the file
   */
  protected final Path file(byte[] content) {
    try {
      return Files.write(
          Files.createTempFile(Objects.requireNonNull(directory), "content", ""), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  final Path missingFile() {
    return Objects.requireNonNull(directory).resolve("no-such-file");
  }

  final ArtifactStore open() {
    return provider().open(settings(), StoreRole.OUTPUT);
  }

  final Artifact putAndFind(Location location, byte[] content) {
    put(location, content);
    return store().find(location).orElseThrow();
  }

  /**
   * Reads an artifact.
   *
   * @param artifact what the store found
   * @return its content
   */
  protected final byte[] readAll(Artifact artifact) {
    return read(artifact, 0, -1);
  }

  final byte[] read(Artifact artifact, long offset, long length) {
    try (InputStream in = store().read(artifact, offset, length)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  final byte[] contentAt(Location location) {
    return readAll(store().find(location).orElseThrow());
  }

  final List<String> pathsBelow(Location location) {
    return store().list(location).stream().map(Artifact::path).toList();
  }

  /** What reading to the end fails with, at once or on the way. */
  final OvmsConverterException failureOf(Artifact artifact, long offset) {
    try (InputStream in = store().read(artifact, offset, -1)) {
      in.readAllBytes();
    } catch (IOException | UncheckedIOException | OvmsConverterException e) {
      OvmsConverterException error = libraryError(e);
      if (error != null) {
        return error;
      }
      throw new AssertionError("not one of the library's errors", e);
    }
    throw new AssertionError("the read did not fail");
  }

  static @Nullable OvmsConverterException libraryError(Throwable error) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (e instanceof OvmsConverterException own) {
        return own;
      }
    }
    throw new AssertionError("not one of the library's errors", error);
  }

  final boolean can(StoreCapability capability) {
    return store().capabilities().contains(capability);
  }

  static void assumeHasRevision(Artifact artifact) {
    Assumptions.assumeTrue(artifact.revision() != null, "the store does not tell versions apart");
  }

  final void assumeCan(StoreCapability capability) {
    Assumptions.assumeTrue(can(capability), () -> "the store does not have " + capability);
  }

  final void assertNothingBelow(Location location) {
    assertThat(store().list(location)).as("artifacts").isEmpty();
    assertThat(store().listDirectories(location)).as("directories").isEmpty();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Content that no server can compress or make up.
   *
   * @param seed which content
   * @param size how many bytes
   * @return the same bytes for the same seed
   */
  protected static byte[] random(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
