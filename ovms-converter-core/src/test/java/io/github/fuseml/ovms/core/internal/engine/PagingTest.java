package io.github.fuseml.ovms.core.internal.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.testkit.EngineEnvironment;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of large weights, as Linux tells of them. */
class PagingTest {
  private static final long MIB = 1L << 20;

  @TempDir
  private Path directory;

  @Test
  void givenLargeMappedFileAndRoomForItWhenMappedAheadThenAllOfItsPagesAreThere() throws Exception {
    assertThat(residentAfterMappingAhead(32, "0")).isEqualTo(32 * MIB);
  }

  @Test
  void givenMappedFileOfMoreThanHalfOfWhatStaysInMemoryThenItIsLeftAsItIs() throws Exception {
    assertThat(residentAfterMappingAhead(32, "40 << 20")).isZero();
  }

  @Test
  void givenSmallMappedFileThenItIsLeftAsItIs() throws Exception {
    assertThat(residentAfterMappingAhead(8, "0")).isZero();
  }

  private long residentAfterMappingAhead(long mebibytes, String limit)
      throws IOException, InterruptedException {
    // given
    Path file = directory.resolve("weights.bin");
    try (RandomAccessFile weights = new RandomAccessFile(file.toFile(), "rw")) {
      weights.setLength(mebibytes * MIB);
    }
    Path paging = Files.write(directory.resolve("paging.py"), Resources.read("paging.py"));
    String program = """
        import mmap, re, runpy
        paging = runpy.run_path(%s)
        with open(%s, "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as weights:
            paging["map_ahead"](%s)
            maps = open("/proc/self/smaps").read()
            print(int(re.search(r"weights[.]bin.*?Rss: +(\\d+)", maps, re.DOTALL).group(1)) << 10)
        """.formatted(quoted(paging), quoted(file), limit);
    // when
    Process python = new ProcessBuilder(EngineEnvironment.python().toString(), "-c", program)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    String output = new String(python.getInputStream().readAllBytes(), UTF_8);
    // then
    assertThat(python.waitFor()).isZero();
    return Long.parseLong(output.strip());
  }

  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "\\'") + "'";
  }
}
