package io.github.fuseml.ovms.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.spi.SpokenProtocol;
import java.io.IOException;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** What real servers are taken for. */
class SpokenProtocolTest {
  private static final String HERE = "127.0.0.1";

  @Test
  void givenServersWithTlsThenItIsTls() {
    try (NginxServer nginx =
            NginxServer.builder().tls(TestCertificates.localhost()).start();
        MinioServer minio = MinioServer.startTls(TestCertificates.expired())) {
      assertThat(SpokenProtocol.at(HERE, nginx.port())).isEqualTo(SpokenProtocol.TLS);
      assertThat(SpokenProtocol.at(HERE, minio.url().getPort())).isEqualTo(SpokenProtocol.TLS);
    }
  }

  @Test
  void givenAServerThatRefusesTheHandshakeThenItIsTls() {
    try (TlsAlertPort alerting = new TlsAlertPort()) {
      assertThat(SpokenProtocol.at(HERE, alerting.port())).isEqualTo(SpokenProtocol.TLS);
    }
  }

  @Test
  void givenServersWithoutTlsThenItIsHttp() {
    try (NginxServer nginx = NginxServer.start();
        MinioServer minio = MinioServer.start();
        FakeGcsServer gcs = FakeGcsServer.start();
        PythonHttpServer python = PythonHttpServer.start()) {
      assertThat(SpokenProtocol.at(HERE, nginx.port())).isEqualTo(SpokenProtocol.PLAIN_HTTP);
      assertThat(SpokenProtocol.at(HERE, minio.url().getPort()))
          .isEqualTo(SpokenProtocol.PLAIN_HTTP);
      assertThat(SpokenProtocol.at(HERE, gcs.port())).isEqualTo(SpokenProtocol.PLAIN_HTTP);
      assertThat(SpokenProtocol.at(HERE, python.port())).isEqualTo(SpokenProtocol.PLAIN_HTTP);
    }
  }

  @Test
  void givenAnythingElseThenNobodyKnows() throws IOException {
    try (SshServer ssh = SshServer.start()) {
      assertThat(SpokenProtocol.at("[::ffff:127.0.0.1]", ssh.port()))
          .isEqualTo(SpokenProtocol.UNKNOWN);
    }
    int nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = socket.getLocalPort();
    }
    assertThat(SpokenProtocol.at(HERE, nobody)).isEqualTo(SpokenProtocol.UNKNOWN);
  }
}
