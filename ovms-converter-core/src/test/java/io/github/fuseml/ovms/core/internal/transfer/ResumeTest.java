package io.github.fuseml.ovms.core.internal.transfer;

import static io.github.fuseml.ovms.core.internal.transfer.DownloadingProgram.PART;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.core.internal.io.DurableFiles;
import io.github.fuseml.ovms.core.internal.store.FileStoreProvider;
import io.github.fuseml.ovms.core.support.OtherProcess;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.testkit.Gate;
import io.github.fuseml.ovms.testkit.InMemoryStoreProvider;
import io.github.fuseml.ovms.testkit.StoreOperation.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a run has left is gone on with by the next one, if it is surely that run's and nobody uses it. */
@Timeout(60)
class ResumeTest {
  private static final Location SOURCE = Location.of("memory://b/model");
  private static final String FILE = "memory://b/model/file";
  private static final int PARTS = 4;

  @TempDir
  Path directory;

  private final InMemoryStoreProvider objects = new InMemoryStoreProvider();
  private final ArtifactStore store = objects.open(StoreSettings.none(), StoreRole.INPUT);
  private final byte[] content = new byte[PARTS * PART];

  @BeforeEach
  void put() {
    new Random(5).nextBytes(content);
    objects.put(FILE, content);
  }

  @Test
  void givenAProcessThatWasKilledThenOnlyWhatIsMissingIsReadAgain() throws Exception {
    Map<String, String> source = writeSource();
    try (OtherProcess child = downloading(6)) {
      assertThat(child.readLine()).isEqualTo("stuck");
      child.kill();
    }
    assertThat(directory.resolve("work/target")).doesNotExist();

    assertThat(downloadSourceHere()).isEqualTo(2 * PARTS - 5);

    assertThat(Sandbox.digests(directory.resolve("work/target"))).isEqualTo(source);
    assertThat(left()).isEmpty();
  }

  @Test
  void givenAnotherProcessThatStillRunsThenItsFilesAreLeftAlone() throws Exception {
    Map<String, String> source = writeSource();
    try (OtherProcess child = downloading(6)) {
      assertThat(child.readLine()).isEqualTo("stuck");
      assertThat(downloadSourceHere()).isEqualTo(2 * PARTS);
      assertThat(left()).hasSize(1);
    }
    assertThat(Sandbox.digests(directory.resolve("work/target"))).isEqualTo(source);
  }

  @Test
  void givenTwoRunsAtOnceInOneProcessThenBothAreRight() throws Exception {
    Gate gate = objects.block(Kind.READ, 2);
    FutureTask<Path> first = new FutureTask<>(() -> download("first"));
    new Thread(first, "first").start();
    gate.awaitReached();
    Path second = download("second");
    gate.open();
    assertThat(second.resolve("file")).hasBinaryContent(content);
    assertThat(first.get(30, TimeUnit.SECONDS).resolve("file")).hasBinaryContent(content);
    assertThat(left()).isEmpty();
  }

  @Test
  void givenAJournalWhoseLastLineWasCutThenThatPartIsReadAgain() throws Exception {
    Path journal = failAtTheThirdPart().resolve("journal");
    Files.writeString(journal, Files.readString(journal).substring(0, 15));
    assertThat(download("target").resolve("file")).hasBinaryContent(content);
    assertThat(objects.bytesRead(FILE)).isEqualTo((PARTS - 1) * PART);
  }

  @Test
  void givenAJournalThatSaysMoreThanIsThereThenNothingOfThatIsBelieved() throws Exception {
    Path journal = failAtTheThirdPart().resolve("journal");
    Files.writeString(
        journal, "0 2 00000000\n0 3 0000000\n7 7 00000000\nx y z\n0 9", StandardOpenOption.APPEND);
    assertThat(download("target").resolve("file")).hasBinaryContent(content);
    assertThat(objects.bytesRead(FILE)).isEqualTo((PARTS - 2) * PART);
  }

  @Test
  void givenAnotherObjectInItsPlaceThenWhatWasLeftOfTheOldOneGoesWithTheNewOnesDownload()
      throws Exception {
    failAtTheThirdPart();
    byte[] other = new byte[content.length + 1];
    objects.put(FILE, other);
    assertThat(download("target").resolve("file")).hasBinaryContent(other);
    assertThat(left()).isEmpty();
  }

  @Test
  void givenADirectoryThatOthersMayEnterThenItIsNotUsed() throws Exception {
    Path left = failAtTheThirdPart();
    Files.setPosixFilePermissions(left, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertAnotherIsUsed(left);
  }

  @Test
  void givenALinkToADirectoryThenItIsNotFollowed() throws Exception {
    Path left = failAtTheThirdPart();
    Path elsewhere = Files.move(left, directory.resolve("elsewhere"));
    Files.createSymbolicLink(left, elsewhere);
    assertAnotherIsUsed(left);
    assertThat(elsewhere.resolve("journal")).exists();
  }

  private void assertAnotherIsUsed(Path left) throws Exception {
    assertThat(download("target").resolve("file")).hasBinaryContent(content);
    assertThat(objects.bytesRead(FILE)).isEqualTo(content.length);
    assertThat(left.resolve("journal")).exists();
  }

  /** What is left then. */
  private Path failAtTheThirdPart() throws IOException {
    objects.fail(Kind.READ, 3, new TransferException(Problem.of("read").found("it broke")));
    assertThatThrownBy(() -> download("target")).hasMessageContaining("it broke");
    objects.clearOperations();
    assertThat(left()).hasSize(1);
    return left().get(0);
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> children = Files.list(work())) {
      return children
          .filter(path -> path.getFileName().toString().startsWith(DurableFiles.TEMPORARY_PREFIX))
          .toList();
    }
  }

  private Path download(String name) throws InterruptedException {
    TransferSettings settings = TransferSettings.builder()
        .partSize(PART)
        .parallelism(1)
        .durable(false)
        .keepPartialDownloads(true)
        .build();
    Path target = work().resolve(name);
    new TransferEngine(settings)
        .download(
            store,
            SOURCE,
            store.list(SOURCE),
            new TransferEngine.Target(work(), target, true, true),
            new TransferMeter(0, 0, progress -> {}),
            note -> {});
    return target;
  }

  private Path work() {
    return directory.resolve("work");
  }

  private Map<String, String> writeSource() throws IOException {
    Path source = Files.createDirectories(directory.resolve("source/sub"));
    Files.write(source.resolve("a"), content);
    Files.write(source.resolve("../b"), content);
    return Sandbox.digests(directory.resolve("source"));
  }

  private OtherProcess downloading(int stuck) throws IOException {
    return OtherProcess.start(
        DownloadingProgram.class,
        directory.resolve("source").toString(),
        work().toString(),
        Integer.toString(stuck));
  }

  /** How many reads that took. */
  private int downloadSourceHere() throws InterruptedException {
    AtomicInteger reads = new AtomicInteger();
    ArtifactStore files = new FileStoreProvider().open(StoreSettings.none(), StoreRole.INPUT);
    ArtifactStore counting = new FaultyStore(
        files,
        (in, offset) -> {
          reads.incrementAndGet();
          return in;
        },
        artifact -> List.of());
    DownloadingProgram.download(counting, Location.of(directory.resolve("source")), work());
    return reads.get();
  }
}
