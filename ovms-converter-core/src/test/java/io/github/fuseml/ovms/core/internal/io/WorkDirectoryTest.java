package io.github.fuseml.ovms.core.internal.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryTest {
  @TempDir
  Path parent;

  @Test
  void givenANewOneThenItIsPrivateAndGoesWhenItIsClosed() throws Exception {
    Path path;
    try (WorkDirectory work = WorkDirectory.create(parent)) {
      path = work.path();
      Files.writeString(work.subdirectory("a").resolve("file"), "content");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo("rwx------");
    }
    assertThat(path).doesNotExist();
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void givenTheDirectoryOfAKilledProcessThenTheNextRunRemovesItAndOnlyAfterItsDeath()
      throws Exception {
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Holder.class.getName(),
            parent.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    try (BufferedReader lines = new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      Path held = Path.of(lines.readLine());
      WorkDirectory.create(parent).close();
      assertThat(held).as("while its process lives").exists();

      process.destroyForcibly().waitFor();
      WorkDirectory.create(parent).close();

      assertThat(held).as("after its process was killed").doesNotExist();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Makes a work directory, tells where, and stays until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      System.out.println(WorkDirectory.create(Path.of(arguments[0])).path());
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
