package io.github.fuseml.ovms.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FakeGcsServerTest {
  private static FakeGcsServer gcs;

  @BeforeAll
  static void start() {
    gcs = FakeGcsServer.start();
    gcs.createBucket("bucket");
  }

  @AfterAll
  static void close() {
    gcs.close();
  }

  @Test
  void givenAnObjectWhenARangeIsReadThenItIsThatRange() throws Exception {
    put("ranged", "0123456789", "");

    HttpResponse<String> range =
        Web.get(gcs.url("/storage/v1/b/bucket/o/ranged?alt=media"), "Range", "bytes=2-4");

    assertThat(range.statusCode()).isEqualTo(206);
    assertThat(range.body()).isEqualTo("234");
  }

  @Test
  void givenAnObjectWhenWrittenOnlyIfThereIsNoneThenItIsRefused() throws Exception {
    String none = "&ifGenerationMatch=0";

    assertThat(put("once", "first", none).statusCode()).isEqualTo(200);
    assertThat(put("once", "second", none).statusCode()).isEqualTo(412);
  }

  @Test
  void givenAnObjectWhenRestartedThenItIsThereWithItsGeneration() throws Exception {
    put("kept", "content", "");
    String before = Web.get(gcs.url("/storage/v1/b/bucket/o/kept")).body();

    gcs.restart();

    assertThat(Web.get(gcs.url("/storage/v1/b/bucket/o/kept")).body()).isEqualTo(before);
  }

  @Test
  void givenAProxysAddressWhenAnObjectIsDescribedThenItsLinksLeadThere() throws Exception {
    try (FakeGcsServer behind = FakeGcsServer.start()) {
      behind.createBucket("bucket");

      behind.reachedAt(URI.create("http://127.0.0.1:1"));

      assertThat(Web.get(behind.url("/storage/v1/b/bucket")).body())
          .contains("\"selfLink\":\"http://127.0.0.1:1/");
    }
  }

  @Test
  void givenTlsWhenAskedThenTheAuthorityIsEnoughToTrustIt() throws Exception {
    try (FakeGcsServer secure = FakeGcsServer.startTls(TestCertificates.localhost())) {
      secure.createBucket("bucket");

      assertThat(Web.get(secure.url("/storage/v1/b/bucket")).statusCode()).isEqualTo(200);
    }
  }

  private static HttpResponse<String> put(String name, String content, String condition)
      throws Exception {
    return Web.send(
        "POST",
        gcs.url("/upload/storage/v1/b/bucket/o?uploadType=media&name=" + name + condition),
        content);
  }
}
