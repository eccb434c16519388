package io.github.fuseml.ovms.core.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.internal.transfer.TransferMeter;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.testkit.InMemoryStoreProvider;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random interleavings, one operation of one actor at a time: publishers, those who replace the same
 * versions, and those who go back to one, of which some die; one who removes old versions, by a policy
 * or without; and those who remove leftovers. After each operation the repository is held against a
 * model of what may be there.
 */
@Timeout(120)
class RepositoryModelTest {
  private static final Location MODEL = Location.of("memory://bucket/m");
  private static final int PUBLISHERS = 5;
  private static final int REPLACERS = 4;

  /** What is replaced may vanish for a while. */
  private static final Set<Long> REPLACED = Set.of(1L, 2L);

  private static final int KEEP = 2;
  private static final long SERVED = 1;

  @TempDir
  private Path directory;

  private final InMemoryStoreProvider memory = new InMemoryStoreProvider();
  private final List<Actor> actors = new ArrayList<>();

  /** Who wrote each object last. */
  private final Map<String, Actor> owners = new ConcurrentHashMap<>();

  /** What was removed because newer ones were there. */
  private final List<Long> removed = new CopyOnWriteArrayList<>();

  private long newest;

  static List<Long> seeds() {
    List<Long> seeds = new ArrayList<>();
    for (long seed = Long.getLong("ovms.first", 1);
        seed <= Integer.getInteger("ovms.interleavings", 150);
        seed++) {
      seeds.add(seed);
    }
    return seeds;
  }

  /** Somebody with a thread of his own, who does one operation when it is his turn. */
  private final class Actor implements Runnable {
    private final SynchronousQueue<Boolean> turns = new SynchronousQueue<>();
    private final SynchronousQueue<Boolean> answers = new SynchronousQueue<>();
    private final Work work;
    private final boolean mayConflict;
    private final Thread thread = new Thread(this);
    private volatile boolean dead;
    private volatile boolean done;
    private volatile Throwable failure;

    Actor(Work work) {
      this(work, false);
    }

    Actor(Work work, boolean mayConflict) {
      this.work = work;
      this.mayConflict = mayConflict;
    }

    @Override
    public void run() {
      try {
        turns.take();
        work.run(store());
      } catch (KilledError e) {
        dead = true;
      } catch (Throwable e) {
        failure = e;
      } finally {
        done = true;
        hand(answers);
      }
    }

    /** Lets it go on up to its next operation, and waits until that is done. */
    void step(boolean kill) throws InterruptedException {
      dead |= kill;
      hand(turns);
      answers.take();
    }

    /** The store as this actor sees it. */
    private ArtifactStore store() {
      ArtifactStore store = memory.open(StoreSettings.none(), StoreRole.OUTPUT);
      return (ArtifactStore) Proxy.newProxyInstance(
          getClass().getClassLoader(),
          new Class<?>[] {ArtifactStore.class},
          (proxy, method, arguments) -> {
            if (Set.of("capabilities", "close").contains(method.getName())) {
              return method.invoke(store, arguments);
            }
            hand(answers); // The operation before this one is over.
            turns.take();
            if (dead) {
              throw new KilledError();
            }
            if (method.getName().equals("lastModified")) {
              return age((Artifact) arguments[0]);
            }
            try {
              Object result = method.invoke(store, arguments);
              if (method.getName().equals("write")) {
                owners.put(((Location) arguments[0]).value(), this);
              } else if (method.getName().equals("replace")) {
                owners.put(((Artifact) arguments[0]).location().value(), this);
              }
              return result;
            } catch (InvocationTargetException e) {
              throw e.getCause();
            }
          });
    }
  }

  /** A store in which everything is old. */
  private ArtifactStore aged(ArtifactStore store) {
    return (ArtifactStore) Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {ArtifactStore.class},
        (proxy, method, arguments) -> {
          try {
            return method.getName().equals("lastModified")
                ? Optional.of(Instant.EPOCH)
                : method.invoke(store, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  private interface Work {
    void run(ArtifactStore store) throws Exception;
  }

  private static final class KilledError extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static void hand(SynchronousQueue<Boolean> queue) {
    try {
      if (!queue.offer(true, 60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody listens");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The living renew their claims in time, the dead never do. */
  private final ClaimPace pace = new ClaimPace(Duration.ZERO, Duration.ofHours(1)) {
    @Override
    void pause() {}

    @Override
    boolean hasLapsed(Location claim, long since) {
      Actor owner = owners.get(claim.value());
      return owner == null || owner.dead;
    }
  };

  /** What the dead wrote is old, what the living write is new. */
  private Optional<Instant> age(Artifact file) {
    Actor owner = owners.get(file.location().value());
    return Optional.of(owner == null || owner.dead ? Instant.EPOCH : Instant.now());
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void givenARandomInterleavingThenNothingButCompletePairsIsEverServed(long seed) throws Exception {
    // given
    Random random = new Random(seed);
    addPublishers();
    List<Actor> mortals = List.copyOf(actors);
    addCleaners(random);
    actors.forEach(actor -> actor.thread.start());

    // when
    List<Actor> running = new ArrayList<>(actors);
    while (!running.isEmpty()) {
      Actor next = running.get(random.nextInt(running.size()));
      next.step(mortals.contains(next) && random.nextInt(40) == 0);
      if (next.done) {
        running.remove(next);
      }
      requireServable();
    }

    // then
    for (Actor actor : actors) {
      boolean conflict = actor.mayConflict && actor.failure instanceof ConflictException;
      if (!conflict && !wasRemoved(actor.failure)) {
        assertThat(actor.failure).isNull();
      }
    }
    long survivors =
        actors.subList(0, PUBLISHERS).stream().filter(actor -> !actor.dead).count();
    assertThat((long) versions().size()).isGreaterThanOrEqualTo(Math.min(KEEP, survivors));
    requireCleanAfterwards();
  }

  /** Newer ones were there by the time a publisher looked whether his version is. */
  private boolean wasRemoved(Throwable failure) {
    return failure instanceof TransferException
        && removed.stream()
            .anyMatch(
                number -> failure.getMessage().contains(MODEL + "/" + number + ": its files"));
  }

  private void addPublishers() throws IOException {
    for (int i = 0; i < PUBLISHERS; i++) {
      Map<String, Path> files = files(i);
      actors.add(new Actor(store -> publisher(store).publish(MODEL, version -> files)));
    }
    for (int i = PUBLISHERS; i < PUBLISHERS + REPLACERS; i++) {
      Map<String, Path> files = files(i);
      Replacing replacing =
          new Replacing(directory.resolve("work" + i), this::copy, note -> {}, warning -> {});
      Files.createDirectory(replacing.work());
      long number = 1L + i % REPLACED.size();
      actors.add(new Actor(
          store -> publisher(store).replace(MODEL, number, version -> files, replacing), true));
    }
    Path rolledBack = Files.createDirectory(directory.resolve("rolled-back"));
    actors.add(new Actor(store -> goBack(store, rolledBack), true));
  }

  private void addCleaners(Random random) {
    Optional<Housekeeping.Policy> policy = random.nextBoolean()
        ? Optional.empty()
        : Optional.of(new Housekeeping.Policy(1, number -> number == SERVED));
    actors.add(new Actor(store -> removed.addAll(Housekeeping.remove(
        store, MODEL, KEEP, Long.MAX_VALUE, policy, SourceFiles.of(List.of())))));
    for (int i = 0; i < 2; i++) {
      actors.add(new Actor(store -> removeLeftovers(store)));
    }
  }

  private int removeLeftovers(ArtifactStore store) {
    return Leftovers.remove(store, MODEL, Duration.ofHours(1), () -> directory, () -> {});
  }

  private ModelPublisher publisher(ArtifactStore store) {
    return new ModelPublisher(store, new TransferMeter(0, 0, p -> {}), pace);
  }

  private void copy(ArtifactStore store, Location source, List<Artifact> files, Path target) {
    for (Artifact file : files) {
      Path copy = target.resolve(file.path());
      try {
        Files.createDirectories(copy.getParent());
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      StoredFiles.fetch(store, file, copy);
    }
  }

  /** Publishes the files of an older version as the newest. */
  private void goBack(ArtifactStore store, Path work) {
    StoredVersion old = new ModelRepository(store, MODEL).latestComplete().orElse(null);
    if (old != null) {
      Map<String, Path> files = new TreeMap<>();
      try {
        copy(store, old.location(), old.files(), work);
      } catch (NotFoundException | TransferException e) {
        return; // It is replaced or removed at this moment.
      }
      old.files().forEach(file -> files.put(file.path(), work.resolve(file.path())));
      publisher(store).publish(MODEL, version -> files);
    }
  }

  /** Once more when nobody is at work: what the dead left goes, and nothing that is served. */
  private void requireCleanAfterwards() {
    Map<Long, Map<String, String>> before = versions();
    try (ArtifactStore store = memory.open(StoreSettings.none(), StoreRole.OUTPUT)) {
      removeLeftovers(aged(store));
    }
    assertThat(memory.urls())
        .as("claims, and descriptions that were put aside")
        .noneMatch(url -> VersionClaim.isClaim(url) || ReplacementLeft.isKept(url));
    versions()
        .forEach((number, files) -> assertThat(files.keySet())
            .as("version " + number + ", which was " + before.get(number))
            .hasSize(3));
  }

  /** A version with a whole file set is one publisher's, and the newest does not go back. */
  private void requireServable() {
    long highest = 0;
    for (Map.Entry<Long, Map<String, String>> version : versions().entrySet()) {
      List<String> xml = ofSuffix(version.getValue(), ".xml");
      List<String> bin = ofSuffix(version.getValue(), ".bin");
      if (!xml.isEmpty() && !bin.isEmpty()) {
        assertThat(xml).as("whichever OVMS takes").hasSize(1).isEqualTo(bin);
        highest =
            REPLACED.contains(version.getKey()) ? highest : Math.max(highest, version.getKey());
      }
    }
    assertThat(highest).as("the newest version that is served").isGreaterThanOrEqualTo(newest);
    newest = highest;
  }

  private static List<String> ofSuffix(Map<String, String> files, String suffix) {
    return files.entrySet().stream()
        .filter(file -> file.getKey().endsWith(suffix))
        .map(Map.Entry::getValue)
        .toList();
  }

  private Map<Long, Map<String, String>> versions() {
    Map<Long, Map<String, String>> versions = new TreeMap<>();
    try (ArtifactStore store = memory.open(StoreSettings.none(), StoreRole.INPUT)) {
      for (Artifact file : store.list(MODEL)) {
        int slash = file.path().indexOf('/');
        if (slash < 0) {
          continue;
        }
        try (var in = store.read(file, 0, -1)) {
          versions
              .computeIfAbsent(
                  Long.valueOf(file.path().substring(0, slash)), key -> new TreeMap<>())
              .put(
                  file.path().substring(slash + 1),
                  new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    return versions;
  }

  private Map<String, Path> files(int publisher) throws IOException {
    Path own = Files.createDirectory(directory.resolve("p" + publisher));
    Map<String, Path> files = new TreeMap<>();
    List<String> recorded = new ArrayList<>();
    String content = "of publisher " + publisher;
    for (String suffix : List.of(".bin", ".xml")) {
      String name = "m" + (publisher < PUBLISHERS ? "" : "-" + publisher) + suffix;
      files.put(name, Files.writeString(own.resolve(name), content));
      recorded.add(
          "{\"path\": \"%s\", \"size\": %d, \"sha256\": \"\"}".formatted(name, content.length()));
    }
    String record = "{\"result\": {\"files\": %s}}".formatted(recorded);
    files.put(Provenance.FILE, Files.writeString(own.resolve(Provenance.FILE), record));
    return files;
  }
}
