package io.github.fuseml.ovms.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.server.NginxServer;
import io.github.fuseml.ovms.testkit.server.PythonHttpServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A large file is fetched in parts by several connections, but only where a server has parts. */
@Timeout(120)
class WithoutRangesTest {
  private static final int SIZE = 40 << 20;

  @TempDir
  private Path directory;

  @Test
  void givenAServerWithoutRangesWhenALargeFileIsFetchedThenItIsSentOnce() throws Exception {
    try (PythonHttpServer server = PythonHttpServer.start()) {
      assertThat(requestsFor(server.root(), server.url()))
          .as("one to ask, one for all")
          .isEqualTo(2);
    }
  }

  @Test
  void givenAServerWithRangesWhenALargeFileIsFetchedThenItComesInParts() throws Exception {
    try (NginxServer server = NginxServer.start()) {
      assertThat(requestsFor(server.root(), server.url())).isGreaterThan(4);
    }
  }

  private int requestsFor(Path root, URI url) throws Exception {
    byte[] content = new byte[SIZE];
    new Random(7).nextBytes(content);
    Files.write(root.resolve("model.bin"), content);
    Path target = directory.resolve("model.bin");
    try (FaultProxy proxy = FaultProxy.inFrontOf(url);
        OvmsConverter converter =
            OvmsConverter.builder().register(new HttpStoreProvider()).build()) {
      converter.copy(CopyRequest.builder()
          .source(proxy.url("/model.bin").toString())
          .target(target.toString())
          .build());

      assertThat(target).hasBinaryContent(content);
      return (int) proxy.requests().stream()
          .filter(request -> request.method().equals("GET"))
          .count();
    }
  }
}
