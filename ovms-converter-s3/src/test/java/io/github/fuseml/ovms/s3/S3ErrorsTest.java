package io.github.fuseml.ovms.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.AccessDeniedException.Reason;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.RequestMatch;
import io.github.fuseml.ovms.testkit.server.MinioPolicy;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import io.github.fuseml.ovms.testkit.server.TestCertificates;
import io.github.fuseml.ovms.testkit.server.TlsAlertPort;
import io.github.fuseml.ovms.testkit.server.VersityServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkGlobalTime;

/** What real servers answer to what is wrong, and what becomes of it. */
class S3ErrorsTest {
  private static final String SECRET = "a-secret-that-never-shows";
  private static final Location OBJECT = Location.of("s3://private/model/a");

  private static MinioServer server;
  private static MinioServer tls;

  @TempDir
  private static Path directory;

  private static Path file;

  @BeforeAll
  static void start() throws IOException {
    file = Files.writeString(directory.resolve("a"), "content");
    server = MinioServer.start();
    server.createBucket("private");
    server.createBucket("public");
    server.makePublic("public");
    server.put(file, "private", "model/a");
    server.put(file, "public", "model/a");
    server.addUser("reader", SECRET, MinioPolicy.readOnly());
    server.addUser("writer", SECRET, MinioPolicy.writeOnly("private"));
    tls = MinioServer.startTls(TestCertificates.localhost());
    tls.createBucket("private");
    tls.put(file, "private", "model/a");
  }

  @AfterAll
  static void stop() {
    server.close();
    tls.close();
  }

  @Test
  void givenAnUnknownKeyWhenUsedThenTheCredentialsAreRefused() {
    StoreSettings settings = Stores.settings(url(), "nobody-knows-me", SECRET);

    assertDenied(settings, Reason.CREDENTIALS_REFUSED, "does not know the access key", this::read);
    assertDenied(settings, Reason.CREDENTIALS_REFUSED, "does not know the access key", this::list);
    assertDenied(settings, Reason.CREDENTIALS_REFUSED, "does not know the access key", this::write);
  }

  @Test
  void givenAWrongSecretWhenUsedThenTheCredentialsAreRefused() {
    StoreSettings settings = Stores.settings(url(), MinioServer.ACCESS_KEY, SECRET);

    assertDenied(settings, Reason.CREDENTIALS_REFUSED, "secret does not belong", this::read);
    assertDenied(settings, Reason.CREDENTIALS_REFUSED, "secret does not belong", this::list);
    assertDenied(settings, Reason.CREDENTIALS_REFUSED, "secret does not belong", this::write);
  }

  @Test
  void givenAWrongSecretOnAnotherMakeOfServerWhenUsedThenTheCredentialsAreRefused() {
    try (VersityServer versity = VersityServer.start()) {
      StoreSettings settings =
          Stores.settings(versity.url().toString(), VersityServer.ACCESS_KEY, SECRET);

      assertDenied(settings, Reason.CREDENTIALS_REFUSED, "secret does not belong", this::list);
      assertDenied(settings, Reason.CREDENTIALS_REFUSED, "secret does not belong", this::write);
    }
  }

  @Test
  void givenAnInvalidSessionTokenWhenUsedThenTheCredentialsAreRefused() {
    StoreSettings settings = Stores.settings(
        url(), MinioServer.ACCESS_KEY, MinioServer.SECRET_KEY, "sessionToken", SECRET);

    assertDenied(settings, Reason.CREDENTIALS_REFUSED, "token", this::read);
    assertDenied(settings, Reason.CREDENTIALS_REFUSED, "token", this::list);
  }

  @Test
  void givenNoCredentialsWhenTheBucketIsPrivateThenTheyAreMissing() {
    StoreSettings settings =
        StoreSettings.of(Map.of("endpoint", url(), "credentials", "anonymous"));

    assertDenied(settings, Reason.CREDENTIALS_MISSING, "without credentials", this::read);
    assertDenied(settings, Reason.CREDENTIALS_MISSING, "without credentials", this::list);
    assertDenied(settings, Reason.CREDENTIALS_MISSING, "without credentials", this::write);
  }

  @Test
  void givenNoCredentialsWhenTheBucketIsPublicThenItCanBeRead() {
    try (ArtifactStore store = open(StoreSettings.of(Map.of("endpoint", url())))) {
      assertThat(store.list(Location.of("s3://public/model"))).hasSize(1);
      assertThat(store.find(Location.of("s3://public/model/a"))).isPresent();
    }
  }

  @Test
  void givenAReaderWhenItWritesThenItLacksTheRight() {
    StoreSettings settings = Stores.settings(url(), "reader", SECRET);

    assertDenied(settings, Reason.RIGHTS, "lack the right", this::write);
    assertDenied(settings, Reason.RIGHTS, "lack the right", store -> store.delete(OBJECT));
  }

  @Test
  void givenAUserWhoMayNotListWhenListedThenItLacksTheRight() {
    StoreSettings settings = Stores.settings(url(), "writer", SECRET);

    assertDenied(settings, Reason.RIGHTS, "lack the right", this::list);
    assertDenied(settings, Reason.RIGHTS, "lack the right", this::read);
  }

  @Test
  void givenAUserWhoMayOnlyWriteWhenItCreatesAFileThenItIsThere() {
    try (ArtifactStore store = open(Stores.settings(url(), "writer", SECRET))) {
      store.write(Location.of("s3://private/written"), file, WriteMode.CREATE_ONLY);
    }
    assertThat(server.read("private", "written")).isEqualTo("content");
  }

  @Test
  void givenNoBucketWhenUsedThenItIsNamed() {
    StoreSettings settings = Stores.settings(server);
    Location missing = Location.of("s3://no-such-bucket/model/a");

    for (Consumer<ArtifactStore> call : java.util.List.<Consumer<ArtifactStore>>of(
        store -> store.list(missing),
        store -> store.exists(missing),
        store -> store.write(missing, file, WriteMode.REPLACE))) {
      assertThat(failure(settings, call))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("the bucket 'no-such-bucket' does not exist");
    }
  }

  @Test
  void givenAClockThatIsWrongWhenUsedThenTheSdkCorrectsItself() {
    SdkGlobalTime.setGlobalTimeOffset(3600);
    try (ArtifactStore store = open(Stores.settings(server))) {
      assertThat(store.list(Location.of("s3://private/model"))).hasSize(1);
    } finally {
      SdkGlobalTime.setGlobalTimeOffset(0);
    }
  }

  @Test
  void givenAClockThatIsWrongWhenItCannotBeCorrectedThenItIsNamed() {
    SdkGlobalTime.setGlobalTimeOffset(3600);
    try {
      StoreSettings once = Stores.settings(
          url(), MinioServer.ACCESS_KEY, MinioServer.SECRET_KEY, "maxAttempts", "1");
      assertDenied(once, Reason.CLOCK, "clock", this::list);
    } finally {
      SdkGlobalTime.setGlobalTimeOffset(0);
    }
  }

  @Test
  void givenAnAuthorityThatIsNotTrustedWhenUsedThenTheSettingIsNamed() {
    assertFails(tlsSettings(tls.url().toString()), "not trusted", "caCertificate");
  }

  @Test
  void givenTheAuthorityWhenUsedThenItWorks() {
    StoreSettings settings = tlsSettings(
        tls.url().toString(), "caCertificate", TestCertificates.authority().toString());
    try (ArtifactStore store = open(settings)) {
      assertThat(store.find(OBJECT)).isPresent();
      store.write(Location.of("s3://private/written"), file, WriteMode.CREATE_ONLY);
    }
  }

  @Test
  void givenInsecureTlsWhenUsedThenItWorksWithAnyCertificate() {
    try (ArtifactStore store = open(tlsSettings(tls.url().toString(), "insecureTls", "true"))) {
      assertThat(store.find(OBJECT)).isPresent();
    }
  }

  @Test
  void givenACertificateOfAnotherHostWhenUsedThenThatIsSaid() {
    try (MinioServer other = MinioServer.startTls(TestCertificates.wrongHost())) {
      assertFails(
          tlsSettings(
              other.url().toString(),
              "caCertificate",
              TestCertificates.authority().toString()),
          "for another host name",
          "the name that the certificate is for");
    }
  }

  @Test
  void givenAnExpiredCertificateWhenUsedThenThatIsSaid() {
    try (MinioServer other = MinioServer.startTls(TestCertificates.expired())) {
      assertFails(
          tlsSettings(
              other.url().toString(),
              "caCertificate",
              TestCertificates.authority().toString()),
          "not valid at this time",
          "renewed");
    }
  }

  @Test
  void givenPlainHttpWhenTheServiceSpeaksTlsThenThatIsSaid() {
    String plain = tls.url().toString().replace("https:", "http:");

    OvmsConverterException error = failure(tlsSettings(plain), this::list);

    assertThat(error)
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("the port speaks TLS")
        .hasMessageContaining("write https://");
    assertThat(error.problem().retryable()).isFalse();
  }

  @Test
  void givenPlainHttpWhenTheServiceAnswersByAnAlertOfTlsThenThatIsSaid() {
    try (TlsAlertPort alerting = new TlsAlertPort()) {
      OvmsConverterException error =
          failure(tlsSettings("http://127.0.0.1:" + alerting.port()), this::list);

      assertThat(error)
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("the port speaks TLS");
    }
  }

  @Test
  void givenPlainHttpWhenTheServiceSpeaksItAndAnswersABadRequestThenThatIsNoWrongScheme() {
    try (FaultProxy proxy = FaultProxy.inFrontOf(server.url())) {
      proxy.inject(RequestMatch.method("GET"), Fault.answer(400));

      assertThat(failure(tlsSettings(proxy.url().toString()), this::list))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("answered 400");
    }
  }

  @Test
  void givenTlsWhenTheServiceSpeaksPlainHttpThenThatIsSaid() {
    OvmsConverterException error =
        failure(tlsSettings(url().replace("http:", "https:")), this::list);

    assertThat(error)
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("does not speak TLS")
        .hasMessageContaining("write http://");
  }

  @Test
  void givenAnUnknownHostWhenUsedThenThatIsSaid() {
    assertFails(
        Stores.settings("http://no-such-host.invalid:9000", "key", SECRET, "maxAttempts", "1"),
        "is unknown",
        "check the host's name");
  }

  @Test
  void givenAClosedPortWhenUsedThenThatIsSaid() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    assertFails(
        Stores.settings("http://127.0.0.1:" + port, "key", SECRET, "maxAttempts", "2"),
        "nothing answers at",
        "check its host and port");
  }

  @Test
  void givenAProfileThatDoesNotExistWhenUsedThenTheCredentialsAreMissing() {
    StoreSettings settings =
        StoreSettings.of(Map.of("endpoint", url(), "profile", "no-such-profile"));

    assertDenied(settings, Reason.CREDENTIALS_MISSING, "no credentials could be had", this::list);
  }

  private static String url() {
    return server.url().toString();
  }

  private static StoreSettings tlsSettings(String url, String... more) {
    return Stores.settings(url, MinioServer.ACCESS_KEY, MinioServer.SECRET_KEY, more);
  }

  private static ArtifactStore open(StoreSettings settings) {
    return new S3StoreProvider().open(settings, StoreRole.OUTPUT);
  }

  private void read(ArtifactStore store) {
    store.find(OBJECT);
  }

  private void list(ArtifactStore store) {
    store.list(OBJECT.parent());
  }

  private void write(ArtifactStore store) {
    store.write(OBJECT.parent().resolve("other"), file, WriteMode.CREATE_ONLY);
  }

  private static void assertDenied(
      StoreSettings settings, Reason reason, String text, Consumer<ArtifactStore> call) {
    OvmsConverterException error = failure(settings, call);
    assertThat(error).isInstanceOf(AccessDeniedException.class).hasMessageContaining(text);
    assertThat(((AccessDeniedException) error).reason()).isEqualTo(reason);
    assertThat(error.problem().remedy()).isNotBlank();
  }

  private void assertFails(StoreSettings settings, String found, String remedy) {
    OvmsConverterException error = failure(settings, this::list);
    assertThat(error).isInstanceOf(TransferException.class);
    assertThat(error.problem().found()).contains(found);
    assertThat(error.problem().remedy()).contains(remedy);
  }

  private static OvmsConverterException failure(
      StoreSettings settings, Consumer<ArtifactStore> call) {
    try (ArtifactStore store = open(settings)) {
      OvmsConverterException error =
          catchThrowableOfType(OvmsConverterException.class, () -> call.accept(store));
      StringWriter printed = new StringWriter();
      error.printStackTrace(new PrintWriter(printed));
      assertThat(printed.toString()).doesNotContain(SECRET).doesNotContain(MinioServer.SECRET_KEY);
      return error;
    }
  }
}
