package io.github.fuseml.ovms.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** What only a file system has: links, pipes, directories of their own. */
@Timeout(120)
class FileStoreTest {
  @TempDir
  Path directory;

  private final ArtifactStore store =
      new FileStoreProvider().open(StoreSettings.none(), StoreRole.OUTPUT);
  private Path model;

  @BeforeEach
  void makeAModel() throws IOException {
    model = Files.createDirectory(directory.resolve("model"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Nested
  class SymbolicLinks {
    @Test
    void givenALinkToAFileInsideWhenListedThenItIsFollowed() throws IOException {
      write("data/a", "content");
      link("alias", "data/a");

      assertThat(listed()).containsExactly("alias", "data/a");
      assertThat(store.find(at("alias")).orElseThrow().size()).isEqualTo(7);
    }

    @Test
    void givenALinkToADirectoryInsideWhenListedThenItIsFollowed() throws IOException {
      write("data/deep/a", "content");
      link("alias", "data");

      assertThat(listed()).containsExactly("alias/deep/a", "data/deep/a");
      assertThat(store.listDirectories(Location.of(model))).containsExactly("alias", "data");
    }

    @Test
    void givenALinkToOutsideWhenListedThenItIsRefusedByItsName() throws IOException {
      Files.writeString(directory.resolve("secret"), "secret");
      link("deep/alias", "../../secret");

      assertThatExceptionOfType(AccessDeniedException.class)
          .isThrownBy(FileStoreTest.this::listed)
          .withMessageContaining("'deep/alias' leads out of it");
    }

    @Test
    void givenALinkToADirectoryOutsideWhenListedThenItIsRefused() throws IOException {
      Files.createDirectory(directory.resolve("model-of-others"));
      link("alias", "../model-of-others"); // Its path begins with the model's own.

      assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(FileStoreTest.this::listed);
    }

    @Test
    void givenALinkToNothingWhenListedThenItIsNotThere() throws IOException {
      write("a", "content");
      link("alias", "no-such-file");
      link("through", "a/below");

      assertThat(listed()).containsExactly("a");
      assertThat(store.find(at("alias"))).isEmpty();
      assertThat(store.exists(at("alias"))).isFalse();
    }

    @Test
    void givenLinksToEachOtherWhenListedThenTheyAreNotThere() throws IOException {
      write("a", "content");
      link("one", "two");
      link("two", "one");

      assertThat(listed()).containsExactly("a");
    }

    @Test
    void givenALinkThatIsALoopWhenFoundThenTheErrorSaysSoAndNoRetryHelps() throws IOException {
      link("one", "one");

      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> store.find(at("one")))
          .withMessageContaining("form a loop")
          .matches(error -> !error.isRetryable());
    }

    @Test
    void givenALinkToADirectoryAboveWhenListedThenTheListingEnds() throws IOException {
      write("deep/a", "content");
      link("deep/up", "..");
      link("self", ".");

      assertThat(listed()).containsExactly("deep/a");
    }

    @Test
    void givenDirectoriesThatLinkToEachOtherWhenListedThenTheListingEnds() throws IOException {
      write("one/a", "content");
      write("two/b", "content");
      link("one/other", "../two");
      link("two/other", "../one");

      assertThat(listed()).containsExactly("one/a", "one/other/b", "two/b", "two/other/a");
    }

    @Test
    void givenADirectoryThatIsALinkItselfWhenListedThenItsFilesAreThere() throws IOException {
      write("a", "content");
      Path alias = Files.createSymbolicLink(directory.resolve("alias"), model);

      assertThat(store.list(Location.of(alias))).extracting(Artifact::path).containsExactly("a");
    }

    @Test
    void givenALinkToNothingWhenCreatedThenItIsAConflictAndTheTargetIsNotMade() throws IOException {
      link("alias", "target");

      assertThatExceptionOfType(ConflictException.class)
          .isThrownBy(() -> store.write(at("alias"), file("new"), WriteMode.CREATE_ONLY));

      assertThat(model.resolve("target")).doesNotExist();
    }

    @Test
    void givenALinkWhenReplacedThenItsTargetStays() throws IOException {
      write("target", "old");
      link("alias", "target");

      store.write(at("alias"), file("new"), WriteMode.REPLACE);

      assertThat(model.resolve("target")).hasContent("old");
      assertThat(model.resolve("alias")).hasContent("new");
    }

    @Test
    void givenALinkToADirectoryWhenDeletedThenItStays() throws IOException {
      write("data/a", "content");
      link("alias", "data");

      store.delete(at("alias"));

      assertThat(Files.isSymbolicLink(model.resolve("alias"))).isTrue();
    }

    private void link(String path, String target) throws IOException {
      Files.createDirectories(model.resolve(path).getParent());
      Files.createSymbolicLink(model.resolve(path), Path.of(target));
    }
  }

  /** In a thread of their own, for a thread that opens a pipe cannot be interrupted. */
  @Nested
  @Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
  class SpecialFiles {
    @Test
    void givenAPipeWhenLookedAtThenItIsNoArtifactAndNothingBlocks() throws Exception {
      write("a", "content");
      pipe("pipe");

      assertThat(listed()).containsExactly("a");
      assertThat(store.find(at("pipe"))).isEmpty();
      assertThat(store.exists(at("pipe"))).isTrue();
      assertThat(store.listDirectories(Location.of(model))).isEmpty();
    }

    @Test
    void givenAPipeInPlaceOfAFileWhenReadThenItIsRefusedAndNothingBlocks() throws Exception {
      Artifact artifact = write("a", "content");
      Files.delete(model.resolve("a"));
      pipe("a");

      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> store.read(artifact, 0, -1).close());
    }

    @Test
    void givenADirectoryInPlaceOfAFileWhenReadThenItIsRefused() throws IOException {
      Artifact artifact = write("a", "content");
      Files.delete(model.resolve("a"));
      Files.createDirectory(model.resolve("a"));

      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> store.read(artifact, 0, -1).close());
    }

    @Test
    void givenADeviceWhenLookedAtThenItIsNoArtifact() {
      assertThat(store.find(Location.of("/dev/zero"))).isEmpty();
    }

    @Test
    void givenAPipeWhenDeletedThenItStays() throws Exception {
      pipe("pipe");

      store.delete(at("pipe"));

      assertThat(Files.exists(model.resolve("pipe"))).isTrue();
    }

    private void pipe(String name) throws Exception {
      Process process = new ProcessBuilder("mkfifo", model.resolve(name).toString()).start();
      assertThat(process.waitFor()).as("mkfifo").isZero();
    }
  }

  @Nested
  class Changes {
    @Test
    void givenAFileThatIsRewrittenInPlaceWhileItIsReadThenTheReaderLearnsOfIt() throws IOException {
      Artifact artifact = write("a", "x".repeat(100_000));

      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> {
            try (InputStream in = store.read(artifact, 0, -1)) {
              in.readNBytes(50_000);
              rewrite("y".repeat(100_000));
              in.readAllBytes();
            }
          })
          .withMessageContaining("changed while it was being read");
    }

    @Test
    void givenAFileThatIsCutWhileItIsReadThenTheReaderLearnsOfIt() throws IOException {
      Artifact artifact = write("a", "x".repeat(100_000));

      assertThatExceptionOfType(TransferException.class).isThrownBy(() -> {
        try (InputStream in = store.read(artifact, 0, -1)) {
          in.readNBytes(50_000);
          rewrite("x".repeat(10));
          in.readAllBytes();
        }
      });
    }

    @Test
    void givenAFileThatGrowsWhileItIsReadThenNoByteBeyondItsSizeComes() throws IOException {
      Artifact artifact = write("a", "x".repeat(1000));

      assertThatExceptionOfType(TransferException.class).isThrownBy(() -> {
        try (InputStream in = store.read(artifact, 0, -1)) {
          in.readNBytes(500);
          rewrite("x".repeat(2000));
          in.readAllBytes();
        }
      });
    }

    @Test
    void givenAFileThatIsRemovedWhileItIsReadThenItIsNotFound() throws IOException {
      Artifact artifact = write("a", "x".repeat(1000));

      assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> {
        try (InputStream in = store.read(artifact, 0, -1)) {
          in.readNBytes(500);
          Files.delete(model.resolve("a"));
          in.readAllBytes();
        }
      });
    }

    private void rewrite(String content) throws IOException {
      Path file = model.resolve("a");
      Files.writeString(file, content);
      // The clock of a file system may not have moved on since the file was made.
      Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L));
    }
  }

  @Nested
  class Names {
    @Test
    void givenAPlainPathWithAPercentEscapeWhenFoundThenItIsTakenLiterally() throws IOException {
      write("a%20b", "literal");
      write("a b", "decoded!");

      assertThat(sizeOf(model + "/a%20b")).isEqualTo(7);
    }

    @Test
    void givenAFileUrlWithAPercentEscapeWhenFoundThenItIsDecoded() throws IOException {
      write("a%20b", "literal");
      write("a b", "decoded!");

      assertThat(sizeOf("file://" + model + "/a%20b")).isEqualTo(8);
      assertThat(sizeOf("file:" + model + "/a%2520b")).isEqualTo(7);
      assertThat(sizeOf("file://localhost" + model + "/a b")).isEqualTo(8);
    }

    @Test
    void givenAFileUrlWithEscapedUnicodeWhenFoundThenItIsDecoded() throws IOException {
      write("modèle 模型", "content");

      assertThat(sizeOf("FILE://" + model + "/mod%C3%A8le%20%E6%A8%A1%E5%9E%8B"))
          .isEqualTo(7);
    }

    @Test
    void givenANameThatIsTooLongWhenLookedForThenThereIsNothing() {
      Location location = at("x".repeat(5000));

      assertThat(store.find(location)).isEmpty();
      assertThat(store.exists(location)).isFalse();
      assertThat(store.list(location)).isEmpty();
    }

    @Test
    void givenALocationOfAnotherSchemeWhenUsedThenTheRequestIsRefused() {
      assertThatExceptionOfType(BadRequestException.class)
          .isThrownBy(() -> store.find(Location.of("s3://bucket/a")))
          .withMessageContaining("s3://bucket/a");
    }

    private long sizeOf(String location) {
      return store.find(Location.of(location)).orElseThrow().size();
    }
  }

  @Nested
  class Directories {
    @Test
    void givenAnEmptyDirectoryWhenAskedThenItExistsAndHoldsNothing() throws IOException {
      Files.createDirectory(model.resolve("1"));

      assertThat(store.exists(at("1"))).isTrue();
      assertThat(store.exists(at("1/"))).isTrue();
      assertThat(store.list(at("1"))).isEmpty();
      assertThat(store.listDirectories(Location.of(model))).containsExactly("1");
    }

    @Test
    void givenAnEmptyDirectoryWhenADirectoryIsWrittenThereThenItIsAConflict() throws IOException {
      Files.createDirectory(model.resolve("1"));
      Path content = file("new");

      assertThatExceptionOfType(ConflictException.class)
          .isThrownBy(() -> store.writeDirectory(at("1"), Map.of("a", content)));

      assertThat(content).hasContent("new");
    }

    @Test
    void givenADirectoryWhenAFileIsWrittenThereThenItIsAConflictAndItStays() throws IOException {
      write("data/a", "content");

      for (WriteMode mode : WriteMode.values()) {
        assertThatExceptionOfType(ConflictException.class)
            .isThrownBy(() -> store.write(at("data"), file("new"), mode))
            .withMessageContaining("it is a directory");
      }
      assertThat(listed()).containsExactly("data/a");
    }

    @Test
    void givenAFileWhenSomethingIsWrittenBelowItThenTheErrorSaysThatItIsNoDirectory()
        throws IOException {
      write("a", "content");

      for (String path : List.of("a/b", "a/b/c")) {
        assertThatExceptionOfType(NotFoundException.class)
            .isThrownBy(() -> store.write(at(path), file("new"), WriteMode.CREATE_ONLY))
            .withMessageContaining("irectory")
            .matches(error -> !error.isRetryable());
      }
      assertThat(model.resolve("a")).hasContent("content");
    }

    @Test
    void givenALocationWithASlashAtTheEndWhenWrittenThenItIsRefused() throws IOException {
      Path content = file("new");

      assertThatExceptionOfType(BadRequestException.class)
          .isThrownBy(
              () -> store.write(Location.of(model).resolve("a/"), content, WriteMode.CREATE_ONLY));

      assertThat(listed()).isEmpty();
    }

    @Test
    void givenAWriteThatFailsInTheMiddleOfItsDirectoriesThenNoneOfThemIsLeft() throws IOException {
      Path content = file("new");

      assertThatExceptionOfType(OvmsConverterException.class)
          .isThrownBy(() -> store.write(
              at("new/deep/" + "x".repeat(300) + "/a"), content, WriteMode.CREATE_ONLY));

      assertThat(model).isEmptyDirectory();
    }

    @Test
    void givenAMissingFileWhenADirectoryIsWrittenThenTheOtherFilesStayWhereTheyAre()
        throws IOException {
      Path first = file("first");
      Map<String, Path> files = new java.util.LinkedHashMap<>();
      files.put("deep/first", first);
      files.put("second", directory.resolve("no-such-file"));

      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> store.writeDirectory(at("1"), files))
          .withMessageContaining("no-such-file");

      assertThat(first).hasContent("first");
      assertThat(model).isEmptyDirectory();
    }

    @Test
    void givenTheRootWhenWrittenThenItIsAConflict() throws IOException {
      Path content = file("new");

      assertThatExceptionOfType(ConflictException.class)
          .isThrownBy(() -> store.writeDirectory(Location.of("/"), Map.of("a", content)));
    }
  }

  private Artifact write(String path, String content) throws IOException {
    Path file = model.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return store.find(at(path)).orElseThrow();
  }

  private Path file(String content) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "content", ""), content);
  }

  private Location at(String path) {
    return Location.of(model).resolve(path);
  }

  private List<String> listed() {
    try (Stream<Artifact> artifacts = store.list(Location.of(model)).stream()) {
      return artifacts.map(Artifact::path).toList();
    }
  }
}
