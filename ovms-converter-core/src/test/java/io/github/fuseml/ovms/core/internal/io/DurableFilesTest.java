package io.github.fuseml.ovms.core.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Deque;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
  @TempDir
  Path directory;

  @Test
  void givenTemporaryNamesWhenMadeThenTheyDifferAndOvmsDoesNotTakeThemForVersions() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      names.add(DurableFiles.temporaryName());
    }

    assertThat(names)
        .hasSize(1000)
        .allSatisfy(name -> assertThat(name).startsWith(".ovms-converter-"));
  }

  @Test
  void givenAFileWhenCopiedThenTheCopyHasItsContent() throws IOException {
    byte[] content = new byte[3_000_000];
    new Random(1).nextBytes(content);
    Path source = Files.write(directory.resolve("source"), content);

    DurableFiles.copy(source, directory.resolve("target"));

    assertThat(directory.resolve("target")).hasBinaryContent(content);
  }

  @Test
  void givenAnEmptyFileWhenCopiedThenTheCopyIsEmpty() throws IOException {
    Path source = Files.createFile(directory.resolve("source"));

    DurableFiles.copy(source, directory.resolve("target"));

    assertThat(directory.resolve("target")).isEmptyFile();
  }

  @Test
  void givenATargetThatExistsWhenCopiedThenItIsAnErrorAndTheTargetStays() throws IOException {
    Path source = Files.writeString(directory.resolve("source"), "new");
    Path target = Files.writeString(directory.resolve("target"), "old");

    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> DurableFiles.copy(source, target));

    assertThat(target).hasContent("old");
  }

  @Test
  void givenNoFileWhenCopiedThenItIsAnErrorAndNoTargetAppears() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(
            () -> DurableFiles.copy(directory.resolve("missing"), directory.resolve("target")));

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void givenAnInterruptedThreadWhenADirectoryIsSyncedAfterTheLastStepThenItIsDoneAllTheSame()
      throws IOException {
    Thread.currentThread().interrupt();
    boolean interrupted;
    try {
      assertThatExceptionOfType(ClosedByInterruptException.class)
          .isThrownBy(() -> DurableFiles.sync(directory));
      DurableFiles.syncUninterruptibly(directory);
    } finally {
      interrupted = Thread.interrupted();
    }

    assertThat(interrupted).as("still interrupted").isTrue();
  }

  @Test
  void givenMissingDirectoriesWhenMadeThenTheyAreNamedFromTheInnermost() throws IOException {
    Path deep = directory.resolve("a/b/c");

    Deque<Path> made = DurableFiles.createDirectories(deep);

    assertThat(made).containsExactly(deep, deep.getParent(), directory.resolve("a"));
    assertThat(DurableFiles.createDirectories(deep)).isEmpty();

    DurableFiles.removeEmpty(made);

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void givenADirectoryInUseWhenRemovedThenItAndThoseAboveStay() throws IOException {
    Deque<Path> made = DurableFiles.createDirectories(directory.resolve("a/b/c"));
    Files.createFile(directory.resolve("a/b/file"));

    DurableFiles.removeEmpty(made);

    assertThat(directory.resolve("a/b/file")).exists();
    assertThat(directory.resolve("a/b/c")).doesNotExist();
  }

  @Test
  void givenAFileInTheWayWhenDirectoriesAreMadeThenTheErrorSaysThatItIsNoDirectory()
      throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatExceptionOfType(NotDirectoryException.class)
        .isThrownBy(() -> DurableFiles.createDirectories(file));
  }

  @Test
  void givenANameThatCannotBeWhenDirectoriesAreMadeThenThoseAboveAreRemovedAgain() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() ->
            DurableFiles.createDirectories(directory.resolve("a/b/" + "x".repeat(300) + "/c")));

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void givenATreeWithLinksWhenRemovedThenTheLinksAreNotFollowed() throws IOException {
    Path kept = Files.createDirectory(directory.resolve("kept"));
    Files.writeString(kept.resolve("file"), "content");
    Path tree = Files.createDirectories(directory.resolve("tree/deep"));
    Files.createSymbolicLink(tree.resolve("link"), kept);
    Files.createSymbolicLink(tree.resolve("dangling"), Path.of("nothing"));
    Files.createFile(tree.resolve("file"));

    DurableFiles.deleteTree(directory.resolve("tree"));
    DurableFiles.deleteTree(directory.resolve("tree"));

    assertThat(directory.resolve("tree")).doesNotExist();
    assertThat(kept.resolve("file")).hasContent("content");
  }
}
