package io.github.fuseml.ovms.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SshServerTest {
  @TempDir
  private Path files;

  @Test
  void givenTheUsersKeyWhenAFileIsPutThenItIsBelowTheRoot() throws Exception {
    try (SshServer server = SshServer.start()) {
      sftp(server, server.privateKey(), server.knownHosts());

      assertThat(server.root().resolve("file")).hasContent("content");
      assertThat(server.location("file").value())
          .isEqualTo("sftp://127.0.0.1:" + server.port() + server.root() + "/file");
    }
  }

  @Test
  void givenAStrangeKeyOrAnUnknownHostWhenAFileIsPutThenItIsRefused() throws Exception {
    try (SshServer server = SshServer.start()) {
      Path none = Files.createFile(files.resolve("known_hosts"));

      assertThatThrownBy(() -> sftp(server, server.strangeKey(), server.knownHosts()))
          .hasMessageContaining("Permission denied");
      assertThatThrownBy(() -> sftp(server, server.privateKey(), none))
          .hasMessageContaining("Host key verification failed");
    }
  }

  @Test
  void givenAServerThatDeniesChangesWhenAFileIsPutThenItIsRefused() {
    try (SshServer server = SshServer.startReadOnly()) {
      assertThatThrownBy(() -> sftp(server, server.privateKey(), server.knownHosts()))
          .hasMessageContaining("Permission denied");
      assertThat(server.root()).isEmptyDirectory();
    }
  }

  /** Puts a file on the server by OpenSSH's own client. */
  private void sftp(SshServer server, Path key, Path knownHosts) throws Exception {
    Path file = Files.writeString(files.resolve("file"), "content");
    Path batch =
        Files.writeString(files.resolve("batch"), "put %s %s\n".formatted(file, server.root()));
    Command.run(
        List.of(
            "sftp",
            "-b" + batch,
            "-i" + key,
            "-P" + server.port(),
            "-F/dev/null",
            "-oIdentitiesOnly=yes",
            "-oStrictHostKeyChecking=yes",
            "-oUserKnownHostsFile=" + knownHosts,
            server.user() + "@127.0.0.1"),
        Map.of());
  }
}
