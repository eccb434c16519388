package io.github.fuseml.ovms.http;

import static io.github.fuseml.ovms.http.Stores.at;
import static io.github.fuseml.ovms.http.Stores.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.AccessDeniedException.Reason;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.RequestMatch;
import io.github.fuseml.ovms.testkit.server.ApacheDavServer;
import io.github.fuseml.ovms.testkit.server.NginxServer;
import io.github.fuseml.ovms.testkit.server.ServerCertificate;
import io.github.fuseml.ovms.testkit.server.TestCertificates;
import io.github.fuseml.ovms.testkit.server.TlsAlertPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong says what it is, what to do, and no secret. */
class ErrorsTest {
  private static final byte[] CONTENT = "model".getBytes(StandardCharsets.UTF_8);
  private static NginxServer nginx;

  @BeforeAll
  static void start() {
    nginx = NginxServer.start();
    fill(nginx);
  }

  private static void fill(NginxServer server) {
    ServedDirectory served = new ServedDirectory(server.root(), server.url("/"));
    served.put(served.location("model"), CONTENT);
  }

  @AfterAll
  static void stop() {
    nginx.close();
  }

  private static OvmsConverterException errorOf(Location location, String... settings) {
    try (ArtifactStore store = Stores.input(settings)) {
      OvmsConverterException error =
          catchThrowableOfType(OvmsConverterException.class, () -> store.find(location));
      assertThat(error).as("an error for %s", location).isNotNull();
      assertThat(error.problem().remedy()).isNotBlank();
      return error;
    }
  }

  @Test
  void givenNoCredentialsWhereTheyAreNeededWhenFoundThenThatIsTheReason() {
    OvmsConverterException error = errorOf(at(nginx.url("/private/model")));

    assertThat(((AccessDeniedException) error).reason()).isEqualTo(Reason.CREDENTIALS_MISSING);
  }

  @Test
  void givenAWrongPasswordWhenFoundThenThatIsTheReason() {
    OvmsConverterException error =
        errorOf(at(nginx.url("/private/model")), "username", "user", "password", "wr0ng");

    assertThat(((AccessDeniedException) error).reason()).isEqualTo(Reason.CREDENTIALS_REFUSED);
    assertThat(printed(error)).doesNotContain("wr0ng");
  }

  @Test
  void givenTheRightCredentialsWhenReadThenTheContentComes() throws IOException {
    Location location = at(nginx.url("/private/model"));
    try (ArtifactStore store =
        Stores.input("username", NginxServer.USER, "password", NginxServer.PASSWORD)) {
      assertThat(readAll(store, location)).isEqualTo(CONTENT);
    }
    try (ArtifactStore store = Stores.input()) {
      String withUser = nginx.url("/private/model").toString().replace("//", "//user:pass%3Aword@");
      assertThat(readAll(store, Location.of(withUser))).isEqualTo(CONTENT);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDeniedException, false",
    "407, AccessDeniedException, false",
    "418, TransferException, false",
    "429, TransferException, true",
    "500, TransferException, true",
    "503, TransferException, true"
  })
  void givenAnErrorOfTheServerWhenReadThenItIsTheLibrarysErrorForIt(
      int status, String type, boolean retryable) {
    try (FaultProxy line = FaultProxy.inFrontOf(nginx.url());
        ArtifactStore store = Stores.input("attempts", "1")) {
      Artifact model = store.find(at(line.url("/model?sig=s3cret"))).orElseThrow();
      line.inject(RequestMatch.method("GET"), Fault.answer(status));

      OvmsConverterException error =
          catchThrowableOfType(OvmsConverterException.class, () -> store.read(model, 0, -1));

      assertThat(error.getClass().getSimpleName()).isEqualTo(type);
      assertThat(error.problem().retryable()).isEqualTo(retryable);
      assertThat(error).hasMessageContaining(String.valueOf(status));
      assertThat(printed(error)).doesNotContain("s3cret");
    }
  }

  @Test
  void givenAnUnknownAuthorityWhenFoundThenTheCertificateOfItIsAskedFor() throws IOException {
    try (NginxServer secure = secure(TestCertificates.localhost())) {
      assertThat(errorOf(at(secure.url("/model"))))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("authority that is not trusted")
          .hasMessageContaining("caCertificate");
      try (ArtifactStore store =
          Stores.input("caCertificate", TestCertificates.authority().toString())) {
        assertThat(readAll(store, at(secure.url("/model")))).isEqualTo(CONTENT);
      }
      try (ArtifactStore store = Stores.input("insecureTls", "true")) {
        assertThat(readAll(store, at(secure.url("/model")))).isEqualTo(CONTENT);
      }
    }
  }

  @Test
  void givenACertificateOfAnotherHostWhenFoundThenTheErrorSaysSo() throws IOException {
    String authority = TestCertificates.authority().toString();
    try (NginxServer secure = secure(TestCertificates.wrongHost())) {
      assertThat(errorOf(at(secure.url("/model")), "caCertificate", authority))
          .hasMessageContaining("for another host name");
      try (ArtifactStore store = Stores.input("insecureTls", "true")) {
        assertThat(readAll(store, at(secure.url("/model")))).isEqualTo(CONTENT);
      }
    }
  }

  @Test
  void givenAnExpiredCertificateWhenFoundThenTheErrorSaysSo() {
    String authority = TestCertificates.authority().toString();
    try (NginxServer secure = secure(TestCertificates.expired())) {
      assertThat(errorOf(at(secure.url("/model")), "caCertificate", authority))
          .hasMessageContaining("not valid at this time");
    }
  }

  @Test
  void givenAPortWithoutTlsWhenAskedByHttpsThenTheErrorSaysSo() {
    String url = nginx.url("/model").toString().replace("http:", "https:");

    assertThat(errorOf(Location.of(url)))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("does not speak TLS")
        .hasMessageContaining("write http://");
  }

  @Test
  void givenAPortWithTlsWhenAskedByHttpThenTheErrorSaysSo() {
    try (NginxServer nginx = secure(TestCertificates.localhost());
        ApacheDavServer apache = ApacheDavServer.startTls(TestCertificates.localhost());
        TlsAlertPort alerting = new TlsAlertPort()) {
      for (int port : new int[] {nginx.port(), apache.port(), alerting.port()}) {
        assertThat(errorOf(at(URI.create("http://127.0.0.1:" + port + "/model"))))
            .isInstanceOf(BadRequestException.class)
            .hasMessageContaining("the port speaks TLS")
            .hasMessageContaining("write https://");
      }
    }
  }

  @Test
  void givenAServerThatRedirectsToWhereNobodyAnswersThenTheErrorSaysWhere() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String elsewhere = "http://127.0.0.1:" + port;
    String target = elsewhere + "/signed?secret=s3cret";
    try (OneAnswer redirecting = new OneAnswer(302, "", "Location", target)) {
      assertThat(errorOf(at(redirecting.url("/model"))))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining(
              "nothing answers at the server that it redirects to, " + elsewhere + ":")
          .satisfies(error -> assertThat(printed(error)).doesNotContain("s3cret"));
    }
  }

  @Test
  void givenAServerThatRedirectsToAPortWithoutTlsByHttpsThenItIsNotTheCallersScheme() {
    String plain = nginx.url("/model").toString().replace("http:", "https:");
    try (OneAnswer redirecting = new OneAnswer(302, "", "Location", plain)) {
      assertThat(errorOf(at(redirecting.url("/model"))))
          .hasMessageContaining("does not speak TLS")
          .hasMessageNotContaining("write https://");
    }
  }

  private static NginxServer secure(ServerCertificate certificate) {
    NginxServer server = NginxServer.builder().tls(certificate).start();
    fill(server);
    return server;
  }

  @Test
  void givenAHostThatNobodyKnowsWhenFoundThenTheErrorSaysSo() {
    assertThat(errorOf(Location.of("http://no-such-host.invalid/model?sig=s3cret")))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("the host of the server is unknown")
        .satisfies(error -> assertThat(printed(error)).doesNotContain("s3cret"));
  }

  @Test
  void givenAPortThatNobodyListensOnWhenFoundThenTheErrorSaysSo() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }

    assertThat(errorOf(at(URI.create("http://127.0.0.1:" + port + "/model"))))
        .hasMessageContaining("nothing answers at the server");
  }

  @Test
  void givenAProxyWhenReadThenItIsAskedWithItsOwnCredentials() throws IOException {
    try (OneAnswer proxy = new OneAnswer(200, "model");
        ArtifactStore store = Stores.input(
            "httpProxy", proxy.url("").toString().replace("//", "//me:pr0xy@"), "token", "t0k")) {
      assertThat(readAll(store, Location.of("http://models.invalid/model"))).isEqualTo(CONTENT);

      assertThat(proxy.addresses())
          .allSatisfy(uri -> assertThat(uri).hasToString("http://models.invalid/model"));
      assertThat(proxy.asked()).allSatisfy(headers -> {
        assertThat(headers.get("Proxy-authorization")).containsExactly("Basic bWU6cHIweHk=");
        assertThat(headers.get("Authorization")).containsExactly("Bearer t0k");
      });
    }
  }

  @Test
  void givenAHostWithoutProxyWhenReadThenItIsAskedDirectly() throws IOException {
    try (OneAnswer proxy = new OneAnswer(500, "");
        ArtifactStore store = Stores.input(
            "httpProxy", proxy.url("").toString(), "noProxy", "example.org, 127.0.0.1")) {
      assertThat(readAll(store, at(nginx.url("/model")))).isEqualTo(CONTENT);
      assertThat(proxy.asked()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br", "GZIP", "deflate"})
  void givenAServerThatCompressesUnaskedWhenReadThenItIsRefused(String encoding) {
    try (OneAnswer server = new OneAnswer(200, "\u001f", "Content-Encoding", encoding);
        ArtifactStore store = Stores.input()) {
      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> store.find(at(server.url("/model.onnx"))))
          .withMessageContaining("Content-Encoding: " + encoding.toLowerCase(Locale.ROOT));
    }
  }

  @Test
  void givenAnArchiveWhoseServerCallsItsOwnFormAnEncodingWhenReadThenItIsTheFile()
      throws IOException {
    try (OneAnswer server = new OneAnswer(200, "model", "Content-Encoding", "x-gzip");
        ArtifactStore store = Stores.input()) {
      assertThat(readAll(store, at(server.url("/model.tar.gz")))).isEqualTo(CONTENT);
    }
  }

  @Test
  void givenAServerThatShowsAPageToLogInWhenListedThenTheErrorSaysSo() {
    String page = "<!DOCTYPE html><form><input name=p type='password'></form>";
    try (OneAnswer server = new OneAnswer(200, page, "Content-Type", "text/html");
        ArtifactStore store = Stores.input()) {
      assertThatExceptionOfType(AccessDeniedException.class)
          .isThrownBy(() -> store.list(at(server.url("/models/"))))
          .withMessageContaining("a page to log in");
    }
  }

  @Test
  void givenAProxyThatWantsCredentialsWhenFoundThenTheErrorSaysSo() {
    try (OneAnswer proxy = new OneAnswer(407, "", "Proxy-Authenticate", "Basic realm=x")) {
      assertThat(errorOf(
              Location.of("http://models.invalid/model"),
              "httpProxy",
              proxy.url("").toString()))
          .isInstanceOf(AccessDeniedException.class)
          .hasMessageContaining("proxy");
    }
  }

  @Test
  void givenAUrlThatCannotBeAskedForWhenFoundThenItIsRefusedWithoutItsSecrets() {
    for (String url : new String[] {
      "http:/model",
      "http:///model",
      "http://a_b/model?sig=s3cret",
      "http://h:99999/model?sig=s3cret",
      "http://u:s3cret@h/100%?sig=s3cret",
      "http://u:s3%cret@h/model"
    }) {
      try (ArtifactStore store = Stores.input()) {
        assertThatExceptionOfType(OvmsConverterException.class)
            .as(url)
            .isThrownBy(() -> store.find(Location.of(url)))
            .satisfies(error -> assertThat(printed(error)).doesNotContain("s3cret", "s3%cret"));
      }
    }
  }

  private static String printed(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
