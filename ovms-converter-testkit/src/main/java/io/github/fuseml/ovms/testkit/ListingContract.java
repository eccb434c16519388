package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code list} and {@code listDirectories}. */
abstract class ListingContract extends FindingContract {
  ListingContract() {}

  @Test
  void givenADirectoryWhenListedThenItsNeighboursAreNot() {
    put(base().resolve("model/a"), utf8("a"));
    put(base().resolve("model2/b"), utf8("b"));
    put(base().resolve("model.txt"), utf8("c"));

    assertThat(pathsBelow(base().resolve("model"))).containsExactly("a");
    assertThat(pathsBelow(base().resolve("model/"))).containsExactly("a");
    assertThat(pathsBelow(base().resolve("mod"))).isEmpty();
  }

  @Test
  void givenNestedDirectoriesWhenListedThenEverythingBelowIsThereWithItsSize() {
    putAll(
        base().resolve("model"),
        Map.of("a", new byte[1], "b/c", new byte[22], "b/d/e/f", new byte[333]));

    List<Artifact> listed = store().list(base().resolve("model"));

    assertThat(listed).extracting(Artifact::path).containsExactly("a", "b/c", "b/d/e/f");
    assertThat(listed).extracting(Artifact::size).containsExactly(1L, 22L, 333L);
    assertThat(listed)
        .extracting(Artifact::location)
        .containsExactly(
            base().resolve("model/a"),
            base().resolve("model/b/c"),
            base().resolve("model/b/d/e/f"));
  }

  @Test
  void givenAnEmptyArtifactWhenListedThenItIsThere() {
    put(base().resolve("model/__init__.py"), new byte[0]);

    List<Artifact> listed = store().list(base().resolve("model"));

    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).size()).isZero();
  }

  @Test
  void givenNoSuchDirectoryWhenListedThenNothingIsThere() {
    assertThat(store().list(base().resolve("model"))).isEmpty();
    assertThat(store().list(base().resolve("no/such/directory/"))).isEmpty();
  }

  @Test
  void givenAnArtifactWhenListedThenNothingIsBelowIt() {
    put(base().resolve("model"), utf8("a"));

    assertThat(store().list(base().resolve("model"))).isEmpty();
  }

  @Test
  void givenNamesOfManyKindsWhenListedThenTheyAreSortedByCodeUnits() {
    // U+FFC2 follows U+1F600 in UTF-16 and precedes it in UTF-8.
    List<String> paths =
        List.of("a/b", "a-b", "a", "B", "a0", "é", "z", "\uFFC2", "\uD83D\uDE00", "A/z", "_");
    List<String> possible = new ArrayList<>(paths);
    possible.remove("a"); // A file and a directory of one name: only object stores have that.
    possible.forEach(path -> put(base().resolve(path), utf8(path)));

    assertThat(pathsBelow(base()))
        .containsExactlyElementsOf(possible.stream().sorted().toList());
  }

  @Test
  void givenAwkwardNamesWhenListedThenTheyAreTakenLiterally() {
    Map<String, byte[]> contents = new HashMap<>();
    for (String name : awkwardNames()) {
      contents.put(name, utf8(name));
      contents.put("directory " + name + "/" + name, utf8(name));
    }
    putAll(base().resolve("a +%25#?"), contents);

    List<Artifact> listed = store().list(base().resolve("a +%25#?"));

    assertThat(listed)
        .extracting(Artifact::path)
        .containsExactlyElementsOf(contents.keySet().stream().sorted().toList());
    for (Artifact artifact : listed) {
      assertThat(readAll(artifact)).as(artifact.path()).isEqualTo(contents.get(artifact.path()));
    }
  }

  @Test
  void givenMoreThanAThousandArtifactsWhenListedThenAllAreThere() {
    Map<String, byte[]> contents = new HashMap<>();
    for (int i = 0; i < 2050; i++) {
      contents.put("part-%05d".formatted(i), new byte[] {(byte) i});
    }
    putAll(base().resolve("model"), contents);

    assertThat(pathsBelow(base().resolve("model")))
        .containsExactlyElementsOf(contents.keySet().stream().sorted().toList());
  }

  @Test
  void givenAListedArtifactWhenFoundThenItIsTheSameVersion() {
    put(base().resolve("model/deep/a"), utf8("a"));

    Artifact listed = store().list(base().resolve("model")).get(0);
    Artifact found = store().find(listed.location()).orElseThrow();

    assertThat(found.withPath(listed.path())).isEqualTo(listed);
  }

  @Test
  void givenAPathThatIsNotSafeWhenListedThenItIsRefused() {
    int number = 0;
    for (String path : hostilePaths()) {
      Location directory = base().resolve("hostile-" + number++);
      put(directory.resolve(path), utf8("x"));

      assertThatExceptionOfType(TransferException.class)
          .as("listing the path '%s'", path)
          .isThrownBy(() -> store().list(directory));
    }
  }

  @Test
  void givenDirectoriesWhenTheirNamesAreListedThenOnlyTheDirectOnesAreThere() {
    put(base().resolve("model/1/a"), utf8("a"));
    put(base().resolve("model/2/deep/b"), utf8("b"));
    put(base().resolve("model/file"), utf8("c"));
    put(base().resolve("model2/3/d"), utf8("d"));

    assertThat(store().listDirectories(base().resolve("model")))
        .containsExactlyInAnyOrder("1", "2");
    assertThat(store().listDirectories(base().resolve("model/")))
        .containsExactlyInAnyOrder("1", "2");
  }

  @Test
  void givenNoSuchDirectoryWhenTheNamesBelowItAreListedThenThereAreNone() {
    put(base().resolve("file"), utf8("a"));

    assertThat(store().listDirectories(base().resolve("model"))).isEmpty();
    assertThat(store().listDirectories(base().resolve("no/such"))).isEmpty();
    assertThat(store().listDirectories(base().resolve("file"))).isEmpty();
    assertThat(store().listDirectories(base().resolve("file/below"))).isEmpty();
  }

  @Test
  void givenAwkwardNamesWhenDirectoriesAreListedThenTheyAreTakenLiterally() {
    for (String name : awkwardNames()) {
      put(base().resolve(name + "/a"), utf8("a"));
    }

    assertThat(store().listDirectories(base())).containsExactlyInAnyOrderElementsOf(awkwardNames());
  }

  @Test
  void givenMoreThanAThousandDirectoriesWhenTheirNamesAreListedThenAllAreThere() {
    Map<String, byte[]> contents = new HashMap<>();
    for (int i = 0; i < 1050; i++) {
      contents.put(i + "/a", new byte[0]);
    }
    putAll(base(), contents);

    assertThat(store().listDirectories(base())).hasSize(1050).contains("0", "999", "1049");
  }
}
