package io.github.fuseml.ovms.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LocalServerTest {
  @Test
  void givenAServerWhenClosedThenItsProcessAndItsDataAreGone() {
    NginxServer server = NginxServer.start();
    Path root = server.root();
    long pid = server.pid();
    assertThat(ProcessHandle.of(pid)).isPresent();

    server.close();

    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(root).doesNotExist();
    assertThat(Answers.tcp(server.port())).isFalse();
  }

  @Test
  void givenAServerWhenRestartedThenItHasItsPortAndData() throws Exception {
    try (NginxServer server = NginxServer.start()) {
      Files.writeString(server.root().resolve("file"), "content");
      long pid = server.pid();
      var url = server.url("/file");

      server.restart();

      assertThat(server.pid()).isNotEqualTo(pid);
      assertThat(Web.get(url).body()).isEqualTo("content");
    }
  }

  @Test
  void givenAServerThatEndsAtOnceWhenStartedThenTheErrorHasItsLastWords() {
    Saying server = new Saying("I cannot go on");

    assertThatIllegalStateException()
        .isThrownBy(server::launch)
        .withMessageContaining("has ended")
        .withMessageContaining("I cannot go on");
    assertThat(server.starts).isEqualTo(1);
    assertThat(server.directory()).doesNotExist();
  }

  @Test
  void givenAServerWhosePortIsTakenWhenStartedThenOtherPortsAreTried() {
    Saying server = new Saying("bind: Address already in use");

    assertThatIllegalStateException().isThrownBy(server::launch);

    assertThat(server.starts).isGreaterThan(1);
  }

  @Test
  void givenAProgramThatIsMissingWhenLookedForThenTheErrorTellsHowToGetIt() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Installed.pinned("no-such-server"))
        .withMessageContaining("run bin/test");
    assertThatIllegalStateException()
        .isThrownBy(() -> Installed.ofSystem("no-such-server"))
        .withMessageContaining("run bin/test");
  }

  /** Says something and ends. */
  private static final class Saying extends LocalServer {
    private final String words;
    private int starts;

    Saying(String words) {
      super("saying", null);
      this.words = words;
    }

    @Override
    List<String> command() {
      starts++;
      return List.of("/bin/sh", "-c", "echo " + words);
    }

    @Override
    boolean answers() {
      return false;
    }
  }
}
