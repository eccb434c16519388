package io.github.fuseml.ovms.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ApacheDavServerTest {
  private static ApacheDavServer apache;

  @BeforeAll
  static void start() throws Exception {
    apache = ApacheDavServer.start();
    Files.writeString(apache.root().resolve("a b.txt"), "0123456789");
  }

  @AfterAll
  static void close() {
    apache.close();
  }

  @Test
  void givenAFileWhenReadThenItHasRangesAndATag() throws Exception {
    HttpResponse<String> range = Web.get(apache.url("/a%20b.txt"), "Range", "bytes=2-4");

    assertThat(range.statusCode()).isEqualTo(206);
    assertThat(range.body()).isEqualTo("234");
    assertThat(range.headers().firstValue("ETag")).isPresent();
  }

  @Test
  void givenADirectoryWhenReadThenItsIndexIsATableOrAList() throws Exception {
    assertThat(Web.get(apache.url("/")).body()).contains("<table>").contains("a%20b.txt");
    assertThat(Web.get(apache.url("/plain/")).body())
        .contains("<li><a href=\"a%20b.txt\">")
        .doesNotContain("<table>");
  }

  @Test
  void givenDavWhenWrittenToThenTheFilesAreThere() throws Exception {
    assertThat(Web.send("MKCOL", apache.url("/dav/d"), "").statusCode()).isEqualTo(201);
    assertThat(Web.send("PUT", apache.url("/dav/d/f"), "content").statusCode()).isEqualTo(201);
    HttpResponse<String> moved = Web.send(
        "MOVE",
        apache.url("/dav/d/f"),
        "",
        "Destination",
        apache.url("/dav/d/g").toString());

    assertThat(moved.statusCode()).isEqualTo(201);
    assertThat(Web.get(apache.url("/d/g")).body()).isEqualTo("content");
    assertThat(Web.send("PROPFIND", apache.url("/dav/d/"), "", "Depth", "1").body())
        .contains("/dav/d/g");
    assertThat(Web.send("DELETE", apache.url("/dav/d/"), "").statusCode()).isEqualTo(204);
  }

  @Test
  void givenAnAreaWithoutDavWhenWrittenToThenItIsRefused() throws Exception {
    assertThat(Web.send("PUT", apache.url("/f"), "content").statusCode()).isEqualTo(405);
  }

  @Test
  void givenAPrivatePathWhenUsedThenItWantsThePassword() throws Exception {
    String right = Web.basic(ApacheDavServer.USER, ApacheDavServer.PASSWORD);

    assertThat(Web.get(apache.url("/private/a%20b.txt")).statusCode()).isEqualTo(401);
    assertThat(Web.send("PUT", apache.url("/private/p"), "x", "Authorization", right)
            .statusCode())
        .isEqualTo(201);
  }

  @Test
  void givenTlsWhenRestartedThenItIsTrustedAndKeepsItsFiles() throws Exception {
    try (ApacheDavServer secure = ApacheDavServer.startTls(TestCertificates.localhost())) {
      Web.send("PUT", secure.url("/dav/f"), "content");

      secure.restart();

      assertThat(Web.get(secure.url("/f")).body()).isEqualTo("content");
    }
  }
}
