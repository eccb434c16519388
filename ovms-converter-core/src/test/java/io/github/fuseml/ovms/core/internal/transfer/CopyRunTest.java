package io.github.fuseml.ovms.core.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.core.internal.store.FileStoreProvider;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a copy of several files to a disk leaves when it fails. */
@Timeout(60)
class CopyRunTest {
  private final ArtifactStore files =
      new FileStoreProvider().open(StoreSettings.none(), StoreRole.OUTPUT);
  private final List<String> warnings = new ArrayList<>();

  @TempDir
  Path directory;

  private Path source;
  private Path target;

  @BeforeEach
  void fill() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
    target = Files.createDirectory(directory.resolve("target"));
    for (String name : List.of("a", "b", "c")) {
      Files.writeString(source.resolve(name), "new " + name);
    }
  }

  @Test
  void givenFilesThatWereReplacedWhenALaterOneFailsThenTheVeryOldOnesAreBack() throws Exception {
    Path a = Files.writeString(target.resolve("a"), "old a");
    Path c = Files.writeString(target.resolve("c"), "old c");
    Object key = Files.getAttribute(a, "unix:ino");

    assertFails(List.of(a, c), () -> {});

    assertThat(a).hasContent("old a");
    assertThat(Files.getAttribute(a, "unix:ino")).isEqualTo(key);
    assertThat(c).hasContent("old c");
    assertThat(target.toFile().list()).containsExactlyInAnyOrder("a", "c");
    assertThat(warnings).isEmpty();
  }

  @Test
  void givenALinkThatWasReplacedWhenALaterFileFailsThenItIsALinkAgain() throws Exception {
    Path linked = Files.writeString(directory.resolve("linked"), "linked");
    Path a = Files.createSymbolicLink(target.resolve("a"), linked);

    assertFails(List.of(a), () -> {});

    assertThat(a).isSymbolicLink().hasContent("linked");
  }

  @Test
  void givenAFileThatSomebodyElseWroteMeanwhileWhenTheCopyFailsThenItStays() throws Exception {
    Path a = Files.writeString(target.resolve("a"), "old a");

    assertFails(List.of(a), () -> {
      Path other = Files.writeString(directory.resolve("other"), "somebody else's");
      Files.move(other, a, StandardCopyOption.ATOMIC_MOVE);
    });

    assertThat(a).hasContent("somebody else's");
  }

  @Test
  void givenAFileThatVanishedWhenTheCopyFailsThenTheOldOneIsBack() throws Exception {
    Path a = Files.writeString(target.resolve("a"), "old a");

    assertFails(List.of(a), () -> Files.delete(a));

    assertThat(a).hasContent("old a");
  }

  /** Before the last file fails. */
  private interface Meanwhile {
    void happens() throws IOException;
  }

  private void assertFails(List<Path> replaced, Meanwhile meanwhile) {
    List<Artifact> artifacts = files.list(Location.of(source));
    try (KeptFiles kept = KeptFiles.of(target, replaced)) {
      TransferEngine.CopyTarget to = new TransferEngine.CopyTarget(
          artifact -> Location.of(target).resolve(artifact.path()),
          WriteMode.REPLACE,
          path -> !replaced.contains(target.resolve(path)),
          kept,
          warnings::add);
      TransferEngine engine =
          new TransferEngine(TransferSettings.builder().parallelism(1).build());
      assertThatThrownBy(() -> engine.copy(
              files,
              failingAtTheLast(meanwhile),
              artifacts,
              to,
              new TransferMeter(15, 3, progress -> {}),
              () -> directory))
          .hasMessageContaining("disk full");
      kept.putBackMissing();
    }
  }

  private ArtifactStore failingAtTheLast(Meanwhile meanwhile) {
    return (ArtifactStore) Proxy.newProxyInstance(
        getClass().getClassLoader(),
        new Class<?>[] {ArtifactStore.class},
        (proxy, method, arguments) -> {
          if (method.getName().equals("write")
              && ((Location) arguments[0]).name().equals("c")) {
            meanwhile.happens();
            throw new TransferException(Problem.of("write").found("disk full"));
          }
          return method.invoke(files, arguments);
        });
  }
}
