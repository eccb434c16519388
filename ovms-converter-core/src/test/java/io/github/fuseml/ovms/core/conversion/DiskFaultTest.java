package io.github.fuseml.ovms.core.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.api.VerificationFailedException;
import io.github.fuseml.ovms.core.internal.detect.support.FixtureTrees;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.core.support.Tmpfs;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full, cannot be written or are no directories: nothing half-written is left. */
class DiskFaultTest {
  /** Its weights take more than a small disk has. */
  private static final Path BIG = FixtureTrees.path("onnx-big-graph/model.onnx");

  private static final Path SMALL = FixtureTrees.path("onnx-mlp/model.onnx");

  /** Root without its power over other users' files; the class path stays readable. */
  private static final List<String> WITHOUT_POWER =
      List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search");

  @TempDir
  private Path directory;

  private Sandbox sandbox;

  @BeforeEach
  void makeSandbox() {
    sandbox = Sandbox.in(directory.resolve("box"));
  }

  @Test
  void givenAFullDiskAtTheOutputThenTheErrorSaysSoAndNothingIsThere() {
    try (Tmpfs disk = Tmpfs.mount(directory.resolve("disk")).fill()) {
      OvmsConverterException error = failure(SMALL, sandbox.work(), disk.path().resolve("model"));

      assertThat(error).isExactlyInstanceOf(TransferException.class);
      assertThat(error).hasMessageContainingAll("No space left", "free some space");
      assertThat(error.isRetryable()).isTrue();
      assertThat(disk.names()).isEmpty();
      sandbox.assertNothingLeft();
    }
  }

  @Test
  void givenADiskAtTheOutputThatFillsUpOnTheWayThenTheVersionDoesNotAppear() throws IOException {
    try (Tmpfs disk = Tmpfs.mount(directory.resolve("disk"))) {
      Path output = Files.createDirectory(disk.path().resolve("model"));

      OvmsConverterException error = failure(BIG, sandbox.work(), output);

      assertThat(error).isExactlyInstanceOf(TransferException.class);
      assertThat(error).hasMessageContainingAll("No space left", "/model/1");
      // The directory was there before and is kept; what this run made is gone.
      assertThat(output).isEmptyDirectory();
      sandbox.assertNothingLeft();
    }
  }

  @Test
  void givenAnOlderVersionOnAFullDiskThenItIsLeftAsItIs() {
    try (Tmpfs disk = Tmpfs.mount(directory.resolve("disk"))) {
      Path output = disk.path().resolve("model");
      convert(SMALL, sandbox.work(), output);
      var before = Sandbox.digests(output);

      OvmsConverterException error = failure(BIG, sandbox.work(), output);

      assertThat(error).isExactlyInstanceOf(TransferException.class);
      assertThat(Sandbox.digests(output)).isEqualTo(before);
      assertThat(output.toFile().list()).containsExactly("1");
    }
  }

  /** From a disk without room for anything to one with room for everything. */
  @Test
  void givenADiskThatRunsFullAtAnyStepWhenAVersionIsReplacedThenTheOldOrTheNewOneIsThere()
      throws IOException {
    boolean replaced = false;
    for (int free = 0; !replaced; free += 4096) {
      try (Tmpfs disk = Tmpfs.mount(directory.resolve("disk"))) {
        Path output = disk.path().resolve("model");
        convert(SMALL, sandbox.work(), output);
        var before = Sandbox.digests(output);
        FileStore space = Files.getFileStore(output);
        disk.fillBut(Math.toIntExact(space.getTotalSpace() - space.getUsableSpace()) + free);

        replaced = isReplaced(output);

        if (!replaced) {
          assertThat(Sandbox.digests(output)).as("%d bytes free", free).isEqualTo(before);
        }
        assertThat(output.toFile().list()).as("%d bytes free", free).containsExactly("1");
        sandbox.assertNothingLeft();
      }
    }
  }

  private boolean isReplaced(Path output) {
    try (OvmsConverter converter = sandbox.converter().build()) {
      converter.convert(ConversionRequest.builder()
          .source(SMALL)
          .output(output)
          .publishing(PublishOptions.builder().version(1).replace(true).build())
          .build());
      return true;
    } catch (TransferException e) {
      assertThat(e).hasMessageContaining("No space left");
      return false;
    }
  }

  @Test
  void givenAFullDiskForTemporaryFilesThenTheErrorNamesTheWorkDirectory() {
    try (Tmpfs disk = Tmpfs.mount(directory.resolve("disk")).fill()) {
      OvmsConverterException error = failure(SMALL, disk.path(), sandbox.output());

      assertThat(error).isInstanceOfAny(TransferException.class, VerificationFailedException.class);
      assertThat(error.problem().remedy()).containsAnyOf("work directory", "disk is not full");
      assertThat(disk.names()).isEmpty();
      sandbox.assertNothingLeft();
    }
  }

  @Test
  void givenADiskForTemporaryFilesThatFillsUpOnTheWayThenNothingIsPublished() {
    try (Tmpfs disk = Tmpfs.mount(directory.resolve("disk"))) {
      OvmsConverterException error = failure(BIG, disk.path(), sandbox.output());

      assertThat(error).isInstanceOfAny(TransferException.class, VerificationFailedException.class);
      assertThat(error.problem().remedy()).containsAnyOf("work directory", "disk is not full");
      assertThat(disk.names()).isEmpty();
      sandbox.assertNothingLeft();
    }
  }

  @Test
  void givenADiskWithoutRoomForMoreNamesThenNothingIsLeftOnIt() {
    for (int names = 0; names < 4; names++) {
      try (Tmpfs disk = Tmpfs.withNames(directory.resolve("disk"), names)) {
        OvmsConverterException error = failure(SMALL, disk.path(), sandbox.output());

        assertThat(error).as("%d names", names).isInstanceOf(OvmsConverterException.class);
        assertThat(disk.names()).as("%d names", names).isEmpty();
        sandbox.assertNothingLeft();
      }
    }
  }

  @Test
  void givenAnOutputThatCannotBeWrittenThenItIsRefusedBeforeTheWork() {
    try (Tmpfs disk = Tmpfs.mount(directory.resolve("disk")).makeReadOnly()) {
      Path output = disk.path().resolve("model");

      OvmsConverterException error = failure(BIG, sandbox.work(), output);

      assertThat(error).isExactlyInstanceOf(AccessDeniedException.class);
      assertThat(error).hasMessageContainingAll(output.toString(), "give another directory");
      try (OvmsConverter converter = sandbox.converter().build()) {
        assertThat(catchThrowableOfType(
                OvmsConverterException.class, () -> converter.plan(request(BIG, output))))
            .hasMessage(error.getMessage());
      }
      sandbox.assertNothingLeft();
    }
  }

  @Test
  void givenAWorkDirectoryThatCannotBeWrittenThenTheErrorNamesIt() {
    try (Tmpfs disk = Tmpfs.mount(directory.resolve("disk")).makeReadOnly()) {
      OvmsConverterException error = failure(SMALL, disk.path(), sandbox.output());

      assertThat(error).isExactlyInstanceOf(AccessDeniedException.class);
      assertThat(error).hasMessageContainingAll(disk.path().toString(), "writable");
      sandbox.assertNothingLeft();
    }
  }

  @Test
  void givenAWorkDirectoryThatIsAFileThenTheErrorNamesIt() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "mine");

    for (Path work : new Path[] {file, file.resolve("below")}) {
      OvmsConverterException error = failure(SMALL, work, sandbox.output());

      assertThat(error).hasMessageContaining(work.toString());
      assertThat(error.problem().found()).containsIgnoringCase("not a directory");
      assertThat(error.isRetryable()).isFalse();
      sandbox.assertNothingLeft();
    }
    assertThat(file).hasContent("mine");
  }

  @Test
  void givenAnOutputThatIsAFileThenItIsRefusedAndTheFileIsKept() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "mine");

    OvmsConverterException error = failure(SMALL, sandbox.work(), file);

    assertThat(error).isExactlyInstanceOf(BadRequestException.class);
    assertThat(error).hasMessageContainingAll(file.toString(), "it is a file", "give a directory");
    assertThat(file).hasContent("mine");
    sandbox.assertNothingLeft();
  }

  @Test
  void givenAnOutputBelowAFileThenItIsRefusedAndTheFileIsKept() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "mine");

    OvmsConverterException error = failure(SMALL, sandbox.work(), file.resolve("deep/model"));

    assertThat(error).isExactlyInstanceOf(BadRequestException.class);
    assertThat(error).hasMessageContainingAll(file + " is no directory", "give a directory");
    assertThat(file).hasContent("mine");
    sandbox.assertNothingLeft();
  }

  @Test
  void givenAModelThatMayNotBeReadThenItSaysSo() throws Exception {
    Path model = Files.copy(SMALL, directory.resolve("model.onnx"));
    run("chown", "65534:65534", model.toString());
    run("chmod", "600", model.toString());

    List<String> command = new ArrayList<>(WITHOUT_POWER);
    command.addAll(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Dovms.fixtures=" + FixtureTrees.path(""),
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

  private OvmsConverterException failure(Path source, Path work, Path output) {
    OvmsConverterException error =
        catchThrowableOfType(OvmsConverterException.class, () -> convert(source, work, output));
    assertThat(error).isNotNull();
    return error;
  }

  private static void convert(Path source, Path work, Path output) {
    try (OvmsConverter converter = OvmsConverter.builder()
        .engine(EngineEnvironment.settings().build())
        .workDirectory(work)
        .build()) {
      converter.convert(request(source, output));
    }
  }

  private static ConversionRequest request(Path source, Path output) {
    return ConversionRequest.builder().source(source).output(output).build();
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
