package io.github.fuseml.ovms.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.server.FakeGcsServer;
import io.github.fuseml.ovms.testkit.server.TestCertificates;
import io.github.fuseml.ovms.testkit.server.TlsAlertPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The way to the service: names, ports, TLS, buckets. */
@Timeout(60)
class GcsConnectionTest {
  private static final Location OBJECT = Location.of("gs://bucket/model/a");

  /** More than the buffers of two sockets hold. */
  private static final int LARGE = 15 << 20;

  @TempDir
  private Path directory;

  private static ArtifactStore open(URI endpoint, String... more) {
    Map<String, String> values = new HashMap<>();
    values.put("endpoint", endpoint.toString());
    values.put("maxAttempts", "1");
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return new GcsStoreProvider().open(StoreSettings.of(values), StoreRole.OUTPUT);
  }

  @Test
  void givenAnAuthorityOfOnesOwnWhenItIsTrustedThenTlsWorks() throws IOException {
    try (FakeGcsServer server = FakeGcsServer.startTls(TestCertificates.localhost());
        ArtifactStore store =
            open(server.url(), "caCertificate", TestCertificates.authority().toString())) {
      server.createBucket("bucket");
      Path file = Files.writeString(directory.resolve("a"), "content");

      Artifact written = store.write(OBJECT, file, WriteMode.CREATE_ONLY);

      try (InputStream in = store.read(written, 3, -1)) {
        assertThat(in.readAllBytes()).asString().isEqualTo("tent");
      }
    }
  }

  @Test
  void givenAnyCertificateWhenThatIsAskedForThenItIsAccepted() {
    try (FakeGcsServer server = FakeGcsServer.startTls(TestCertificates.wrongHost());
        ArtifactStore store = open(server.url(), "insecureTls", "true")) {
      assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> store.list(OBJECT));
    }
  }

  @Test
  void givenAnAuthorityThatIsNotTrustedWhenAskedThenTheSettingIsNamed() {
    try (FakeGcsServer server = FakeGcsServer.startTls(TestCertificates.localhost());
        ArtifactStore store = open(server.url())) {
      assertFails(store, "'caCertificate'");
    }
  }

  @Test
  void givenACertificateThatDoesNotFitWhenAskedThenTheErrorSaysWhy() {
    String authority = TestCertificates.authority().toString();
    try (FakeGcsServer server = FakeGcsServer.startTls(TestCertificates.wrongHost());
        ArtifactStore store = open(server.url(), "caCertificate", authority)) {
      assertFails(store, "for another host name");
    }
    try (FakeGcsServer server = FakeGcsServer.startTls(TestCertificates.expired());
        ArtifactStore store = open(server.url(), "caCertificate", authority)) {
      assertFails(store, "not valid at this time");
    }
  }

  @Test
  void givenAServiceWithoutTlsWhenAskedByTlsThenTheErrorSaysSo() {
    try (FakeGcsServer server = FakeGcsServer.start();
        ArtifactStore store = open(URI.create("https://127.0.0.1:" + server.port()))) {
      assertRefused(store, "does not speak TLS", "write http://");
    }
  }

  @Test
  void givenAServiceWithTlsWhenAskedByPlainHttpThenTheErrorSaysSo() {
    try (FakeGcsServer server = FakeGcsServer.startTls(TestCertificates.localhost());
        TlsAlertPort alerting = new TlsAlertPort()) {
      for (int port : new int[] {server.port(), alerting.port()}) {
        try (ArtifactStore store =
            open(URI.create("http://127.0.0.1:" + port), "maxAttempts", "1")) {
          assertRefused(store, "the port speaks TLS", "write https://");
        }
      }
    }
  }

  private static void assertRefused(ArtifactStore store, String found, String remedy) {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> store.find(OBJECT))
        .withMessageContaining(found)
        .withMessageContaining(remedy);
  }

  @Test
  void givenNothingAtThePortWhenAskedThenTheErrorSaysSo() {
    FakeGcsServer server = FakeGcsServer.start();
    server.close();

    try (ArtifactStore store = open(server.url())) {
      assertFails(store, "nothing answers at " + server.url());
    }
  }

  @Test
  void givenAServiceThatTakesNothingWhenALargeFileIsWrittenThenItFailsAfterTheTimeLimit()
      throws IOException {
    try (ServerSocket deaf = deaf();
        ArtifactStore store = open(urlOf(deaf), "requestTimeout", "1s")) {
      Path file = Files.write(directory.resolve("large"), new byte[LARGE]);

      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> store.write(OBJECT, file, WriteMode.REPLACE))
          .withMessageContaining("did not answer in time");
    }
  }

  @Test
  void givenAnInterruptWhenTheServiceTakesNothingThenTheWriteEnds() throws Exception {
    try (ServerSocket deaf = deaf();
        ArtifactStore store = open(urlOf(deaf))) {
      Path file = Files.write(directory.resolve("large"), new byte[LARGE]);
      FutureTask<Boolean> stayed = new FutureTask<>(() -> {
        assertThatExceptionOfType(TransferException.class)
            .isThrownBy(() -> store.write(OBJECT, file, WriteMode.REPLACE))
            .withMessageContaining("interrupted");
        return Thread.currentThread().isInterrupted();
      });
      Thread writer = new Thread(stayed);
      writer.start();
      deaf.accept(); // It is connected, and sends.

      writer.interrupt();

      assertThat(stayed.get(30, TimeUnit.SECONDS)).as("still interrupted").isTrue();
    }
  }

  private static ServerSocket deaf() throws IOException {
    return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  private static URI urlOf(ServerSocket socket) {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  @Test
  void givenAHostThatIsUnknownWhenAskedThenTheErrorSaysSo() {
    try (ArtifactStore store = open(URI.create("http://no-such-host.invalid:4443"))) {
      assertFails(store, "is unknown");
    }
  }

  private static void assertFails(ArtifactStore store, String message) {
    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.find(OBJECT))
        .withMessageContaining(message);
  }

  @Test
  void givenAFileThatIsNoCertificateWhenOpenedThenItIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("ca.pem"), "nothing");

    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> open(URI.create("https://127.0.0.1:1"), "caCertificate", file.toString()))
        .withMessageContaining("'caCertificate'");
  }

  @Test
  void givenNoSuchBucketWhenUsedThenItIsTheBucketThatIsNotFound() throws IOException {
    Path file = Files.writeString(directory.resolve("a"), "content");
    try (FakeGcsServer server = FakeGcsServer.start();
        ArtifactStore store = open(server.url())) {
      for (WriteMode mode : WriteMode.values()) {
        assertThatExceptionOfType(OvmsConverterException.class)
            .isThrownBy(() -> store.write(OBJECT, file, mode))
            .isInstanceOf(NotFoundException.class);
      }
      assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> store.list(OBJECT));
    }
  }
}
