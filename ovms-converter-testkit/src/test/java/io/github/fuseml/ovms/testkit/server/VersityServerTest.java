package io.github.fuseml.ovms.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class VersityServerTest {
  private static final String SECRET = "a-long-secret";

  private static VersityServer versity;

  @TempDir
  private static Path files;

  private static Path file;

  @BeforeAll
  static void start() throws Exception {
    versity = VersityServer.start();
    file = Files.writeString(files.resolve("file"), "content");
    versity.createBucket("first");
  }

  @AfterAll
  static void close() {
    versity.close();
  }

  @Test
  void givenAnObjectWhenTheServerIsKilledAndRestartedThenItIsStillThere() {
    versity.put(file, "first", "a/b");

    versity.kill();
    versity.restart();

    assertThat(versity.read("first", "a/b")).isEqualTo("content");
  }

  @Test
  void givenALargeFileWhenPutInPartsThenItIsOneObject() throws Exception {
    Path large = Files.write(files.resolve("large"), new byte[20 << 20]);

    versity.mc("put", "--part-size", "5MiB", large.toString(), "server/first/large");

    assertThat(versity.mc("ls", "server/first/large")).contains("20MiB");
  }

  @Test
  void givenAnObjectWhenWrittenOnlyIfThereIsNoneThenItIsRefused() throws Exception {
    versity.createBucket("open");
    versity.mc("anonymous", "set", "public", "server/open");

    assertThat(putIfNone("first").statusCode()).isEqualTo(200);
    assertThat(putIfNone("second").statusCode()).isEqualTo(412);

    assertThat(versity.read("open", "once")).isEqualTo("first");
  }

  private static HttpResponse<String> putIfNone(String content) throws Exception {
    return Web.send("PUT", versity.url("/open/once"), content, "If-None-Match", "*");
  }

  @Test
  void givenAUserWhenGivenABucketThenOnlyThatOneIsOpen() {
    versity.createBucket("given");
    versity.put(file, "given", "key");
    versity.put(file, "first", "key");
    versity.addUser("owner", SECRET);
    assertThatThrownBy(() -> versity.mcAs("owner", SECRET, "cat", "server/given/key"))
        .hasMessageContaining("Insufficient permissions");

    versity.giveBucket("given", "owner");

    assertThat(versity.mcAs("owner", SECRET, "cat", "server/given/key")).isEqualTo("content");
    assertThatThrownBy(() -> versity.mcAs("owner", SECRET, "cat", "server/first/key"))
        .hasMessageContaining("Insufficient permissions");
  }

  @Test
  void givenTlsWhenAskedThenTheAuthorityIsEnoughToTrustIt() throws Exception {
    try (VersityServer secure = VersityServer.startTls(TestCertificates.localhost())) {
      secure.createBucket("bucket");
      secure.addUser("owner", SECRET);

      assertThat(Web.get(secure.url("/health")).statusCode()).isEqualTo(200);
    }
  }
}
