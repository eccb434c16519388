package io.github.fuseml.ovms.core.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.internal.store.FileStoreProvider;
import io.github.fuseml.ovms.core.internal.transfer.TransferMeter;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.testkit.Gate;
import io.github.fuseml.ovms.testkit.InMemoryStoreProvider;
import io.github.fuseml.ovms.testkit.StoreOperation;
import io.github.fuseml.ovms.testkit.StoreOperation.Kind;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ModelPublisherTest {
  private static final TransferMeter SILENT = new TransferMeter(0, 0, progress -> {});

  /** Claims lapse at once; nobody is at work at the same time. */
  private static final ClaimPace QUICK = new ClaimPace(Duration.ZERO, Duration.ofMillis(300));

  private static final int PUBLISHERS = 8;

  @TempDir
  Path directory;

  @Nested
  class OnTheFileStore {
    @Test
    void givenNoVersionsWhenPublishedThenItIsTheFirstAndWhole() throws IOException {
      assertThat(publish(1)).isEqualTo(1);

      assertThat(models().resolve("1/model.xml")).hasContent("xml of 1");
      assertThat(models().resolve("1/model.bin")).hasContent("bin of 1");
      assertThat(names(models())).containsExactly("1");
    }

    @Test
    void givenVersionsWhenPublishedThenItIsTheNextAndTheOthersStay() throws IOException {
      publish(1);

      assertThat(publish(2)).isEqualTo(2);

      assertThat(models().resolve("1/model.bin")).hasContent("bin of 1");
      assertThat(models().resolve("2/model.bin")).hasContent("bin of 2");
    }

    @Test
    void givenAFileInPlaceOfAVersionWhenPublishedThenItIsLeftAlone() throws IOException {
      Files.createDirectories(models());
      Files.writeString(models().resolve("1"), "a file");
      Files.createSymbolicLink(models().resolve("2"), Path.of("no-such-directory"));

      assertThat(publish(1)).isEqualTo(3);

      assertThat(models().resolve("1")).hasContent("a file");
    }

    @Test
    void givenALeftoverThatOvmsTakesForAVersionWhenPublishedThenItsNumberIsLeftToIt()
        throws IOException {
      Files.createDirectories(models().resolve("4.tmp"));

      assertThat(publish(1)).isEqualTo(5);
    }

    @RepeatedTest(5)
    void givenEightPublishersAtOnceWhenTheyEndThenThereAreEightCompleteVersions() throws Exception {
      assertEightCompleteVersions(new FileStoreProvider(), Location.of(models()));

      assertThat(names(models())).containsExactly("1", "2", "3", "4", "5", "6", "7", "8");
    }

    private long publish(int number) throws IOException {
      try (ArtifactStore store =
          new FileStoreProvider().open(StoreSettings.none(), StoreRole.OUTPUT)) {
        return new ModelPublisher(store, SILENT)
            .publish(Location.of(models()), contents(files(number)));
      }
    }

    private Path models() {
      return directory.resolve("deep/models");
    }

    private List<String> names(Path parent) throws IOException {
      try (var children = Files.list(parent)) {
        return children.map(child -> child.getFileName().toString()).sorted().toList();
      }
    }
  }

  @Nested
  class FileByFile {
    private static final Location MODELS = Location.of("memory://bucket/models");

    private final InMemoryStoreProvider memory = new InMemoryStoreProvider();
    private final List<String> notes = new ArrayList<>();

    @Test
    void givenFilesWhenPublishedThenTheDescriptionIsWrittenLast() throws IOException {
      Map<String, Path> files = new LinkedHashMap<>();
      files.put("model.xml", file("xml"));
      files.put("model.bin", file("bin"));
      files.put("about.json", file("json"));

      assertThat(publish(files)).isEqualTo(1);

      assertThat(written()).hasSize(3).last().isEqualTo("memory://bucket/models/1/model.xml");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void givenAWriteThatFailsWhenPublishedThenWhatWasWrittenIsWithdrawn(int nth)
        throws IOException {
      publish(files(1));
      TransferException error = lineCut();
      memory.fail(Kind.WRITE, nth, error);

      assertThatThrownBy(() -> publish(threeFiles())).isSameAs(error);

      assertThat(memory.urls())
          .containsExactly(
              "memory://bucket/models/1/model.bin", "memory://bucket/models/1/model.xml");
    }

    @Test
    void givenAWithdrawalThatFailsWhenPublishedThenTheFirstErrorIsTheOneToHear()
        throws IOException {
      TransferException error = lineCut();
      memory.fail(Kind.WRITE, 3, error);
      memory.fail(Kind.DELETE, 2, lineCut());

      assertThatThrownBy(() -> publish(threeFiles())).isSameAs(error);

      assertThat(memory.urls())
          .as("without its description")
          .hasSize(1)
          .allSatisfy(url -> assertThat(url).doesNotEndWith(".xml"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void givenAFileThatSomebodyElseCreatedMeanwhileWhenPublishedThenItIsTheNextNumber(int nth)
        throws IOException {
      memory.before(Kind.WRITE, nth, write -> memory.put(write.location(), new byte[] {42}));

      assertThat(publish(threeFiles())).isEqualTo(2);

      assertThat(memory.urls()).filteredOn(url -> url.contains("/1/")).hasSize(1);
      assertThat(memory.urls()).filteredOn(url -> url.contains("/2/")).hasSize(3);
    }

    @Test
    void givenAnotherModelInTheSameVersionMeanwhileWhenPublishedThenTheyAreNotMixed()
        throws IOException {
      memory.before(
          Kind.WRITE,
          1,
          write -> memory.put("memory://bucket/models/1/other-model.bin", new byte[] {42}));

      assertThat(publish(files(1))).isEqualTo(2);

      assertThat(memory.urls())
          .containsExactly(
              "memory://bucket/models/1/other-model.bin",
              "memory://bucket/models/2/model.bin",
              "memory://bucket/models/2/model.xml");
    }

    @Test
    void givenAnInterruptWhenPublishingThenWhatWasWrittenIsWithdrawnAndTheThreadStaysInterrupted()
        throws Exception {
      Gate gate = memory.block(Kind.WRITE, 2);
      Map<String, Path> files = threeFiles();
      FutureTask<Boolean> publishing = new FutureTask<>(() -> {
        assertThatExceptionOfType(TransferException.class).isThrownBy(() -> publish(files));
        return Thread.currentThread().isInterrupted();
      });
      Thread thread = new Thread(publishing);
      thread.start();

      gate.awaitReached();
      thread.interrupt();

      assertThat(publishing.get()).as("still interrupted").isTrue();
      assertThat(memory.urls()).isEmpty();
    }

    @Test
    void givenOthersThatAreAlwaysFasterWhenPublishedThenItEndsWithAConflict() throws IOException {
      Map<String, Path> files = files(1);
      for (int i = 1; i <= 100; i++) {
        memory.fail(Kind.WRITE, i, new ConflictException(Problem.of("write")));
      }

      assertThatExceptionOfType(ConflictException.class)
          .isThrownBy(() -> publish(files))
          .withMessageContaining("100 times")
          .matches(ConflictException::isRetryable);

      assertThat(memory.urls()).isEmpty();
      assertThat(memory.operations()).filteredOn(op -> op.kind() == Kind.WRITE).hasSize(100);
    }

    @RepeatedTest(5)
    void givenEightPublishersAtOnceWhenTheyEndThenThereAreEightCompleteVersions() throws Exception {
      assertEightCompleteVersions(memory, MODELS);
    }

    /** The names of a second version's files differ, as those of a replacement do. */
    private Map<String, Path> replacement() throws IOException {
      Map<String, Path> files = new LinkedHashMap<>();
      files.put("model-2.xml", file("xml of 2"));
      files.put("model-2.bin", file("bin of 2"));
      files.put(Provenance.FILE, recordOf("model-2.xml", "model-2.bin"));
      return files;
    }

    private Map<String, Path> replaced() throws IOException {
      Map<String, Path> files = new LinkedHashMap<>(files(1));
      files.put(Provenance.FILE, recordOf("model.xml", "model.bin"));
      return files;
    }

    private Path recordOf(String xml, String bin) throws IOException {
      String one = "{\"path\": \"%s\", \"size\": 8, \"sha256\": \"\"}";
      return file(
          "{\"result\": {\"files\": [" + one.formatted(xml) + ", " + one.formatted(bin) + "]}}");
    }

    private void replace(Map<String, Path> files) {
      try (ArtifactStore store = memory.open(StoreSettings.none(), StoreRole.OUTPUT)) {
        new ModelPublisher(store, SILENT, QUICK).replace(MODELS, 1, contents(files), replacing());
      }
    }

    private Replacing replacing() {
      return new Replacing(directory, ModelPublisherTest::copy, notes::add, notes::add);
    }

    @Test
    void givenAVersionWhenItIsReplacedThenNothingOfTheOldOneIsLeft() throws IOException {
      publish(replaced());

      replace(replacement());

      assertThat(memory.urls())
          .containsExactly(
              "memory://bucket/models/1/model-2.bin",
              "memory://bucket/models/1/model-2.xml",
              "memory://bucket/models/1/" + Provenance.FILE);
    }

    /** Each operation that may fail, in turn, before it is done or after: until none is left. */
    @ParameterizedTest
    @CsvSource({
      "WRITE, false", "WRITE, true", "DELETE, false", "DELETE, true", "REPLACE, false",
      "REPLACE, true", "LIST, false", "READ, false", "FIND, false", "LIST_DIRECTORIES, false"
    })
    void givenAnyStepThatFailsWhenAVersionIsReplacedThenTheOldOneOrTheNewOneIsWhole(
        Kind kind, boolean afterwards) throws IOException {
      publish(replaced());
      Map<String, byte[]> before = bytesOfAll();
      boolean failed = true;
      int steps = 0;
      for (int nth = 1; failed; nth++) {
        Map<String, Path> files = replacement();
        memory.clearOperations();
        if (afterwards) {
          memory.failAfter(kind, nth, lineCut());
        } else {
          memory.fail(kind, nth, lineCut());
        }
        try {
          replace(files);
          failed = count(kind) >= nth; // A step whose failure does not matter.
        } catch (TransferException e) {
          assertThat(e).hasMessageContaining("the line is cut");
        } catch (ConflictException e) {
          assertThat(e).as("an answer was lost").hasMessageContaining("replace");
        }
        memory.clearFaults();
        requireWhole(before, files);
        steps++;
        reset(before);
      }
      assertThat(steps).isPositive();
      assertThat(notes).allMatch(note -> note.contains("could not remove what was put aside"));
    }

    private long count(Kind kind) {
      return memory.operations().stream().filter(each -> each.kind() == kind).count();
    }

    private Map<String, byte[]> bytesOfAll() {
      Map<String, byte[]> contents = new TreeMap<>();
      memory.urls().stream()
          .filter(url -> !VersionClaim.isClaim(url))
          .forEach(url -> contents.put(url, memory.get(url).orElseThrow()));
      return contents;
    }

    private void requireWhole(Map<String, byte[]> old, Map<String, Path> files) throws IOException {
      Map<String, byte[]> now = bytesOfAll();
      now.keySet().removeIf(ReplacementLeft::isKept);
      if (now.containsKey("memory://bucket/models/1/model-2.xml")) {
        assertThat(now).hasSize(files.size());
        for (Map.Entry<String, Path> file : files.entrySet()) {
          assertThat(now.get("memory://bucket/models/1/" + file.getKey()))
              .isEqualTo(Files.readAllBytes(file.getValue()));
        }
      } else {
        assertThat(now).containsExactlyEntriesOf(old);
      }
    }

    private void reset(Map<String, byte[]> contents) {
      memory.urls().forEach(memory::remove);
      contents.forEach(memory::put);
    }

    @Test
    void givenAStoreThatDoesNotAnswerAnyMoreWhenAVersionIsReplacedThenItIsSaidThatItIsNotServed()
        throws IOException {
      publish(replaced());
      Map<String, Path> files = replacement();
      memory.before(Kind.WRITE, 3, write -> {
        for (int nth = 1; nth < 20; nth++) {
          memory.fail(Kind.REPLACE, nth, lineCut());
        }
        throw lineCut();
      });

      assertThatThrownBy(() -> replace(files)).isInstanceOf(TransferException.class);

      assertThat(notes).singleElement().asString().contains("could not be put back");
    }

    @Test
    void givenAKilledReplacementPastItsLastStepBackWhenItIsRunAgainThenTheNewVersionIsThere()
        throws IOException {
      publish(replaced());
      // As it is when the old weights are gone.
      memory.put("memory://bucket/models/1/model.xml.replaced", new byte[] {1});
      memory.put("memory://bucket/models/.ovms-converter-claim-1", new byte[] {1});
      memory.put("memory://bucket/models/1/model-3.bin", new byte[] {1});
      memory.remove("memory://bucket/models/1/model.xml");
      memory.remove("memory://bucket/models/1/model.bin");

      replace(replacement());

      assertThat(memory.urls())
          .containsExactly(
              "memory://bucket/models/1/model-2.bin",
              "memory://bucket/models/1/model-2.xml",
              "memory://bucket/models/1/" + Provenance.FILE);
      assertThat(notes).singleElement().asString().contains("waiting until he is done");
    }

    @Test
    void givenAPublisherThatWasKilledWhileHeReplacedWhenLeftoversGoThenTheOldVersionIsServed()
        throws IOException {
      publish(replaced());
      List<String> before = memory.urls();
      // As it is when the new weights have been sent.
      memory.put(
          "memory://bucket/models/1/model.xml.replaced",
          "xml of 1".getBytes(StandardCharsets.UTF_8));
      memory.put("memory://bucket/models/1/model-2.bin", new byte[] {1});
      try (ArtifactStore store = memory.open(StoreSettings.none(), StoreRole.OUTPUT)) {
        store.delete(Location.of("memory://bucket/models/1/model.xml"));

        StoredVersion left = new ModelRepository(store, MODELS).version(1).orElseThrow();
        assertThat(ReplacementLeft.mend(store, left, () -> directory)).isTrue();

        assertThat(contentAt(store, MODELS.resolve("1/model.xml"))).isEqualTo("xml of 1");
      }
      assertThat(memory.urls()).isEqualTo(before);
    }

    @Test
    void givenAKilledPublisherWhenLeftoversGoThenItsUploadsAreLookedForByTheirWholeNames()
        throws IOException {
      Path record = recordOf("model.xml", "model.bin");
      memory.put("memory://bucket/models/1/" + Provenance.FILE, Files.readAllBytes(record));
      List<String> lookedFor = new ArrayList<>();
      List<String> denied = new ArrayList<>();
      try (ArtifactStore store = memory.open(StoreSettings.none(), StoreRole.OUTPUT)) {
        ArtifactStore old = (ArtifactStore) Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ArtifactStore.class},
            (proxy, method, arguments) -> switch (method.getName()) {
              case "lastModified" -> Optional.of(Instant.EPOCH);
              case "removeAbandoned" -> {
                lookedFor.add(arguments[0].toString());
                if (lookedFor.size() == 1) {
                  throw new AccessDeniedException(Problem.of("list"));
                }
                yield 1;
              }
              default -> method.invoke(store, arguments);
            });

        int removed = Leftovers.remove(
            old, MODELS, Duration.ofHours(1), () -> directory, () -> denied.add("uploads"));

        assertThat(removed).isEqualTo(1);
      }
      assertThat(lookedFor)
          .containsExactly(
              "memory://bucket/models",
              "memory://bucket/models/1/model.xml",
              "memory://bucket/models/1/model.bin");
      assertThat(denied).hasSize(1);
      assertThat(memory.urls()).isEmpty();
    }

    @Test
    void givenAVersionThatIsReplacedAtThisMomentWhenOldOnesAreRemovedThenItStays()
        throws IOException {
      publish(replaced());
      publish(replaced());
      publish(replaced());
      try (ArtifactStore store = memory.open(StoreSettings.none(), StoreRole.OUTPUT);
          VersionClaim other = new VersionClaim(store, MODELS, 1, QUICK)) {
        assertThat(other.tryCreate()).isTrue();

        assertThat(Housekeeping.remove(
                store, MODELS, 1, 3, Optional.empty(), SourceFiles.of(List.of())))
            .containsExactly(2L);
        assertThat(new ModelRepository(store, MODELS).versions())
            .as("a claim is no version")
            .extracting(StoredVersion::number)
            .containsExactly(1L, 3L);
      }
      assertThat(memory.urls()).hasSize(6);
    }

    @Test
    void givenSomebodyElseWhoIsBusyWithItWhenAVersionIsReplacedThenItIsAConflict()
        throws IOException {
      publish(replaced());
      Map<String, Path> files = replacement();
      try (ArtifactStore store = memory.open(StoreSettings.none(), StoreRole.OUTPUT);
          VersionClaim other = new VersionClaim(
              store, MODELS, 1, new ClaimPace(Duration.ofMillis(20), Duration.ofHours(1)))) {
        assertThat(other.tryCreate()).isTrue();

        assertThatThrownBy(() -> replace(files))
            .isInstanceOf(ConflictException.class)
            .hasMessageContaining("somebody else replaces or removes it at this moment")
            .matches(error -> ((ConflictException) error).isRetryable());
      }
      assertThat(memory.urls()).hasSize(3);
    }

    @Test
    void givenSomebodyElseWhoHasTakenTheClaimOverWhenTheDescriptionIsDueThenItIsNotWritten()
        throws IOException {
      publish(replaced());
      List<String> before = memory.urls();
      Map<String, Path> files = replacement();
      memory.before(
          Kind.REPLACE,
          3,
          renewal -> memory.put("memory://bucket/models/.ovms-converter-claim-1", new byte[] {7}));

      assertThatThrownBy(() -> replace(files))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("took it for dead");

      assertThat(memory.urls())
          .as("the claim is his")
          .contains("memory://bucket/models/.ovms-converter-claim-1")
          .doesNotContain("memory://bucket/models/1/model-2.xml");
      assertThat(before).isNotEmpty();
    }

    private long publish(Map<String, Path> files) {
      try (ArtifactStore store = memory.open(StoreSettings.none(), StoreRole.OUTPUT)) {
        return new ModelPublisher(store, SILENT).publish(MODELS, contents(files));
      }
    }

    private List<String> written() {
      return memory.operations().stream()
          .filter(operation -> operation.kind() == Kind.WRITE)
          .map(StoreOperation::location)
          .map(Location::value)
          .toList();
    }

    private TransferException lineCut() {
      return new TransferException(Problem.of("write").found("the line is cut"));
    }

    private Map<String, Path> threeFiles() throws IOException {
      Map<String, Path> files = new LinkedHashMap<>(files(9));
      files.put("about.json", file("json"));
      return files;
    }
  }

  private void assertEightCompleteVersions(ArtifactStoreProvider provider, Location models)
      throws Exception {
    CyclicBarrier start = new CyclicBarrier(PUBLISHERS);
    ExecutorService threads = Executors.newFixedThreadPool(PUBLISHERS);
    try (ArtifactStore reader = provider.open(StoreSettings.none(), StoreRole.INPUT)) {
      List<Future<Long>> versions = new ArrayList<>();
      for (int i = 0; i < PUBLISHERS; i++) {
        Map<String, Path> files = files(i);
        versions.add(threads.submit(() -> {
          try (ArtifactStore store = provider.open(StoreSettings.none(), StoreRole.OUTPUT)) {
            start.await();
            return new ModelPublisher(store, SILENT).publish(models, contents(files));
          }
        }));
      }
      TreeSet<Long> numbers = new TreeSet<>();
      for (int i = 0; i < PUBLISHERS; i++) {
        long version = versions.get(i).get();
        numbers.add(version);
        Location published = models.resolve(Long.toString(version));
        assertThat(contentAt(reader, published.resolve("model.xml"))).isEqualTo("xml of " + i);
        assertThat(contentAt(reader, published.resolve("model.bin"))).isEqualTo("bin of " + i);
      }
      assertThat(numbers).hasSize(PUBLISHERS);
      assertThat(reader.list(models)).hasSize(2 * PUBLISHERS);
      assertThat(reader.listDirectories(models))
          .isEqualTo(new TreeSet<>(numbers.stream().map(String::valueOf).toList()));
    } finally {
      threads.shutdownNow();
    }
  }

  private static void copy(
      ArtifactStore store, Location source, List<Artifact> files, Path target) {
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

  private static String contentAt(ArtifactStore store, Location location) throws IOException {
    try (var in = store.read(store.find(location).orElseThrow(), 0, -1)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static ModelPublisher.Contents contents(Map<String, Path> files) {
    return version -> files;
  }

  private Map<String, Path> files(int number) throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("model.xml", file("xml of " + number));
    files.put("model.bin", file("bin of " + number));
    return files;
  }

  private Path file(String content) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "content", ""), content);
  }
}
