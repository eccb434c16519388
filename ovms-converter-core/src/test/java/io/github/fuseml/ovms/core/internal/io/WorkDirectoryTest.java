package io.github.fuseml.ovms.core.internal.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.core.support.OtherProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class WorkDirectoryTest {
  @TempDir
  Path directory;

  @Test
  void givenAParentThatIsMissingWhenMadeThenItAppears() throws IOException {
    try (WorkDirectory work = WorkDirectory.create(directory.resolve("a/b"))) {
      assertThat(work.path()).isDirectory().hasParent(directory.resolve("a/b"));
    }
  }

  @Test
  void givenAWorkDirectoryWhenMadeThenNobodyElseMayEnterIt() throws IOException {
    try (WorkDirectory work = WorkDirectory.create(directory)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(work.path())))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void givenAWorkDirectoryWithFilesWhenClosedThenNothingIsLeft() throws IOException {
    WorkDirectory work = WorkDirectory.create(directory);
    Files.writeString(work.subdirectory("deep").resolve("file"), "content");
    Files.createSymbolicLink(work.path().resolve("link"), directory);

    work.close();
    work.close();

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void givenTwoWorkDirectoriesWhenOneIsClosedThenTheOtherStays() throws IOException {
    try (WorkDirectory first = WorkDirectory.create(directory)) {
      try (WorkDirectory second = WorkDirectory.create(directory)) {
        assertThat(second.path()).isNotEqualTo(first.path());
      }
      assertThat(first.path()).isDirectory();
    }
  }

  @Test
  void givenAProcessThatWasKilledWhenTheNextOneIsMadeThenItsDirectoriesAreRemoved()
      throws Exception {
    Path first;
    Path second;
    try (OtherProcess child = OtherProcess.start(WorkDirectoryHolder.class, directory.toString())) {
      first = Path.of(child.readLine());
      second = Path.of(child.readLine());
      child.kill();
    }
    assertThat(first.resolve("source/model")).hasContent("content");

    try (WorkDirectory work = WorkDirectory.create(directory)) {
      assertThat(first).doesNotExist();
      assertThat(second).doesNotExist();
      assertThat(work.path()).isDirectory();
    }
  }

  @Test
  void givenAProcessThatLivesWhenAnotherOneIsMadeThenItsDirectoriesStay() throws Exception {
    try (OtherProcess child = OtherProcess.start(WorkDirectoryHolder.class, directory.toString())) {
      Path first = Path.of(child.readLine());
      Path second = Path.of(child.readLine());

      WorkDirectory.create(directory).close();
      WorkDirectory.create(directory).close();

      assertThat(first.resolve("source/model")).hasContent("content");
      assertThat(second).isDirectory();
      child.kill();
    }
  }

  @Test
  void givenARemovalThatWasCutShortWhenTheNextOneIsMadeThenItGoesOn() throws IOException {
    Path abandoned = Files.createDirectories(directory.resolve("ovms-converter-run-other-1/deep"));
    Files.createFile(abandoned.resolveSibling(".lock"));

    WorkDirectory.create(directory).close();

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void givenWhatOnlyLooksLikeAWorkDirectoryWhenOneIsMadeThenItStays() throws IOException {
    Path withoutLock = Files.createDirectory(directory.resolve("ovms-converter-run-notes"));
    Path file = Files.createFile(directory.resolve("ovms-converter-run-file"));
    Path target = Files.createDirectory(directory.resolve("target"));
    Files.createFile(target.resolve(".lock"));
    Path link = Files.createSymbolicLink(directory.resolve("ovms-converter-run-link"), target);
    Path lockIsLink = Files.createDirectory(directory.resolve("ovms-converter-run-trap"));
    Files.createSymbolicLink(lockIsLink.resolve(".lock"), target.resolve(".lock"));

    WorkDirectory.create(directory).close();

    assertThat(withoutLock).exists();
    assertThat(file).exists();
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(target.resolve(".lock")).exists();
    assertThat(lockIsLink).exists();
  }

  @Test
  @Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
  void givenAPipeInPlaceOfALockWhenOneIsMadeThenNothingBlocks() throws Exception {
    Path trap = Files.createDirectory(directory.resolve("ovms-converter-run-trap"));
    Process pipe = new ProcessBuilder("mkfifo", trap.resolve(".lock").toString()).start();
    assertThat(pipe.waitFor()).as("mkfifo").isZero();

    WorkDirectory.create(directory).close();

    assertThat(trap).exists();
  }
}
