package io.github.fuseml.ovms.core.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
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
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random interleavings, one operation of one actor at a time: publishers, of which some die, one who
 * removes old versions, by a policy or without, and those who remove leftovers. After each operation the repository is held
 * against a model of what may be there.
 */
@Timeout(120)
class RepositoryModelTest {
  private static final Location MODEL = Location.of("memory://bucket/m");
  private static final int PUBLISHERS = 5;
  private static final int KEEP = 2;
  private static final long SERVED = 1;

  @TempDir
  private Path directory;

  private final InMemoryStoreProvider memory = new InMemoryStoreProvider();
  private final List<Actor> actors = new ArrayList<>();

  /** Who wrote each object last. */
  private final Map<String, Actor> owners = new ConcurrentHashMap<>();

  private long newest;

  static List<Long> seeds() {
    List<Long> seeds = new ArrayList<>();
    for (long seed = 1; seed <= Integer.getInteger("ovms.interleavings", 150); seed++) {
      seeds.add(seed);
    }
    return seeds;
  }

  /** Somebody with a thread of his own, who does one operation when it is his turn. */
  private final class Actor implements Runnable {
    private final SynchronousQueue<Boolean> turns = new SynchronousQueue<>();
    private final SynchronousQueue<Boolean> answers = new SynchronousQueue<>();
    private final Work work;
    private final Thread thread = new Thread(this);
    private volatile boolean dead;
    private volatile boolean done;
    private volatile Throwable failure;

    Actor(Work work) {
      this.work = work;
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
              }
              return result;
            } catch (InvocationTargetException e) {
              throw e.getCause();
            }
          });
    }
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
    for (int i = 0; i < PUBLISHERS; i++) {
      Map<String, Path> files = files(i);
      actors.add(new Actor(store -> new ModelPublisher(store, new TransferMeter(0, 0, p -> {}))
          .publish(MODEL, version -> files)));
    }
    Optional<Housekeeping.Policy> policy = random.nextBoolean()
        ? Optional.empty()
        : Optional.of(new Housekeeping.Policy(1, number -> number == SERVED));
    actors.add(new Actor(store -> Housekeeping.remove(
        store, MODEL, KEEP, Long.MAX_VALUE, policy, SourceFiles.of(List.of()))));
    actors.add(
        new Actor(store -> Leftovers.remove(store, MODEL, Duration.ofHours(1), () -> directory)));
    actors.add(
        new Actor(store -> Leftovers.remove(store, MODEL, Duration.ofHours(1), () -> directory)));
    actors.forEach(actor -> actor.thread.start());

    // when
    List<Actor> running = new ArrayList<>(actors);
    while (!running.isEmpty()) {
      Actor next = running.get(random.nextInt(running.size()));
      boolean publisher = actors.indexOf(next) < PUBLISHERS;
      next.step(publisher && random.nextInt(40) == 0);
      if (next.done) {
        running.remove(next);
      }
      requireServable();
    }

    // then
    for (Actor actor : actors) {
      assertThat(actor.failure).isNull();
    }
    long survivors =
        actors.subList(0, PUBLISHERS).stream().filter(actor -> !actor.dead).count();
    assertThat((long) versions().size()).isGreaterThanOrEqualTo(Math.min(KEEP, survivors));
  }

  /** A version with a whole file set is one publisher's, and the newest does not go back. */
  private void requireServable() {
    long highest = 0;
    for (Map.Entry<Long, Map<String, String>> version : versions().entrySet()) {
      List<String> xml = ofSuffix(version.getValue(), ".xml");
      List<String> bin = ofSuffix(version.getValue(), ".bin");
      if (!xml.isEmpty() && !bin.isEmpty()) {
        assertThat(xml).as("whichever OVMS takes").hasSize(1).isEqualTo(bin);
        highest = Math.max(highest, version.getKey());
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
    for (String name : List.of("m.bin", "m.xml", Provenance.FILE)) {
      files.put(name, Files.writeString(own.resolve(name), "of publisher " + publisher));
    }
    return files;
  }
}
