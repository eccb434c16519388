package io.github.fuseml.ovms.testkit;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.testkit.InMemoryObjects.StoredObject;
import io.github.fuseml.ovms.testkit.StoreOperation.Kind;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Opens stores of the scheme {@code memory}, all with the same objects, and lets a test look at what
 * is done with them and disturb it.
 *
 * <pre>{@code
 * var memory = new InMemoryStoreProvider();
 * memory.put("memory://models/iris.onnx", bytes);
 * memory.fail(Kind.WRITE, 2, new TransferException(…)); // the second write from now on
 * try (var converter = OvmsConverter.builder().register(memory).build()) { … }
 * assertThat(memory.bytesRead("memory://models/iris.onnx")).isEqualTo(bytes.length);
 * }</pre>
 *
 * <p>Thread-safe. Unlike other providers it has a state, for the test's sake.
 */
public final class InMemoryStoreProvider implements ArtifactStoreProvider {
  static final String SCHEME = "memory";

  private final InMemoryObjects objects = new InMemoryObjects();
  private final OperationScript script = new OperationScript();

  /** A provider without objects. */
  public InMemoryStoreProvider() {}

  @Override
  public String id() {
    return SCHEME;
  }

  @Override
  public Set<String> schemes() {
    return Set.of(SCHEME);
  }

  @Override
  public ArtifactStore open(StoreSettings settings, StoreRole role) {
    if (!settings.names().isEmpty()) {
      throw new BadRequestException(Problem.of("open the memory store")
          .found("it has no settings, but " + settings.names() + " were given"));
    }
    return new InMemoryStore(objects, script);
  }

  /**
   * Makes or replaces an object, past the log and the faults.
   *
   * @param url its URL, taken literally: any key is possible
   * @param content its content, which is copied
   * @return the object's new version, its path being its name
   */
  public Artifact put(String url, byte[] content) {
    return put(Location.of(url), content);
  }

  /**
   * Makes or replaces an object, past the log and the faults.
   *
   * @param location where, taken literally: any key is possible
   * @param content its content, which is copied
   * @return the object's new version, its path being its name
   */
  public Artifact put(Location location, byte[] content) {
    return objects.put(location, content).artifact(location.name());
  }

  /**
   * An object's content.
   *
   * @param url its URL
   * @return a copy; empty when there is no such object
   */
  public Optional<byte[]> get(String url) {
    StoredObject object = objects.get(Location.of(url));
    return Optional.ofNullable(object).map(found -> found.content().clone());
  }

  /**
   * Removes an object, past the log and the faults; does nothing if it is not there.
   *
   * @param url its URL
   */
  public void remove(String url) {
    objects.remove(Location.of(url));
  }

  /**
   * The URLs of all objects.
   *
   * @return the URLs, sorted
   */
  public List<String> urls() {
    return objects.startingWith("").stream()
        .map(object -> object.location().value())
        .toList();
  }

  /**
   * What was done with the stores so far.
   *
   * @return the operations in the order in which they began
   */
  public List<StoreOperation> operations() {
    return script.log();
  }

  /** Forgets the operations and the bytes that were read; the faults to come stay. */
  public void clearOperations() {
    script.clearLog();
  }

  /** Forgets the faults to come, and everything else that was to happen. */
  public void clearFaults() {
    script.clearFaults();
  }

  /**
   * How many bytes of an object were read.
   *
   * @param url its URL
   * @return the bytes that came out of its streams, some perhaps several times
   */
  public long bytesRead(String url) {
    return script.bytesRead(Location.of(url));
  }

  /**
   * Does something just before an operation: changes an object, closes a store, throws.
   *
   * @param kind the kind of operation
   * @param nth which one of them from now on, 1 being the next
   * @param action what to do, in the thread of the operation; what it throws, the operation throws
   */
  public void before(Kind kind, int nth, Consumer<StoreOperation> action) {
    script.before(kind, nth, action);
  }

  /**
   * Makes an operation fail without effect.
   *
   * @param kind the kind of operation
   * @param nth which one of them from now on, 1 being the next
   * @param error what it throws
   */
  public void fail(Kind kind, int nth, RuntimeException error) {
    script.before(kind, nth, operation -> {
      throw error;
    });
  }

  /**
   * Makes an operation take effect and fail all the same, as a lost answer does.
   *
   * @param kind the kind of operation
   * @param nth which one of them from now on, 1 being the next
   * @param error what it throws
   */
  public void failAfter(Kind kind, int nth, RuntimeException error) {
    script.after(kind, nth, operation -> {
      throw error;
    });
  }

  /**
   * Holds an operation before it takes effect.
   *
   * @param kind the kind of operation
   * @param nth which one of them from now on, 1 being the next
   * @return the gate that it waits at
   */
  public Gate block(Kind kind, int nth) {
    Gate gate = new Gate();
    script.before(kind, nth, gate::pass);
    return gate;
  }

  /**
   * Cuts the stream of a read with an {@code IOException}.
   *
   * @param nth which read from now on, 1 being the next
   * @param bytes how many bytes arrive before
   */
  public void cutRead(int nth, long bytes) {
    script.cutRead(nth, bytes);
  }
}
