package io.github.fuseml.ovms.core.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full or may not be written, and files that may not be read. Needs root, to mount. */
class DiskFaultTest {
  private static final Path FIXTURES = Path.of(System.getProperty("ovms.fixtures"));
  private static final Path BIG = FIXTURES.resolve("onnx-big-graph/model.onnx");

  /** Root without its power over other users' files; the class path stays readable. */
  private static final List<String> WITHOUT_POWER =
      List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search");

  @TempDir
  Path directory;

  private final List<Path> mounted = new ArrayList<>();
  private Sandbox sandbox;

  @BeforeEach
  void makeTheSandbox() {
    sandbox = Sandbox.in(directory.resolve("sandbox"));
  }

  @AfterEach
  void unmount() throws Exception {
    for (Path mount : mounted) {
      run("umount", mount.toString());
    }
  }

  @Test
  void givenAFullOutputThenItSaysSoAndNothingIsLeft() throws Exception {
    Path disk = mount("size=16k");
    try (OvmsConverter converter = sandbox.converter().build()) {
      assertThatThrownBy(() -> converter.convert(request(BIG, disk.resolve("model"))))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("No space left")
          .hasMessageContaining("free some space");
    }
    assertThat(disk).isEmptyDirectory();
    assertThat(sandbox.work()).isEmptyDirectory();
  }

  @Test
  void givenAFullWorkDirectoryThenNothingIsPublished() throws Exception {
    Path disk = mount("size=16k");
    try (OvmsConverter converter = OvmsConverter.builder()
        .workDirectory(disk)
        .engine(EngineEnvironment.settings().build())
        .build()) {
      assertThatThrownBy(() -> converter.convert(request(BIG, sandbox.output())))
          .isInstanceOf(OvmsConverterException.class);
    }
    assertThat(disk).isEmptyDirectory();
    sandbox.assertNothingLeft();
  }

  @Test
  void givenAnOutputThatCannotBeWrittenThenItIsRefusedBeforeTheWork() throws Exception {
    Path disk = mount("ro");
    try (OvmsConverter converter = sandbox.converter().build()) {
      assertThatThrownBy(() -> converter.plan(request(BIG, disk.resolve("model"))))
          .isInstanceOf(AccessDeniedException.class)
          .hasMessageContaining(disk.toString());
    }
  }

  @Test
  void givenAFileAtOrAboveTheOutputThenItIsRefusedBeforeTheWork() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "content");
    try (OvmsConverter converter = sandbox.converter().build()) {
      assertThatThrownBy(() -> converter.plan(request(BIG, file)))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("it is a file");
      assertThatThrownBy(() -> converter.plan(request(BIG, file.resolve("below"))))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("is no directory");
    }
    assertThat(file).hasContent("content");
  }

  @Test
  void givenAModelThatMayNotBeReadThenItSaysSo() throws Exception {
    Path model = Files.copy(BIG, directory.resolve("model.onnx"));
    run("chown", "65534:65534", model.toString());
    run("chmod", "600", model.toString());

    List<String> command = new ArrayList<>(WITHOUT_POWER);
    command.addAll(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        Planning.class.getName(),
        model.toString(),
        sandbox.output().toString()));
    Process program = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(printed)
        .startsWith("AccessDeniedException: cannot read " + model + ": permission denied");
    sandbox.assertNothingLeft();
  }

  private static ConversionRequest request(Path source, Path output) {
    return ConversionRequest.builder().source(source).output(output).build();
  }

  private Path mount(String options) throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString());
    mounted.add(disk);
    return disk;
  }

  private static void run(String... command) throws Exception {
    int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
    assertThat(exit).as("%s (needs root)", String.join(" ", command)).isZero();
  }

  /** Plans a conversion in a process of its own, and prints the error. */
  static final class Planning {
    private Planning() {}

    public static void main(String[] arguments) {
      try (OvmsConverter converter = OvmsConverter.builder().build()) {
        converter.plan(request(Path.of(arguments[0]), Path.of(arguments[1])));
      } catch (OvmsConverterException e) {
        System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
      }
    }
  }
}
