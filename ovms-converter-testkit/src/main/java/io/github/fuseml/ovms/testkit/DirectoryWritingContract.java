package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.testkit.Together.Outcome;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@code writeDirectory}. */
abstract class DirectoryWritingContract extends DirectoryContract {
  DirectoryWritingContract() {}

  @Test
  void givenAStoreWithoutAtomicDirectoriesWhenOneIsWrittenThenItIsAnIllegalState() {
    Assumptions.assumeFalse(can(StoreCapability.ATOMIC_DIRECTORY), "the store has them");

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> store().writeDirectory(base().resolve("1"), Map.of()));
  }

  @Test
  void givenFilesWhenWrittenAsADirectoryThenAllAreThere() {
    assumeCan(StoreCapability.ATOMIC_DIRECTORY);
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("model.xml", file(utf8("xml")));
    files.put("model.bin", file(random(1, 100_000)));
    files.put("deep/er/empty", file(new byte[0]));

    List<Artifact> written = store().writeDirectory(base().resolve("models/1"), files);

    assertThat(written)
        .extracting(Artifact::path)
        .containsExactlyInAnyOrder("model.xml", "model.bin", "deep/er/empty");
    assertThat(written)
        .containsExactlyInAnyOrderElementsOf(store().list(base().resolve("models/1")));
    assertThat(contentAt(base().resolve("models/1/model.bin"))).isEqualTo(random(1, 100_000));
    assertThat(contentAt(base().resolve("models/1/model.xml"))).isEqualTo(utf8("xml"));
  }

  @Test
  void givenADirectoryWhenWrittenThenNothingTemporaryIsLeft() {
    assumeCan(StoreCapability.ATOMIC_DIRECTORY);

    store().writeDirectory(base().resolve("models/1"), Map.of("a", file(utf8("a"))));

    assertThat(pathsBelow(base())).containsExactly("models/1/a");
    assertThat(store().listDirectories(base().resolve("models"))).containsExactly("1");
  }

  @Test
  void givenADirectoryThatExistsWhenWrittenThenItIsAConflictAndNothingChanges() {
    assumeCan(StoreCapability.ATOMIC_DIRECTORY);
    put(base().resolve("1/old"), utf8("old"));
    Path content = file(utf8("new"));

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> store().writeDirectory(base().resolve("1"), Map.of("new", content)));

    assertThat(pathsBelow(base())).containsExactly("1/old");
    assertThat(store().listDirectories(base())).containsExactly("1");
    assertThat(content).hasBinaryContent(utf8("new"));
  }

  @Test
  void givenAnArtifactOfThatNameWhenADirectoryIsWrittenThenItIsAConflict() {
    assumeCan(StoreCapability.ATOMIC_DIRECTORY);
    put(base().resolve("1"), utf8("a file"));
    Path content = file(utf8("new"));

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> store().writeDirectory(base().resolve("1"), Map.of("new", content)));

    assertThat(contentAt(base().resolve("1"))).isEqualTo(utf8("a file"));
    assertThat(content).hasBinaryContent(utf8("new"));
  }

  @Test
  void givenAFileThatIsMissingWhenADirectoryIsWrittenThenNothingAppears() {
    assumeCan(StoreCapability.ATOMIC_DIRECTORY);
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("a", file(utf8("a")));
    files.put("deep/b", file(utf8("b")));
    files.put("missing", missingFile());
    files.put("z", file(utf8("z")));

    assertThatExceptionOfType(OvmsConverterException.class)
        .isThrownBy(() -> store().writeDirectory(base().resolve("models/1"), files));

    assertNothingBelow(base());
    assertThat(files.get("a")).hasBinaryContent(utf8("a"));
    assertThat(files.get("deep/b")).hasBinaryContent(utf8("b"));
    assertThat(files.get("z")).hasBinaryContent(utf8("z"));
  }

  @Test
  void givenEightThreadsWhenTheyWriteTheSameDirectoryThenExactlyOneWins() {
    assumeCan(StoreCapability.ATOMIC_DIRECTORY);
    for (int round = 0; round < 5; round++) {
      Location parent = base().resolve("round-" + round);
      List<Map<String, Path>> contents =
          IntStream.range(0, 8).mapToObj(this::version).toList();
      List<Callable<Integer>> writers = IntStream.range(0, 8)
          .<Callable<Integer>>mapToObj(number -> () -> {
            store().writeDirectory(parent.resolve("1"), contents.get(number));
            return number;
          })
          .toList();

      List<Outcome<Integer>> outcomes = Together.run(writers);

      assertExactlyOneWon(outcomes, parent, contents);
    }
  }

  private Map<String, Path> version(int number) {
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("model.bin", file(random(number, 20_000)));
    files.put("writer-" + number, file(utf8("" + number)));
    files.put("model.xml", file(utf8("xml of " + number)));
    return files;
  }

  private void assertExactlyOneWon(
      List<Outcome<Integer>> outcomes, Location parent, List<Map<String, Path>> contents) {
    assertThat(outcomes).filteredOn(outcome -> outcome.error() == null).hasSize(1);
    for (int number = 0; number < outcomes.size(); number++) {
      Outcome<Integer> outcome = outcomes.get(number);
      if (outcome.error() == null) {
        assertThat(pathsBelow(parent))
            .containsExactly("1/model.bin", "1/model.xml", "1/writer-" + number);
        assertThat(contentAt(parent.resolve("1/model.bin"))).isEqualTo(random(number, 20_000));
      } else {
        assertThat(outcome.error()).isInstanceOf(ConflictException.class);
        assertThat(contents.get(number).values())
            .as("the files of a writer that lost, to be written elsewhere")
            .allSatisfy(file -> assertThat(file).exists());
      }
    }
    assertThat(store().listDirectories(parent)).containsExactly("1");
  }

  @Test
  void givenAReaderWhenDirectoriesAreWrittenThenItSeesAllFilesOfOneOrNone() {
    assumeCan(StoreCapability.ATOMIC_DIRECTORY);
    int count = 30;
    List<Map<String, Path>> contents =
        IntStream.range(0, count).mapToObj(this::version).toList();
    AtomicBoolean done = new AtomicBoolean();

    Callable<Boolean> writer = () -> {
      try {
        for (int i = 0; i < count; i++) {
          store().writeDirectory(base().resolve("model/" + i), contents.get(i));
        }
      } finally {
        done.set(true);
      }
      return true;
    };
    Callable<Boolean> reader = () -> {
      boolean last;
      do {
        last = done.get();
        for (int i = 0; i < count; i++) {
          assertThat(store().list(base().resolve("model/" + i)).size()).isIn(0, 3);
        }
        store().list(base()); // What comes and goes beside it is no error.
      } while (!last);
      return true;
    };

    assertThat(Together.run(List.of(writer, reader)))
        .allSatisfy(outcome -> assertThat(outcome.error()).isNull());
    assertThat(pathsBelow(base().resolve("model"))).hasSize(3 * count);
  }
}
