package io.github.fuseml.ovms.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.security.KeyStore;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TestCertificatesTest {
  @Test
  void givenTheGoodCertificateWhenAskedByEitherNameThenItIsTrusted() throws Exception {
    try (NginxServer server =
        NginxServer.builder().tls(TestCertificates.localhost()).start()) {
      assertThat(Web.get(server.url("/")).statusCode()).isEqualTo(200);
      assertThat(Web.get(URI.create("https://localhost:" + server.port() + "/")).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void givenTheCertificateOfAnotherHostWhenAskedThenItIsRefused() {
    try (NginxServer server =
        NginxServer.builder().tls(TestCertificates.wrongHost()).start()) {
      assertThatThrownBy(() -> Web.get(server.url("/")))
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("subject alternative names");
    }
  }

  @Test
  void givenAnExpiredCertificateWhenAskedThenItIsRefused() {
    try (NginxServer server =
        NginxServer.builder().tls(TestCertificates.expired()).start()) {
      assertThatThrownBy(() -> Web.get(server.url("/")))
          .isInstanceOf(SSLHandshakeException.class)
          .hasStackTraceContaining("NotAfter");
    }
  }

  @Test
  void givenTheTrustStoreWhenLoadedThenItHoldsTheAuthority() throws Exception {
    KeyStore store = KeyStore.getInstance(
        TestCertificates.trustStore().toFile(),
        TestCertificates.TRUST_STORE_PASSWORD.toCharArray());

    assertThat(store.isCertificateEntry("authority")).isTrue();
  }
}
