package com.example.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.server.SshServer;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only a real server can refuse, and a real connection lose. */
@Timeout(120)
class SftpFailuresTest {
  @TempDir
  private Path directory;

  private SshServer server;

  @BeforeEach
  void startTheServer() {
    server = SshServer.start();
  }

  @AfterEach
  void endTheServer() {
    server.close();
  }

  private static ArtifactStore open(StoreSettings settings) {
    return new SftpStoreProvider().open(settings, StoreRole.OUTPUT);
  }

  /** What listing fails with when these settings are put over those that work. */
  private OvmsConverterException failureWith(Map<String, String> wrong) {
    try (ArtifactStore store = open(Servers.settings(server).with(StoreSettings.of(wrong)))) {
      return catchThrowableOfType(
          OvmsConverterException.class, () -> store.list(server.location("")));
    }
  }

  @Test
  void givenAnUnknownHostKeyWhenAskedThenItIsRefusedWithHowToLearnIt() throws IOException {
    Path none = Files.createFile(directory.resolve("known_hosts"));

    OvmsConverterException error = failureWith(Map.of("knownHosts", none.toString()));

    assertThat(error).isInstanceOf(AccessDeniedException.class).hasMessageContaining("host key");
    assertThat(error.problem().remedy()).contains("ssh-keyscan -p " + server.port(), "knownHosts");
  }

  @Test
  void givenAnotherHostKeyThanTheKnownOneWhenAskedThenItIsRefused() throws IOException {
    Path other = Files.writeString(
        directory.resolve("known_hosts"),
        "[127.0.0.1]:" + server.port() + " "
            + Files.readString(Path.of(server.strangeKey() + ".pub")));

    OvmsConverterException error = failureWith(Map.of("knownHosts", other.toString()));

    assertThat(error).isInstanceOf(AccessDeniedException.class).hasMessageContaining("host key");
  }

  @Test
  void givenAStrangeKeyAndAWrongPasswordWhenAskedThenAccessIsDeniedAndThePasswordIsNotTold() {
    OvmsConverterException error = failureWith(
        Map.of("privateKey", server.strangeKey().toString(), "password", "not-the-password"));

    assertThat(error).isInstanceOf(AccessDeniedException.class);
    assertThat(error.problem().remedy()).contains("privateKey", "password");
    assertThat(error).hasStackTraceContaining("UserAuth");
    assertThat(Throwables.getStackTrace(error)).doesNotContain("not-the-password");
  }

  @Test
  void givenNoServerWhenAskedThenItCanBeTriedAgain() {
    Location location = server.location("model");
    StoreSettings settings = StoreSettings.of(Map.of(
        "privateKey", copyOf(server.privateKey()), "knownHosts", copyOf(server.knownHosts())));
    server.close();

    try (ArtifactStore store = open(settings)) {
      TransferException error =
          catchThrowableOfType(TransferException.class, () -> store.find(location));

      assertThat(error).hasMessageContaining("no connection to 127.0.0.1 port " + server.port());
      assertThat(error.problem().retryable()).isTrue();
    }
  }

  private String copyOf(Path file) {
    try {
      return Files.copy(file, directory.resolve(file.getFileName())).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void givenAServerThatDeniesChangesWhenWrittenToThenAccessIsDenied() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "content");

    try (SshServer readOnly = SshServer.startReadOnly();
        ArtifactStore store = open(Servers.settings(readOnly))) {
      assertThatExceptionOfType(AccessDeniedException.class)
          .isThrownBy(() -> store.write(readOnly.location("model"), file, WriteMode.CREATE_ONLY));
      assertThat(store.list(readOnly.location(""))).isEmpty();
    }
  }

  @Test
  void givenNeitherKeyNorPasswordWhenOpenedThenTheRequestIsRefused() {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> open(StoreSettings.none()))
        .withMessageContaining("neither privateKey nor password");
  }

  @Test
  void givenAFileThatIsNoKeyWhenAskedThenTheSettingIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("key"), "no key");

    OvmsConverterException error = failureWith(Map.of("privateKey", file.toString()));

    assertThat(error).isInstanceOf(BadRequestException.class).hasMessageContaining("privateKey");
  }

  @Test
  void givenALocationOfAnotherFormWhenUsedThenTheRequestIsRefused() {
    try (ArtifactStore store = open(Servers.settings(server))) {
      for (String other :
          List.of("sftp:/models", "sftp://:22/models", "sftp://host:99999/models")) {
        assertThatExceptionOfType(BadRequestException.class)
            .as(other)
            .isThrownBy(() -> store.list(Location.of(other)));
      }
      assertThatExceptionOfType(BadRequestException.class)
          .isThrownBy(() -> store.list(Location.of("sftp://user:secret@127.0.0.1/models")))
          .withMessageNotContaining("secret");
    }
  }

  @Test
  void givenAConnectionThatWasLostWhenAskedThenANewOneIsMade() throws IOException {
    Files.writeString(server.root().resolve("model"), "content");
    try (ArtifactStore store = open(Servers.settings(server))) {
      Artifact before = store.find(server.location("model")).orElseThrow();

      server.connections().forEach(ProcessHandle::destroyForcibly);

      assertThat(store.find(server.location("model"))).contains(before);
    }
  }

  @Test
  void givenAConnectionThatIsLostWhileReadingThenTheEarlyEndIsNoEnd() throws IOException {
    Files.write(server.root().resolve("model"), new byte[1_000_000]);
    try (ArtifactStore store = open(Servers.settings(server));
        InputStream in = store.read(store.find(server.location("model")).orElseThrow(), 0, -1)) {
      in.readNBytes(1000);

      server.connections().forEach(ProcessHandle::destroyForcibly);

      assertThatExceptionOfType(IOException.class).isThrownBy(in::readAllBytes);
    }
  }

  @Test
  void givenAWriteWhenItsThreadIsInterruptedThenItEndsAndNothingIsLeft() {
    try (ArtifactStore store = open(Servers.settings(server))) {
      Content content = disturbed(() -> Thread.currentThread().interrupt());

      assertWriteFails(store, content);

      assertThat(Thread.interrupted()).as("still interrupted").isTrue();
      assertThat(server.root()).isEmptyDirectory();
      assertThat(store.list(server.location(""))).as("the store goes on").isEmpty();
    }
  }

  @RepeatedTest(20) // It may be noticed while sending, waiting or closing.
  void givenAWriteWhenItsConnectionIsLostThenItFailsAndNothingIsLeft() {
    try (ArtifactStore store = open(Servers.settings(server))) {
      Content content =
          disturbed(() -> server.connections().forEach(ProcessHandle::destroyForcibly));

      assertWriteFails(store, content);

      assertThat(server.root()).isEmptyDirectory();
    }
  }

  private void assertWriteFails(ArtifactStore store, Content content) {
    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> store.write(server.location("a/b"), content, WriteMode.CREATE_ONLY))
        .satisfies(error -> assertThat(error.problem().retryable()).isTrue());
  }

  /** Content of 8 MiB, in the middle of which something happens. */
  private static Content disturbed(Runnable disturbance) {
    int half = 4 << 20;
    return new Content() {
      @Override
      public long size() {
        return 2L * half;
      }

      @Override
      public InputStream open(long offset, long length) {
        InputStream first = new ByteArrayInputStream(new byte[half]);
        InputStream rest = new FilterInputStream(new ByteArrayInputStream(new byte[half])) {
          @Override
          public int read(byte[] bytes, int start, int count) throws IOException {
            disturbance.run();
            return super.read(bytes, start, count);
          }
        };
        return new SequenceInputStream(first, rest);
      }
    };
  }

  @Test
  void givenAServerThatFallsSilentWhenTheStreamIsClosedThenItsReaderEnds() throws Exception {
    Files.write(server.root().resolve("model"), new byte[1_000_000]);
    ArtifactStore store = open(Servers.settings(server));
    InputStream in = store.read(store.find(server.location("model")).orElseThrow(), 0, -1);
    in.readNBytes(1000);
    signal("STOP");
    try {
      CompletableFuture<byte[]> end = new CompletableFuture<>();
      Thread reader = new Thread(() -> {
        try {
          end.complete(in.readAllBytes());
        } catch (Throwable e) {
          end.completeExceptionally(e);
        }
      });
      reader.start();
      while (reader.isAlive() && reader.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }

      in.close();

      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(end::get)
          .withCauseInstanceOf(IOException.class)
          .withMessageContaining("closed");
    } finally {
      signal("CONT");
      store.close();
    }
  }

  private void signal(String name) throws Exception {
    for (ProcessHandle process : server.connections()) {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
          .start()
          .waitFor();
    }
  }
}
