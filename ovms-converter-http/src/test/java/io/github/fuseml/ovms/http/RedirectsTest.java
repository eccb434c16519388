package io.github.fuseml.ovms.http;

import static io.github.fuseml.ovms.http.Stores.at;
import static io.github.fuseml.ovms.http.Stores.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.RecordedRequest;
import io.github.fuseml.ovms.testkit.server.NginxServer;
import io.github.fuseml.ovms.testkit.server.TestCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Redirects between two real servers; before each stands a proxy that notes what it received. */
class RedirectsTest {
  private static final byte[] CONTENT = "of the other server".getBytes(StandardCharsets.UTF_8);

  private static NginxServer other;
  private static FaultProxy toOther;
  private static NginxServer first;
  private static FaultProxy toFirst;

  @BeforeAll
  static void start() {
    other = NginxServer.start();
    toOther = FaultProxy.inFrontOf(other.url());
    first = NginxServer.builder().elsewhere(toOther.url()).start();
    toFirst = FaultProxy.inFrontOf(first.url());
    for (NginxServer server : List.of(first, other)) {
      ServedDirectory served = new ServedDirectory(server.root(), server.url("/"));
      served.put(served.location("model"), CONTENT);
    }
  }

  @AfterAll
  static void stop() {
    toFirst.close();
    first.close();
    toOther.close();
    other.close();
  }

  @BeforeEach
  void forget() {
    toFirst.clearRequests();
    toOther.clearRequests();
  }

  @Test
  void givenARedirectToAnotherServerWhenReadThenNoSecretGoesThere() throws IOException {
    String url = toFirst.url("/elsewhere/model?signature=s3cret").toString();
    try (ArtifactStore store = Stores.input("token", "t0ken", "headers", "X-Api-Key: k3y")) {
      assertThat(readAll(store, Location.of(url))).isEqualTo(CONTENT);
    }

    assertThat(toFirst.requests()).isNotEmpty().allSatisfy(request -> {
      assertThat(request.header("Authorization")).contains("Bearer t0ken");
      assertThat(request.header("X-Api-Key")).contains("k3y");
    });
    assertThat(toOther.requests()).isNotEmpty().allSatisfy(request -> {
      assertThat(request.header("Authorization")).isEmpty();
      assertThat(request.header("X-Api-Key")).isEmpty();
      assertThat(request.header("Cookie")).isEmpty();
    });
  }

  @Test
  void givenUserInformationInTheUrlWhenRedirectedThenItStaysWithItsServer() throws IOException {
    String url = toFirst.url("/elsewhere/model").toString().replace("//", "//me:s3cret@");
    try (ArtifactStore store = Stores.input()) {
      assertThat(readAll(store, Location.of(url))).isEqualTo(CONTENT);
    }

    assertThat(toFirst.requests())
        .allSatisfy(request -> assertThat(request.header("Authorization")).isPresent());
    assertThat(toOther.requests())
        .isNotEmpty()
        .allSatisfy(request -> assertThat(request.header("Authorization")).isEmpty());
  }

  @Test
  void givenASecondServerNamedByACallerWhenAskedThenTheSettingsCredentialsStayWithTheFirst()
      throws IOException {
    try (ArtifactStore store = Stores.input("username", "me", "password", "s3cret")) {
      readAll(store, at(toFirst.url("/model")));
      readAll(store, at(toOther.url("/model")));
    }

    assertThat(toFirst.requests())
        .allSatisfy(request -> assertThat(request.header("Authorization")).isPresent());
    assertThat(toOther.requests())
        .isNotEmpty()
        .allSatisfy(request -> assertThat(request.header("Authorization")).isEmpty());
  }

  @Test
  void givenARelativeRedirectWhenReadThenItIsFollowedWithTheCredentials() throws IOException {
    try (ArtifactStore store = Stores.input("token", "t0ken")) {
      assertThat(readAll(store, at(toFirst.url("/moved/model")))).isEqualTo(CONTENT);
    }

    assertThat(toFirst.requests())
        .extracting(RecordedRequest::target)
        .contains("/moved/model", "/model");
    assertThat(toFirst.requests())
        .allSatisfy(request -> assertThat(request.header("Authorization")).isPresent());
  }

  @Test
  void givenACircleWhenFoundThenItEndsSoonWithAClearError() {
    try (ArtifactStore store = Stores.input()) {
      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> store.find(at(toFirst.url("/loop/model"))))
          .withMessageContaining("redirects more than");
    }
    assertThat(toFirst.requests()).hasSizeLessThan(15);
  }

  @Test
  void givenARedirectFromHttpsToHttpWhenFoundThenItIsRefusedAndTheOtherServerHearsNothing() {
    try (NginxServer secure = NginxServer.builder()
            .tls(TestCertificates.localhost())
            .elsewhere(toOther.url())
            .start();
        ArtifactStore store =
            Stores.input("caCertificate", TestCertificates.authority().toString())) {
      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> store.find(at(secure.url("/elsewhere/model"))))
          .withMessageContaining("from https to http");
    }
    assertThat(toOther.requests()).isEmpty();
  }

  @Test
  void givenARedirectToAMetadataAddressWhenFoundThenItIsRefused() {
    try (OneAnswer server =
            new OneAnswer(302, "", "Location", "http://169.254.169.254/latest/meta-data?a=s3cret");
        ArtifactStore store = Stores.input()) {
      assertThatExceptionOfType(AccessDeniedException.class)
          .isThrownBy(() -> store.find(at(server.url("/model"))))
          .withMessageContaining("169.254.169.254")
          .satisfies(error -> assertThat(error.toString()).doesNotContain("s3cret"));
    }
  }

  @Test
  void givenARedirectToAnotherSchemeWhenFoundThenItIsRefused() {
    for (String target : List.of("file:///etc/passwd", "ftp://h/x", "http://", "javascript:1")) {
      try (OneAnswer server = new OneAnswer(302, "", "Location", target);
          ArtifactStore store = Stores.input()) {
        assertThatExceptionOfType(TransferException.class)
            .as(target)
            .isThrownBy(() -> store.find(at(server.url("/model"))))
            .withMessageContaining("no http: or https: URL");
      }
    }
  }
}
