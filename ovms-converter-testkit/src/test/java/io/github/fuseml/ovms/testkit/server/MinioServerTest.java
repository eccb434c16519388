package io.github.fuseml.ovms.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class MinioServerTest {
  private static final String SECRET = "a-long-secret";

  private static MinioServer minio;

  @TempDir
  private static Path files;

  private static Path file;

  @BeforeAll
  static void start() throws Exception {
    minio = MinioServer.start();
    file = Files.writeString(files.resolve("file"), "content");
    minio.createBucket("first");
    minio.createBucket("second");
  }

  @AfterAll
  static void close() {
    minio.close();
  }

  @Test
  void givenAnObjectWhenTheServerIsKilledAndRestartedThenItIsStillThere() {
    minio.put(file, "first", "a/b");
    int port = minio.port();

    minio.kill();
    assertThat(minio.isRunning()).isFalse();
    minio.restart();

    assertThat(minio.port()).isEqualTo(port);
    assertThat(minio.read("first", "a/b")).isEqualTo("content");
  }

  @Test
  void givenAPublicBucketWhenReadWithoutCredentialsThenOnlyThatOneAnswers() throws Exception {
    minio.put(file, "first", "public");
    minio.put(file, "second", "secret");
    minio.makePublic("first");

    assertThat(Web.get(minio.url("/first/public")).body()).isEqualTo("content");
    assertThat(Web.get(minio.url("/first?list-type=2")).statusCode()).isEqualTo(200);
    assertThat(Web.get(minio.url("/second/secret")).statusCode()).isEqualTo(403);
  }

  @Test
  void givenAUserWhoMayReadWhenWritingThenItIsDenied() {
    minio.put(file, "first", "read");
    minio.addUser("reader", SECRET, MinioPolicy.readOnly());

    assertThat(as("reader", "cat", "server/first/read")).isEqualTo("content");
    assertThat(as("reader", "ls", "server/first")).contains("read");
    assertThatThrownBy(() -> as("reader", "cp", file.toString(), "server/first/denied"))
        .hasMessageContaining("Insufficient permissions");
  }

  @Test
  void givenAUserOfOneBucketWhenUsingAnotherThenItIsDenied() {
    minio.addUser("owner", SECRET, MinioPolicy.only("first"));

    as("owner", "cp", file.toString(), "server/first/owned");

    assertThat(minio.read("first", "owned")).isEqualTo("content");
    assertThatThrownBy(() -> as("owner", "cp", file.toString(), "server/second/owned"))
        .hasMessageContaining("Insufficient permissions");
  }

  @Test
  void givenUsersOfOneDirectionWhenGoingTheOtherThenItIsDenied() {
    minio.put(file, "first", "there");
    minio.addUser("writer", SECRET, MinioPolicy.writeOnly("first"));
    minio.addUser("one-reader", SECRET, MinioPolicy.readOnly("first"));

    as("writer", "cp", file.toString(), "server/first/written");

    assertThat(as("one-reader", "cat", "server/first/written")).isEqualTo("content");
    assertThatThrownBy(() -> as("writer", "cat", "server/first/there"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> as("one-reader", "ls", "server/second"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void givenVersioningWhenWrittenTwiceThenBothVersionsAreThere() {
    minio.createBucket("versioned");
    minio.enableVersioning("versioned");

    minio.put(file, "versioned", "twice");
    minio.put(file, "versioned", "twice");

    assertThat(minio.mc("ls", "--versions", "server/versioned").lines()).hasSize(2);
  }

  @Test
  void givenTlsWhenAskedThenTheAuthorityIsEnoughToTrustIt() throws Exception {
    try (MinioServer secure = MinioServer.startTls(TestCertificates.localhost())) {
      secure.createBucket("bucket");
      secure.makePublic("bucket");
      secure.put(file, "bucket", "key");

      assertThat(Web.get(secure.url("/bucket/key")).body()).isEqualTo("content");
    }
  }

  private static String as(String user, String... arguments) {
    return minio.mcAs(user, SECRET, arguments);
  }
}
