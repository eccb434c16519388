package io.github.fuseml.ovms.core.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.core.support.OtherProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the file store says to a user without the rights; root has them all, so nobody asks. */
@Timeout(120)
class FileStoreRightsTest {
  @TempDir
  Path directory;

  private Path model;

  @BeforeEach
  void makeAModelThatAllMayRead() throws IOException {
    model = Files.createDirectory(directory.resolve("model"));
    Files.createDirectory(model.resolve("sub"));
    Files.write(model.resolve("sub/a"), new byte[] {1});
    Files.write(model.resolve("b"), new byte[] {2});
    allow(directory, "rwxr-xr-x");
    allow(model, "rwxr-xr-x");
    allow(model.resolve("sub"), "rwxr-xr-x");
  }

  @AfterEach
  void allowTheRemoval() throws IOException {
    for (Path path : List.of(model, model.resolve("sub"))) {
      allow(path, "rwxr-xr-x");
    }
  }

  private static void allow(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  @Test
  void givenAFileThatMayNotBeReadWhenReadThenAccessIsDenied() throws IOException {
    allow(model.resolve("b"), "---------");

    assertThat(probe("find", model.resolve("b"))).containsExactly("true");
    assertDenied(probe("read", model.resolve("b")), model.resolve("b"));
  }

  @Test
  void givenADirectoryThatMayNotBeListedWhenListedThenAccessIsDenied() throws IOException {
    allow(model, "-wx--x--x");

    assertDenied(probe("list", model), model);
    assertDenied(probe("listDirectories", model), model);
  }

  @Test
  void givenADirectoryInsideThatMayNotBeListedWhenListedThenTheErrorNamesIt() throws IOException {
    allow(model.resolve("sub"), "---------");

    List<String> answer = probe("list", model);

    assertDenied(answer, model);
    assertThat(answer.get(1)).contains("permission denied on " + model.resolve("sub"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"find", "exists", "list", "listDirectories", "delete"})
  void givenADirectoryThatMayNotBeEnteredWhenSomethingBelowIsUsedThenAccessIsDenied(
      String operation) throws IOException {
    allow(model, "rw-r--r--");

    assertDenied(probe(operation, model.resolve("sub")), model.resolve("sub"));
  }

  @ParameterizedTest
  @CsvSource({"write, new", "replace, b", "writeDirectory, 1", "write, new/deep/a", "delete, b"})
  void givenADirectoryThatMayNotBeWrittenWhenWrittenThenAccessIsDeniedAndNothingIsLeft(
      String operation, String path) throws IOException {
    allow(model, "r-xr-xr-x");

    assertDenied(probe(operation, model.resolve(path)), model.resolve(path));

    try (var left = Files.list(model)) {
      assertThat(left).containsExactlyInAnyOrder(model.resolve("sub"), model.resolve("b"));
    }
  }

  private List<String> probe(String operation, Path path) throws IOException {
    Path classes = directory.resolve("classes-of-" + operation + "-" + System.nanoTime());
    try (OtherProcess child =
        OtherProcess.startWithoutRights(classes, StoreProbe.class, operation, path.toString())) {
      return child.readLines();
    }
  }

  private static void assertDenied(List<String> answer, Path path) {
    assertThat(answer).hasSize(2);
    assertThat(answer.get(0)).as(answer.toString()).isEqualTo("AccessDeniedException");
    assertThat(answer.get(1)).contains(path.toString(), "permission denied", "rights");
  }
}
