package io.github.fuseml.ovms.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PythonHttpServerTest {
  @Test
  void givenAFileWhenARangeIsReadThenEverythingComesWithoutATag() throws Exception {
    try (PythonHttpServer python = PythonHttpServer.start()) {
      Files.writeString(python.root().resolve("a b"), "0123456789");

      HttpResponse<String> answer = Web.get(python.url("/a%20b"), "Range", "bytes=2-4");

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("0123456789");
      assertThat(answer.headers().firstValue("ETag")).isEmpty();
      assertThat(Web.get(python.url("/")).body()).contains("<a href=\"a%20b\">");
    }
  }
}
