package io.github.fuseml.ovms.http;

import static io.github.fuseml.ovms.http.Stores.at;
import static io.github.fuseml.ovms.http.Stores.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.testkit.server.NginxServer;
import io.github.fuseml.ovms.testkit.server.PythonHttpServer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpStoreProviderTest {
  private final HttpStoreProvider provider = new HttpStoreProvider();

  @Test
  void givenTheServiceLoaderWhenAskedThenTheProviderIsFound() {
    assertThat(ServiceLoader.load(ArtifactStoreProvider.class))
        .hasAtLeastOneElementOfType(HttpStoreProvider.class);
  }

  @Test
  void givenTheTableOfSettingsWhenLookedAtThenNamesAndVariablesAreClear() {
    List<StoreSetting> table = provider.settings();

    assertThat(table).extracting(StoreSetting::name).doesNotHaveDuplicates();
    assertThat(table).allSatisfy(setting -> {
      assertThat(setting.name()).matches("[a-z][a-zA-Z0-9]*");
      assertThat(setting.variables()).isNotEmpty();
      assertThat(setting.description()).doesNotEndWith(".");
    });
    assertThat(table)
        .filteredOn(StoreSetting::isSecret)
        .extracting(StoreSetting::name)
        .containsExactlyInAnyOrder("password", "token", "headers");
  }

  @ParameterizedTest
  @CsvSource({
    "http://host/a/b, http://host/a/b",
    "https://u:s3cret@host:8443/a%20b?sig=s3cret#x, https://host:8443/a%20b",
    "HTTP://host, http://host/",
    "'http://host/a b[1]', http://host/a%20b%5B1%5D",
    "http://bücher.example/ü, http://xn--bcher-kva.example/%C3%BC",
    "http://[::1]:8080/x, http://[::1]:8080/x"
  })
  void givenALocationWhenItsEndpointIsAskedForThenItHoldsNoSecret(String url, String endpoint) {
    assertThat(provider.endpoint(Location.of(url), StoreSettings.none()))
        .contains(URI.create(endpoint));
  }

  @ParameterizedTest
  @CsvSource({
    "password, s3cret, no username",
    "username, me, no password",
    "headers, s3cret, 'Name: value'",
    "headers, X-Key: s3crétß, not ASCII",
    "headers, Host: s3cret, set by this store itself",
    "httpProxy, socks5://u:s3cret@h, no URL of an HTTP proxy",
    "httpsProxy, https://u:s3cret@h, no URL of an HTTP proxy",
    "caCertificate, /no/such/file, cannot be read",
    "clientCertificate, /no/such/file, cannot be read",
    "clientKey, /no/such/file, without a certificate"
  })
  void givenAWrongSettingWhenOpenedThenItIsRefusedWithoutItsValue(
      String name, String value, String found) {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> provider.open(StoreSettings.of(Map.of(name, value)), StoreRole.INPUT))
        .withMessageContaining(name)
        .withMessageContaining(found)
        .satisfies(error -> assertThat(error.toString()).doesNotContain("s3cret"));
  }

  @Test
  void givenATokenAndAPasswordWhenOpenedThenTheyContradictEachOther() {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> Stores.input("token", "a", "username", "b", "password", "c"));
  }

  @Test
  void givenAServerThatRefusesHeadWhenFoundThenTheFirstByteTellsTheSize() throws IOException {
    try (OneAnswer server = new OneAnswer(206, "m", "Content-Range", "bytes 0-0/12345");
        ArtifactStore store = Stores.input()) {
      // Its HEAD is a 206 as well, which is no answer to one.
      assertThat(store.find(at(server.url("/model"))))
          .hasValueSatisfying(found -> assertThat(found.size()).isEqualTo(12345));
    }
  }

  @Test
  void givenAServerThatTellsNoSizeWhenFoundThenTheBytesAreCounted() throws IOException {
    try (ChunkedServer server = new ChunkedServer(300_000);
        ArtifactStore store = Stores.input()) {
      Artifact found = store.find(at(server.url("/model"))).orElseThrow();

      assertThat(found.size()).isEqualTo(300_000);
      assertThat(readAll(store, found.location())).hasSize(300_000);
      assertThat(Stores.read(store, found, 299_990, -1)).hasSize(10);
    }
  }

  @Test
  void givenASignedUrlWhenReadThenTheQueryIsSent() throws IOException {
    try (OneAnswer server = new OneAnswer(200, "model");
        ArtifactStore store = Stores.input()) {
      Location signed = Location.of(server.url("/a%20b/model.onnx") + "?X-Sig=a%2Fb%3D&c=d e");

      assertThat(readAll(store, signed)).hasSize(5);

      assertThat(server.addresses())
          .allSatisfy(
              uri -> assertThat(uri).hasToString("/a%20b/model.onnx?X-Sig=a%2Fb%3D&c=d%20e"));
    }
  }

  @Test
  void givenAServerThatCompressesWhenReadThenTheBytesAreTheFiles() throws IOException {
    try (NginxServer nginx = NginxServer.builder().compressing().start();
        ArtifactStore store = Stores.input()) {
      ServedDirectory served = new ServedDirectory(nginx.root(), nginx.url("/"));
      served.put(served.location("zeros"), new byte[100_000]);

      Artifact found = store.find(served.location("zeros")).orElseThrow();

      assertThat(found.size()).isEqualTo(100_000);
      assertThat(Stores.read(store, found, 0, -1)).hasSize(100_000);
      assertThat(Stores.read(store, found, 99_000, -1)).hasSize(1000);
    }
  }

  @Test
  void givenAServerWithoutRangesWhenAPartIsReadThenItComes() throws IOException {
    try (PythonHttpServer python = PythonHttpServer.start();
        ArtifactStore store = Stores.input()) {
      ServedDirectory served = new ServedDirectory(python.root(), python.url("/"));
      byte[] content = Stores.random(5, 500_000);
      served.put(served.location("model"), content);
      Artifact found = store.find(served.location("model")).orElseThrow();

      assertThat(Stores.read(store, found, 499_000, 10))
          .isEqualTo(java.util.Arrays.copyOfRange(content, 499_000, 499_010));
    }
  }
}
