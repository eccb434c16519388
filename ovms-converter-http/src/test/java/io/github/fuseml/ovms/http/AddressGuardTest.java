package io.github.fuseml.ovms.http;

import static io.github.fuseml.ovms.http.Stores.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.testkit.server.NginxServer;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
  private static final Location ASKED = Location.of("http://example.org/model");

  private static void check(String host, boolean privateAllowed) throws Exception {
    new AddressGuard(privateAllowed).check(URI.create("http://" + host + "/"), ASKED, false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "169.254.0.1",
        "169.254.170.2",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "224.0.0.1",
        "[fe80::1]",
        "[febf::1]",
        "[fd00:ec2::254]",
        "[fd20:ce::254]",
        "[ff02::1]",
        "[::ffff:169.254.169.254]",
        "[::169.254.169.254]",
        "[64:ff9b::169.254.169.254]",
        "[2002:a9fe:a9fe::1]"
      })
  void givenAMetadataOrLinkLocalAddressWhenCheckedThenItIsRefusedWhateverTheSetting(String host) {
    assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> check(host, true));
    assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> check(host, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "198.18.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[fec0::1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::127.0.0.1]"
      })
  void givenAPrivateAddressWhenCheckedThenTheSettingDecides(String host) {
    assertThatCode(() -> check(host, true)).doesNotThrowAnyException();
    assertThatExceptionOfType(AccessDeniedException.class)
        .isThrownBy(() -> check(host, false))
        .withMessageContaining("private address");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8",
        "172.15.255.255",
        "172.32.0.1",
        "169.253.255.255",
        "169.255.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "[2001:4860:4860::8888]",
        "[64:ff9b::8.8.8.8]"
      })
  void givenAPublicAddressWhenCheckedThenItIsAllowed(String host) {
    assertThatCode(() -> check(host, false)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2852039166",
        "0xa9fea9fe",
        "0xA9.0xFE.0xA9.0xFE",
        "0251.0376.0251.0376",
        "169.254.43518",
        "127.1",
        "127.0.0.1.",
        "00000177.0.0.1"
      })
  void givenAnAddressInDisguiseWhenUsedThenItIsNoLocation(String host) {
    try (ArtifactStore store = Stores.input()) {
      assertThatExceptionOfType(BadRequestException.class)
          .isThrownBy(() -> store.find(Location.of("http://" + host + "/model")));
    }
  }

  @Test
  void givenPrivateAddressesRefusedWhenALocalServerIsAskedThenItHearsNothing() {
    try (OneAnswer server = new OneAnswer(200, "x");
        ArtifactStore store = Stores.input("privateAddresses", "refuse")) {
      assertThatExceptionOfType(AccessDeniedException.class)
          .isThrownBy(() -> store.find(at(server.url("/model"))))
          .withMessageContaining("127.0.0.1");
      assertThat(server.asked()).isEmpty();
    }
  }

  @Test
  void givenPrivateAddressesAllowedWhenANameOfThisMachineIsUsedThenItIsAsked() {
    try (NginxServer server = NginxServer.start();
        ArtifactStore store = Stores.input()) {
      assertThat(store.find(Location.of("http://localhost:" + server.port() + "/model")))
          .isEmpty();
    }
  }
}
