package io.github.fuseml.ovms.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStoreTest {
  @TempDir
  Path directory;

  private Path model;
  private ArtifactStore store;

  @BeforeEach
  void open() throws IOException {
    model = Files.createDirectory(directory.resolve("model"));
    store = new FileStoreProvider().open(StoreSettings.none(), StoreRole.INPUT);
  }

  @Test
  void givenOddNamesAndAnEmptyFileThenAllAreListedSortedAndNothingBesides() throws IOException {
    Files.createDirectories(directory.resolve("model2"));
    Files.writeString(directory.resolve("model2/x"), "another model");
    for (String name : List.of("b c", "a+b", "100%", "#1", "q?", "ü", "empty", "sub/deep/x")) {
      Path file = model.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name.equals("empty") ? "" : name);
    }

    assertThat(paths(store.list(Location.of(model))))
        .containsExactly("#1", "100%", "a+b", "b c", "empty", "q?", "sub/deep/x", "ü");
  }

  @Test
  void givenLinksThenThoseInsideAreFollowedAndOneThatLeadsOutIsRefused() throws IOException {
    Files.writeString(model.resolve("real"), "content");
    Files.createSymbolicLink(model.resolve("alias"), Path.of("real"));
    Files.createSymbolicLink(model.resolve("dangling"), Path.of("nowhere"));
    Files.createSymbolicLink(model.resolve("loop"), Path.of("."));

    assertThat(paths(store.list(Location.of(model)))).containsExactly("alias", "real");

    Files.createSymbolicLink(model.resolve("out"), Path.of("/etc/passwd"));
    assertThatThrownBy(() -> store.list(Location.of(model)))
        .isInstanceOf(AccessDeniedException.class)
        .hasMessageContaining("'out' leads out of it");
  }

  @Test
  void givenAPipeThenItIsNoFile() throws Exception {
    Path pipe = model.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    assertThat(store.list(Location.of(model))).isEmpty();
    assertThat(store.find(Location.of(pipe))).isEmpty();
  }

  @Test
  void givenAFileThenAnyRangeOfItIsRead() throws IOException {
    Artifact file = put("f", "0123456789");

    assertThat(read(file, 0, -1)).isEqualTo("0123456789");
    assertThat(read(file, 3, 4)).isEqualTo("3456");
    assertThat(read(file, 8, 100)).isEqualTo("89");
    assertThat(read(file, 10, -1)).isEmpty();
    assertThat(read(file, 2, 0)).isEmpty();
  }

  @Test
  void givenAFileThatChangedOrWentSinceItWasListedThenItIsNotRead() throws IOException {
    Artifact file = put("f", "first");
    Files.writeString(model.resolve("f"), "other");
    assertThatThrownBy(() -> read(file, 0, -1))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("changed while");

    Files.delete(model.resolve("f"));
    assertThatThrownBy(() -> read(file, 0, -1)).isInstanceOf(NotFoundException.class);
  }

  @Test
  void givenSomethingThereThenCreateOnlyIsAConflictAndReplaceReplaces() throws IOException {
    Location target = Location.of(directory.resolve("new/dir/f"));
    Path first = Files.writeString(directory.resolve("1"), "first");
    Path second = Files.writeString(directory.resolve("2"), "second");
    store.write(target, first, WriteMode.CREATE_ONLY);

    assertThatThrownBy(() -> store.write(target, second, WriteMode.CREATE_ONLY))
        .isInstanceOf(ConflictException.class);
    assertThat(target.toPath()).hasContent("first");
    store.write(target, second, WriteMode.REPLACE);

    assertThat(target.toPath()).hasContent("second");
    assertThat(second).hasContent("second");
    assertThat(names(directory.resolve("new/dir"))).containsExactly("f");
  }

  @Test
  void givenEightWritersOfOneNewDirectoryThenOneWinsAndNothingIsMixed() throws Exception {
    Location target = Location.of(directory.resolve("out/1"));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<Boolean>> results = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Path a = Files.writeString(directory.resolve("a" + i), "writer " + i);
      Path b = Files.writeString(directory.resolve("b" + i), "writer " + i);
      results.add(threads.submit(() -> {
        try {
          store.writeDirectory(target, Map.of("m.bin", a, "m.xml", b));
          return true;
        } catch (ConflictException e) {
          return false;
        }
      }));
    }
    int winners = 0;
    for (Future<Boolean> result : results) {
      winners += result.get() ? 1 : 0;
    }
    threads.shutdown();

    assertThat(winners).isEqualTo(1);
    assertThat(target.toPath().resolve("m.bin"))
        .hasSameTextualContentAs(target.toPath().resolve("m.xml"));
    assertThat(names(directory.resolve("out"))).containsExactly("1");
  }

  @Test
  void givenAFileThatIsMissingThenNothingOfTheDirectoryIsWritten() throws IOException {
    Location target = Location.of(directory.resolve("served/model/1"));
    Path there = Files.writeString(directory.resolve("there"), "content");

    assertThatThrownBy(() -> store.writeDirectory(
            target, new java.util.TreeMap<>(Map.of("a", there, "b", directory.resolve("no")))))
        .isInstanceOf(NotFoundException.class);

    assertThat(directory.resolve("served")).doesNotExist();
    assertThat(there).as("for another attempt").hasContent("content");
  }

  @Test
  void givenADirectoryOrNothingThenDeleteLeavesIt() {
    store.delete(Location.of(model));
    store.delete(Location.of(model.resolve("nothing")));

    assertThat(model).isDirectory();
  }

  @Test
  void givenItIsClosedThenNothingWorksButClosingAgain() {
    store.close();
    store.close();

    assertThatThrownBy(() -> store.list(Location.of(model)))
        .isInstanceOf(IllegalStateException.class);
  }

  private Artifact put(String name, String content) throws IOException {
    Files.writeString(model.resolve(name), content);
    return store.find(Location.of(model.resolve(name))).orElseThrow();
  }

  private String read(Artifact file, long offset, long length) throws IOException {
    try (InputStream in = store.read(file, offset, length)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<String> paths(List<Artifact> artifacts) {
    return artifacts.stream().map(Artifact::path).toList();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }
}
