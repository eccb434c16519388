package io.github.fuseml.ovms.core.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The memory of a transfer has a bound, whatever is moved: here, that of a whole JVM's heap. */
@Timeout(180)
class TransferMemoryTest {
  @TempDir
  private Path directory;

  @ParameterizedTest(name = "{0} files of {1} bytes")
  @CsvSource({"1, 1073741824", "3, 200000001", "8000, 20480"})
  void givenMoreBytesThanTheHeapHoldsWhenFetchedThenTheyAreHere(int files, long size)
      throws Exception {
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            Fetch.class.getName(),
            directory.toString(),
            Integer.toString(files),
            Long.toString(size))
        .redirectErrorStream(true)
        .start();
    String output = new String(
        process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains(files + " files, " + files * size + " bytes");
  }

  /** The other JVM's program. */
  static final class Fetch {
    private Fetch() {}

    public static void main(String[] arguments) throws Exception {
      Path directory = Path.of(arguments[0]);
      int files = Integer.parseInt(arguments[1]);
      long size = Long.parseLong(arguments[2]);
      List<Artifact> artifacts = new ArrayList<>();
      for (int i = 0; i < files; i++) {
        String path = "file-" + i;
        artifacts.add(new Artifact(Location.of("endless://b/" + path), path, size, "1"));
      }
      List<StoredArtifact> fetched = new TransferEngine(
              TransferSettings.builder().durable(false).build())
          .download(
              new EndlessStore(),
              Location.of("endless://b"),
              artifacts,
              new TransferEngine.Target(
                  directory.resolve("staging"), directory.resolve("target"), true, true),
              new TransferMeter(0, 0, progress -> {}),
              note -> {});
      long bytes = fetched.stream().mapToLong(StoredArtifact::size).sum();
      System.out.println(fetched.size() + " files, " + bytes + " bytes");
    }
  }

  /** Objects of any size, made while they are read. */
  private static final class EndlessStore implements ArtifactStore {
    @Override
    public Set<StoreCapability> capabilities() {
      return Set.of();
    }

    @Override
    public Optional<Artifact> find(Location location) {
      return Optional.empty();
    }

    @Override
    public List<Artifact> list(Location location) {
      return List.of();
    }

    @Override
    public Set<String> listDirectories(Location location) {
      return Set.of();
    }

    @Override
    public boolean exists(Location location) {
      return false;
    }

    @Override
    public InputStream read(Artifact artifact, long offset, long length) {
      return new InputStream() {
        private long left = length;

        @Override
        public int read() {
          return left-- > 0 ? 7 : -1;
        }

        @Override
        public int read(byte[] bytes, int start, int count) {
          if (left == 0) {
            return -1;
          }
          int given = (int) Math.min(count, left);
          java.util.Arrays.fill(bytes, start, start + given, (byte) offset);
          left -= given;
          return given;
        }
      };
    }

    @Override
    public Artifact write(Location location, Content content, WriteMode mode) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void delete(Location location) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
