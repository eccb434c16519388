package io.github.fuseml.ovms.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class NginxServerTest {
  private static NginxServer other;
  private static NginxServer nginx;

  @BeforeAll
  static void start() throws Exception {
    other = NginxServer.start();
    nginx = NginxServer.builder().elsewhere(other.url()).start();
    Files.writeString(nginx.root().resolve("a b.txt"), "0123456789");
    Files.writeString(Files.createDirectories(nginx.root().resolve("d")).resolve("c"), "deep");
  }

  @AfterAll
  static void close() {
    nginx.close();
    other.close();
  }

  @Test
  void givenAFileWhenReadThenItHasRangesAndATag() throws Exception {
    HttpResponse<String> whole = Web.get(nginx.url("/a%20b.txt"));
    HttpResponse<String> range = Web.get(nginx.url("/a%20b.txt"), "Range", "bytes=2-4");

    assertThat(whole.body()).isEqualTo("0123456789");
    assertThat(whole.headers().firstValue("ETag").orElseThrow()).startsWith("\"");
    assertThat(range.statusCode()).isEqualTo(206);
    assertThat(range.body()).isEqualTo("234");
  }

  @Test
  void givenADirectoryWhenReadThenItIsAnIndex() throws Exception {
    assertThat(Web.get(nginx.url("/")).body())
        .contains("<a href=\"a%20b.txt\">")
        .contains("<a href=\"d/\">");
  }

  @Test
  void givenAPrivatePathWhenReadThenItWantsThePassword() throws Exception {
    assertThat(Web.get(nginx.url("/private/d/c")).statusCode()).isEqualTo(401);
    assertThat(status("/private/d/c", NginxServer.USER, "wrong")).isEqualTo(401);
    assertThat(status("/private/d/c", NginxServer.USER, NginxServer.PASSWORD)).isEqualTo(200);
  }

  @Test
  void givenMovedPathsWhenReadThenTheyAreRedirects() throws Exception {
    assertThat(redirect("/moved/a%20b.txt")).isEqualTo("/a%20b.txt");
    assertThat(redirect("/elsewhere/a%20b.txt"))
        .isEqualTo(other.url("/a%20b.txt").toString());
    assertThat(redirect("/loop/x")).isEqualTo("/loop/x");
  }

  @Test
  void givenPoorPathsWhenReadThenRangesOrTagsAreMissing() throws Exception {
    HttpResponse<String> whole = Web.get(nginx.url("/whole/d/c"), "Range", "bytes=0-1");
    HttpResponse<String> untagged = Web.get(nginx.url("/untagged/d/c"));

    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.body()).isEqualTo("deep");
    assertThat(untagged.headers().firstValue("ETag")).isEmpty();
  }

  @Test
  void givenADirectoryTlsAndCompressionWhenReadThenAllHold(@TempDir Path directory)
      throws Exception {
    Files.writeString(directory.resolve("file"), "a".repeat(1000));
    Path path;
    try (NginxServer secure = NginxServer.builder()
        .root(directory)
        .tls(TestCertificates.localhost())
        .compressing()
        .start()) {
      path = secure.root();
      HttpResponse<String> plain = Web.get(secure.url("/file"));
      HttpResponse<String> compressed = Web.get(secure.url("/file"), "Accept-Encoding", "gzip");

      assertThat(plain.body()).hasSize(1000);
      assertThat(compressed.headers().firstValue("Content-Encoding")).contains("gzip");
    }
    assertThat(path.resolve("file"))
        .as("a directory that is not the server's own")
        .exists();
  }

  private static int status(String path, String user, String password) throws Exception {
    return Web.get(nginx.url(path), "Authorization", Web.basic(user, password)).statusCode();
  }

  private static String redirect(String path) throws Exception {
    HttpResponse<String> response = Web.get(nginx.url(path));
    assertThat(response.statusCode()).isEqualTo(302);
    return response.headers().firstValue("Location").orElseThrow();
  }
}
