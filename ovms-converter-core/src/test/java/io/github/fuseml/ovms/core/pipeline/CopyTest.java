package io.github.fuseml.ovms.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Cancellation;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.CopyResult;
import io.github.fuseml.ovms.api.IncompleteCopyException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.Gate;
import io.github.fuseml.ovms.testkit.InMemoryStoreProvider;
import io.github.fuseml.ovms.testkit.RecordingListener;
import io.github.fuseml.ovms.testkit.StoreOperation.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies between stores: every file and its progress, or a refusal before the first byte. */
@Timeout(60)
class CopyTest {
  private static final String OBJECTS = "memory://b";

  @TempDir
  Path directory;

  private final InMemoryStoreProvider objects = new InMemoryStoreProvider();
  private final RecordingListener events = new RecordingListener();
  private final Map<String, byte[]> files = new TreeMap<>();
  private Sandbox sandbox;
  private OvmsConverter converter;

  @BeforeEach
  void open() {
    sandbox = Sandbox.in(directory);
    Random random = new Random(1);
    Map.of("empty", 0, "a/small", 1000, "a/b/large", (4 << 20) + 77).forEach((path, size) -> {
      byte[] content = new byte[size];
      random.nextBytes(content);
      files.put(path, content);
    });
    converter = OvmsConverter.builder()
        .workDirectory(sandbox.work())
        .register(objects)
        .listener(events)
        .build();
  }

  @AfterEach
  void close() {
    converter.close();
    assertThat(sandbox.work()).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({"memory,memory", "memory,local", "local,memory", "local,local"})
  void givenADirectoryThenEveryFileIsCopiedAndTheProgressAddsUp(String from, String to) {
    put(at(from, "source"));

    CopyResult result = copy(at(from, "source"), at(to, "target"));

    assertThat(contents(at(to, "target"))).containsExactlyInAnyOrderEntriesOf(files);
    assertThat(result.files())
        .extracting(StoredArtifact::path)
        .containsExactlyElementsOf(files.keySet());
    int bytes = files.values().stream().mapToInt(content -> content.length).sum();
    assertThat(result.bytes()).isEqualTo(bytes);
    assertThat(events.events().stream()
            .filter(event -> event.startsWith("progress"))
            .toList())
        .last()
        .isEqualTo("progress copy %1$d/%1$d bytes 3/3 files".formatted(bytes));
    events.assertGrammar();
  }

  @Test
  void givenAModelThatIsReplacedAtThisMomentThenItsClaimIsNotCopied() {
    put("memory://bucket/source");
    put("memory://bucket/source/.ovms-converter-claim-1", new byte[3]);

    copy("memory://bucket/source", "memory://bucket/target");

    assertThat(contents("memory://bucket/target")).containsOnlyKeys(files.keySet());
  }

  @ParameterizedTest
  @CsvSource({"memory,memory", "memory,local", "local,memory", "local,local"})
  void givenAFileThenItGetsItsNewNameOrKeepsItsOwnBelowASlash(String from, String to) {
    put(at(from, "source"));
    copy(at(from, "source/a/small"), at(to, "one/renamed"));
    copy(at(from, "source/a/b/large"), at(to, "one/"));
    assertThat(contents(at(to, "one")))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("renamed", files.get("a/small"), "large", files.get("a/b/large")));
  }

  @ParameterizedTest
  @CsvSource({"memory,memory", "memory,local", "local,memory", "local,local"})
  void givenAFileInTheWayThenNothingIsCopiedUnlessItMayBeReplaced(String from, String to) {
    put(at(from, "source"));
    put(at(to, "target/a/small"), new byte[3]);
    assertThatThrownBy(() -> copy(at(from, "source"), at(to, "target")))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("[a/small] already");
    assertThat(contents(at(to, "target"))).containsOnlyKeys("a/small");

    converter.copy(request(at(from, "source"), at(to, "target")).replace(true).build());
    assertThat(contents(at(to, "target"))).containsExactlyInAnyOrderEntriesOf(files);
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "local"})
  void givenATargetInsideOfTheSourceThenItIsRefused(String store) {
    put(at(store, "source"));
    assertThatThrownBy(() -> copy(at(store, "source"), at(store, "source/a/copy")))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("lies in it");
    assertThat(contents(at(store, "source"))).containsOnlyKeys(files.keySet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "local"})
  void givenNothingAtTheSourceThenTheErrorSaysSo(String store) {
    assertThatThrownBy(() -> copy(at(store, "nowhere"), at(store, "target")))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("cannot copy")
        .hasMessageContaining("nowhere");
    assertThatThrownBy(
            () -> converter.list(Location.of(at(store, "nowhere")), StoreSettings.none()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("cannot list");
  }

  @Test
  void givenATargetThatFailsThenTheErrorIsItsOwnAndNoCopyStays() {
    put(at("memory", "source"));
    put(at("memory", "target/of-somebody-else"), new byte[3]);
    objects.fail(Kind.WRITE, 3, new TransferException(Problem.of("write").found("disk full")));
    assertThatThrownBy(() -> copy(at("memory", "source"), at("memory", "target")))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("disk full");
    assertThat(contents(at("memory", "target"))).containsOnlyKeys("of-somebody-else");
    assertThat(events.events()).last().isEqualTo("runFailed TransferException");
    events.assertGrammar();
  }

  @Test
  void givenATargetThatFailsWhenFilesAreReplacedThenTheErrorTellsWhichAreNewAndWhichAreOld() {
    put(at("memory", "source"));
    put(at("memory", "target/a/small"), new byte[3]);
    put(at("memory", "target/empty"), new byte[3]);
    objects.fail(Kind.WRITE, 3, new AccessDeniedException(Problem.of("write").found("no right")));
    IncompleteCopyException error = catchThrowableOfType(
        IncompleteCopyException.class, () -> replaceOneByOne("memory", "memory"));
    assertThat(error)
        .hasCauseInstanceOf(AccessDeniedException.class)
        .hasMessageContaining("no right; of 2 files that were there, replaced: 'a/small'")
        .hasMessageContaining("as before: 'empty'")
        .hasMessageContaining("copy once more");
    assertThat(error.replaced()).containsExactly("a/small");
    assertThat(error.unchanged()).containsExactly("empty");
    assertThat(error.lost()).isEmpty();
    assertThat(contents(at("memory", "target"))).containsOnlyKeys("a/small", "empty");
  }

  @Test
  void givenATargetThatFailsBeforeAFileIsReplacedThenTheErrorIsItsOwn() {
    put(at("memory", "source"));
    put(at("memory", "target/empty"), new byte[3]);
    objects.fail(Kind.WRITE, 3, new AccessDeniedException(Problem.of("write").found("no right")));
    assertThatThrownBy(() -> replaceOneByOne("memory", "memory"))
        .isInstanceOf(AccessDeniedException.class);
    assertThat(contents(at("memory", "target"))).containsExactly(Map.entry("empty", new byte[3]));
  }

  @Test
  void givenADiskWhenFilesWereReplacedAndThenOneFailsThenEveryOneIsTheOldAgain() {
    put(at("memory", "source"));
    put(at("local", "target/a/small"), new byte[3]);
    put(at("local", "target/a/b/large"), new byte[4]);
    // What is in the way comes when the listing is done, so that the rename fails.
    objects.before(Kind.READ, 1, read -> createDirectory(directory.resolve("target/empty/x")));
    assertThatThrownBy(() -> replaceOneByOne("memory", "local"))
        .isNotInstanceOf(IncompleteCopyException.class)
        .isInstanceOf(OvmsConverterException.class);
    assertThat(contents(at("local", "target")))
        .containsOnlyKeys("a/small", "a/b/large")
        .containsEntry("a/small", new byte[3])
        .containsEntry("a/b/large", new byte[4]);
  }

  private static void createDirectory(Path path) {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In the order of their paths. */
  private void replaceOneByOne(String from, String to) {
    try (OvmsConverter slow = OvmsConverter.builder()
        .workDirectory(sandbox.work())
        .register(objects)
        .transfer(TransferSettings.builder().parallelism(1).build())
        .build()) {
      slow.copy(request(at(from, "source"), at(to, "target")).replace(true).build());
    }
  }

  @Test
  void givenAPipeAmongTheFilesThenItIsToldThatItIsNotCopied() throws Exception {
    put(at("local", "source"));
    Path pipe = directory.resolve("source/a/pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    copy(at("local", "source"), at("memory", "target"));
    assertThat(contents(at("memory", "target"))).containsOnlyKeys(files.keySet());
    assertThat(events.events()).anyMatch(event -> event.contains("devices: [a/pipe]"));
  }

  @Test
  void givenNoRightToDeleteThenWhatStaysIsTold() {
    put(at("memory", "source"));
    objects.fail(Kind.WRITE, 3, new TransferException(Problem.of("write").found("disk full")));
    for (int i = 1; i <= 2; i++) {
      objects.fail(
          Kind.DELETE, i, new AccessDeniedException(Problem.of("delete").found("no")));
    }
    CopyRequest request =
        request(at("memory", "source"), at("memory", "target")).build();
    // One after the other, so that two are there when the third fails.
    try (OvmsConverter slow = OvmsConverter.builder()
        .workDirectory(sandbox.work())
        .register(objects)
        .listener(events)
        .transfer(TransferSettings.builder().parallelism(1).build())
        .build()) {
      assertThatThrownBy(() -> slow.copy(request)).hasMessageContaining("disk full");
    }
    assertThat(contents(at("memory", "target"))).hasSize(2);
    assertThat(events.events()).anyMatch(event -> event.contains("could not all be removed again"));
  }

  @ParameterizedTest
  @CsvSource({"memory,true", "memory,false", "local,true", "local,false"})
  void givenADirectoryOnTheDiskWhereAFileWouldBeThenNothingIsCopied(String from, boolean replace)
      throws IOException {
    put(at(from, "source/a"), new byte[9]);
    put(at(from, "source/b"), new byte[9]);
    Files.createDirectories(directory.resolve("target/b"));
    assertCollides(from, replace, "is a directory there, and a file in the source");
    assertThat(directory.resolve("target/b")).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({"memory,true", "memory,false", "local,true", "local,false"})
  void givenAFileOnTheDiskWhereADirectoryWouldBeThenNothingIsCopied(String from, boolean replace)
      throws IOException {
    put(at(from, "source/a"), new byte[9]);
    put(at(from, "source/b/c"), new byte[9]);
    Files.createDirectories(directory.resolve("target"));
    Files.write(directory.resolve("target/b"), new byte[3]);
    assertCollides(from, replace, "is a file there, and a directory in the source");
    assertThat(directory.resolve("target/b")).hasBinaryContent(new byte[3]);
  }

  private void assertCollides(String from, boolean replace, String found) {
    assertThatThrownBy(() -> converter.copy(
            request(at(from, "source"), at("local", "target")).replace(replace).build()))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining(found);
    assertThat(directory.resolve("target/a")).doesNotExist();
  }

  @Test
  void givenAFileThatAppearsOnTheDiskMeanwhileThenNoCopyStays() throws IOException {
    put(at("memory", "source"));
    Path late = directory.resolve("target/empty");
    objects.before(Kind.READ, 2, read -> {
      try {
        Files.write(late, new byte[3]);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    Files.createDirectories(late.getParent());
    assertThatThrownBy(() -> copy(at("memory", "source"), at("local", "target")))
        .isInstanceOf(ConflictException.class);
    assertThat(contents(at("local", "target"))).containsOnlyKeys("empty");
    assertThat(directory.resolve("target/a")).doesNotExist();
  }

  @Test
  void givenASourceThatFailsThenNothingIsLeftOnTheDisk() {
    put(at("memory", "source"));
    objects.before(Kind.READ, 2, read -> objects.put(read.location(), new byte[9]));
    assertThatThrownBy(() -> copy(at("memory", "source"), at("local", "target/deep")))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("changed");
    assertThat(directory.resolve("target")).doesNotExist();
  }

  @Test
  void givenAFileThatIsADirectoryTooThenItIsRefusedBeforeAnythingIsRead() {
    put(at("memory", "source/a"), new byte[9]);
    put(at("memory", "source/a/b"), new byte[9]);
    assertThatThrownBy(() -> copy(at("memory", "source"), at("local", "target")))
        .isInstanceOf(OvmsConverterException.class)
        .hasMessageContaining("'a' is both a file and a directory");
    assertThat(directory.resolve("target")).doesNotExist();
    assertThat(objects.operations()).noneMatch(operation -> operation.kind() == Kind.READ);
  }

  @ParameterizedTest
  @CsvSource({"memory,READ", "memory,WRITE", "local,READ"})
  void givenACancellationThenTheCopyEndsAndNothingStaysBehind(String to, Kind held)
      throws Exception {
    put(at("memory", "source"));
    Gate gate = objects.block(held, 1);
    Cancellation cancellation = new Cancellation();
    CopyRequest request = request(at("memory", "source"), at(to, "target")).build();
    FutureTask<CopyResult> run = new FutureTask<>(() -> converter.copy(request, cancellation));
    new Thread(run, "copying").start();
    gate.awaitReached();

    cancellation.cancel();

    assertThatThrownBy(() -> run.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ConversionCancelledException.class);
    assertThat(directory.resolve("target")).doesNotExist();
    await()
        .until(() -> Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("ovms-transfer")));
    assertThat(events.events()).last().isEqualTo("runCancelled");
    events.assertGrammar();
  }

  private CopyResult copy(String source, String target) {
    return converter.copy(request(source, target).build());
  }

  private static CopyRequest.Builder request(String source, String target) {
    return CopyRequest.builder().source(source).target(target);
  }

  private String at(String store, String path) {
    return (store.equals("memory") ? OBJECTS : directory.toString()) + "/" + path;
  }

  private void put(String root) {
    files.forEach((path, content) -> put(root + "/" + path, content));
  }

  private void put(String location, byte[] content) {
    if (location.startsWith(OBJECTS)) {
      objects.put(location, content);
      return;
    }
    try {
      Files.createDirectories(Path.of(location).getParent());
      Files.write(Path.of(location), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, byte[]> contents(String root) {
    Map<String, byte[]> found = new TreeMap<>();
    List<String> paths = root.startsWith(OBJECTS)
        ? objects.urls().stream()
            .filter(url -> url.startsWith(root + "/"))
            .map(url -> url.substring(root.length() + 1))
            .toList()
        : Sandbox.files(Path.of(root));
    for (String path : paths) {
      found.put(path, read(root + "/" + path));
    }
    return found;
  }

  private byte[] read(String location) {
    try {
      return location.startsWith(OBJECTS)
          ? objects.get(location).orElseThrow()
          : Files.readAllBytes(Path.of(location));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
