package io.github.fuseml.ovms.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.RequestMatch;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens on the way: what is there in the end is right. A seed means the same faults again. */
@Timeout(180)
class RandomFaultsTest {
  private static final int SEEDS = 60;
  private static final int PART = 64 << 10;

  private static MinioServer server;

  @TempDir
  private Path directory;

  @BeforeAll
  static void start() {
    server = MinioServer.start();
    server.createBucket("random");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void givenRandomFaultsWhenATreeIsDownloadedThenEveryFileIsRightOrItFailedAndNoneIsWrong() {
    int succeeded = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Location source = Location.of("s3://random/down-" + seed);
      Map<String, byte[]> tree = tree(random);
      upload(source, tree);
      Path target = directory.resolve("down-" + seed);

      boolean complete =
          runs(random, "GET", source, Location.of(target.toString()), false, tree.keySet());

      assertRight(seed, complete, tree, read(target));
      succeeded += complete ? 1 : 0;
    }
    assertThat(succeeded).as("of " + SEEDS).isBetween(SEEDS / 4, SEEDS - 1);
  }

  @Test
  void givenRandomFaultsWhenATreeIsUploadedThenEveryObjectIsRightOrItFailedAndNoneIsWrong()
      throws IOException {
    int succeeded = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Map<String, byte[]> tree = tree(random);
      Path source = directory.resolve("up-" + seed);
      for (Map.Entry<String, byte[]> file : tree.entrySet()) {
        Path path = source.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.write(path, file.getValue());
      }
      Location target = Location.of("s3://random/up-" + seed);

      boolean complete =
          runs(random, "PUT", Location.of(source.toString()), target, true, tree.keySet());

      assertRight(seed, complete, tree, stored(target));
      succeeded += complete ? 1 : 0;
    }
    assertThat(succeeded).as("of " + SEEDS).isGreaterThan(SEEDS / 4);
  }

  /** Small and large files, empty ones, and names that have to be escaped. */
  private static Map<String, byte[]> tree(Random random) {
    Map<String, byte[]> tree = new TreeMap<>();
    int files = 1 + random.nextInt(8);
    for (int i = 0; i < files; i++) {
      int limit = random.nextInt(4) == 0 ? 20 * PART : PART;
      byte[] content = new byte[random.nextInt(limit)];
      random.nextBytes(content);
      tree.put((i % 2 == 0 ? "a b/" : "c%2F+/") + "file-" + i, content);
    }
    tree.put("empty", new byte[0]);
    return tree;
  }

  /** Copies with some faults on the way; whether it says that all is there. */
  private boolean runs(
      Random random,
      String method,
      Location source,
      Location target,
      boolean up,
      Iterable<String> names) {
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.url());
        OvmsConverter converter = converter()) {
      StoreSettings settings = settings(proxy.url().toString());
      for (int faults = random.nextInt(5); faults > 0; faults--) {
        RequestMatch match = RequestMatch.method(random.nextInt(8) == 0 ? "HEAD" : method);
        proxy.inject(match.nth(1 + random.nextInt(12)), fault(random, up ? null : source, names));
      }
      CopyRequest.Builder request = CopyRequest.builder().source(source).target(target);
      converter.copy(
          (up ? request.outputSettings(settings) : request.inputSettings(settings)).build());
      return true;
    } catch (OvmsConverterException e) {
      assertThat(e.problem().found()).as("a reason").isNotBlank();
      return false;
    }
  }

  private static OvmsConverter converter() {
    return OvmsConverter.builder()
        .register(new S3StoreProvider())
        .transfer(TransferSettings.builder()
            .partSize(PART)
            .parallelism(4)
            .attempts(3)
            .stallTimeout(Duration.ofMillis(400))
            .durable(false)
            .build())
        .build();
  }

  private Fault fault(Random random, @Nullable Location swapped, Iterable<String> names) {
    int at = random.nextInt(PART);
    return switch (random.nextInt(10)) {
      case 0 -> Fault.cutAfter(at);
      case 1 -> Fault.resetAfter(at);
      case 2 -> Fault.stallAfter(at, Duration.ofSeconds(5));
      case 3 -> swapped == null ? Fault.flipUploadedByte(at) : Fault.flipByte(at);
      case 4 -> Fault.answer(500);
      case 5 -> Fault.answer(503, Duration.ofSeconds(0));
      case 6 -> Fault.dropAnswer();
      case 7 -> swapped == null ? Fault.cutUploadAfter(at) : Fault.shortenRangeTo(at);
      case 8 -> swapped == null ? Fault.resetBeforeForwarding() : Fault.ignoreRange();
      default ->
        swapped == null
            ? Fault.answer(429)
            : Fault.runAfter(at, () -> swap(swapped.resolve(names.iterator().next())));
    };
  }

  private static void swap(Location location) {
    try (ArtifactStore store = direct()) {
      store.write(location, file(new byte[9]), WriteMode.REPLACE);
    }
  }

  /** Each file that is there is right; all are there where that was said, and none otherwise. */
  private static void assertRight(
      int seed, boolean complete, Map<String, byte[]> expected, Map<String, byte[]> found) {
    assertThat(expected.keySet()).as("seed " + seed).containsAll(found.keySet());
    found.forEach((name, content) ->
        assertThat(content).as("seed " + seed + ", " + name).isEqualTo(expected.get(name)));
    assertThat(found).as("seed " + seed).hasSize(complete ? expected.size() : 0);
  }

  private void upload(Location location, Map<String, byte[]> tree) {
    try (ArtifactStore store = direct()) {
      tree.forEach((name, content) ->
          store.write(location.resolve(name), file(content), WriteMode.CREATE_ONLY));
    }
  }

  private static Path file(byte[] content) {
    try {
      Path path = Files.createTempFile("random-faults", "");
      path.toFile().deleteOnExit();
      return Files.write(path, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ArtifactStore direct() {
    return new S3StoreProvider().open(settings(server.url().toString()), StoreRole.OUTPUT);
  }

  private static StoreSettings settings(String endpoint) {
    return Stores.settings(
        endpoint, MinioServer.ACCESS_KEY, MinioServer.SECRET_KEY, "requestTimeout", "2s");
  }

  private static Map<String, byte[]> stored(Location location) {
    Map<String, byte[]> found = new HashMap<>();
    try (ArtifactStore store = direct()) {
      store.list(location).forEach(artifact -> {
        try (var in = store.read(artifact, 0, -1)) {
          found.put(artifact.path(), in.readAllBytes());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
    return found;
  }

  private static Map<String, byte[]> read(Path directory) {
    Map<String, byte[]> found = new HashMap<>();
    if (!Files.exists(directory)) {
      return found;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        found.put(directory.relativize(path).toString(), Files.readAllBytes(path));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }
}
