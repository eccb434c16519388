package io.github.fuseml.ovms.core.internal.diagnose;

import static io.github.fuseml.ovms.api.Diagnosis.Outcome.FAILED;
import static io.github.fuseml.ovms.api.Diagnosis.Outcome.PASSED;
import static io.github.fuseml.ovms.api.Diagnosis.Outcome.SKIPPED;
import static io.github.fuseml.ovms.api.Diagnosis.Outcome.WARNED;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.AccessDeniedException.Reason;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Diagnosis;
import io.github.fuseml.ovms.api.Diagnosis.Check;
import io.github.fuseml.ovms.api.Diagnosis.Outcome;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSetting.Kind;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.core.internal.store.FileStoreProvider;
import io.github.fuseml.ovms.core.internal.store.StoreRegistry;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.HttpProxy;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.testkit.InMemoryStoreProvider;
import io.github.fuseml.ovms.testkit.StoreOperation;
import io.github.fuseml.ovms.testkit.server.NginxServer;
import io.github.fuseml.ovms.testkit.server.ServerCertificate;
import io.github.fuseml.ovms.testkit.server.TestCertificates;
import io.github.fuseml.ovms.testkit.server.TlsAlertPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong on the way to a location is found at the step where it is wrong, with a remedy. */
@Timeout(60)
class DoctorTest {
  private static final String CREDENTIALS = "credentials are accepted";
  private static final String EXISTS = "the place exists";
  private static final String LIST = "it can be listed";
  private static final String READ = "files can be read";
  private static final String WRITE = "files can be written";

  @TempDir
  Path directory;

  private final InMemoryStoreProvider objects = new InMemoryStoreProvider();

  @Test
  void givenADirectoryHereThenEveryStepPassesAndNothingIsLeft() throws IOException {
    Files.write(directory.resolve("file"), new byte[5]);
    Diagnosis diagnosis = diagnose(Location.of(directory), true);
    assertThat(diagnosis.isHealthy()).isTrue();
    assertSteps(diagnosis, SKIPPED, NetworkChecks.NAME, NetworkChecks.PORT, NetworkChecks.TLS);
    assertSteps(diagnosis, PASSED, Doctor.SETTINGS, CREDENTIALS, EXISTS, LIST, READ, WRITE);
    assertThat(step(diagnosis, LIST).found()).isEqualTo("1 file, 5 bytes");
    assertThat(directory.toFile().list()).containsExactly("file");
  }

  @Test
  void givenNothingHereYetThenItMayBeWrittenAndNothingIsMade() {
    Diagnosis diagnosis = diagnose(Location.of(directory.resolve("not/yet")), true);
    assertThat(step(diagnosis, EXISTS).found()).contains("nothing at it yet");
    assertSteps(diagnosis, SKIPPED, READ);
    assertSteps(diagnosis, PASSED, WRITE);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void givenAnObjectThenItIsReadAndWritingIsNotTriedUnasked() {
    objects.put("memory://b/x", new byte[5]);
    Diagnosis diagnosis = diagnose(Location.of("memory://b/x"), false);
    assertSteps(diagnosis, PASSED, CREDENTIALS, EXISTS, LIST, READ);
    assertSteps(diagnosis, SKIPPED, WRITE);
    assertThat(objects.operations()).noneMatch(done -> done.kind() == StoreOperation.Kind.WRITE);
  }

  @Test
  void givenNoRightToDeleteThenItIsToldWhatStaysBehind() {
    Problem refusal = Problem.of("delete").found("no right to delete");
    objects.fail(StoreOperation.Kind.DELETE, 1, new AccessDeniedException(refusal));
    Diagnosis diagnosis = diagnose(Location.of("memory://b/x"), true);
    assertSteps(diagnosis, WARNED, WRITE);
    Check write = step(diagnosis, WRITE);
    assertThat(write.found()).contains("could not be removed again: no right to delete");
    assertThat(write.remedy()).contains("remove memory://b/x/.ovms-converter-");
  }

  @ParameterizedTest
  @ValueSource(strings = {"set 'region' to 'eu-west-1'", "write the endpoint as https://"})
  void givenAStoreThatFindsASettingWrongThenTheSettingsFail(String remedy) {
    Problem refusal = Problem.of("look at").on("memory://b/x").found("wrong").remedy(remedy);
    objects.fail(StoreOperation.Kind.EXISTS, 1, new BadRequestException(refusal));
    Diagnosis diagnosis = diagnose(Location.of("memory://b/x"), false);
    assertThat(diagnosis.checks().stream().filter(check -> check.outcome() == FAILED))
        .containsExactly(new Check(Doctor.SETTINGS, FAILED, "wrong", remedy));
    assertSteps(diagnosis, SKIPPED, CREDENTIALS, EXISTS, LIST, READ, WRITE);
  }

  @ParameterizedTest
  @CsvSource({
    "CREDENTIALS_MISSING, credentials are accepted",
    "CREDENTIALS_REFUSED, credentials are accepted",
    "RIGHTS, it can be listed",
    "CLOCK, the clock is right"
  })
  void givenAStoreThatRefusesThenTheStepThatTheReasonBelongsToFails(Reason reason, String failed) {
    Problem refusal = Problem.of("look at").found("refused").remedy("do something");
    objects.fail(StoreOperation.Kind.EXISTS, 1, new AccessDeniedException(refusal, reason, null));
    Diagnosis diagnosis = diagnose(Location.of("memory://b/x"), false);
    assertThat(diagnosis.checks().stream().filter(check -> check.outcome() == FAILED))
        .containsExactly(new Check(failed, FAILED, "refused", "do something"));
  }

  @Test
  void givenASettingThatNobodyKnowsThenTheSettingsFail() {
    Diagnosis diagnosis = new Doctor(registry(objects))
        .diagnose(Location.of("memory://b/x"), StoreSettings.of(Map.of("color", "red")), false);
    assertThat(diagnosis.checks()).hasSize(1);
    assertSteps(diagnosis, FAILED, Doctor.SETTINGS);
    assertThat(step(diagnosis, Doctor.SETTINGS).found()).contains("color");
  }

  @Test
  void givenATrustedServerThenEveryStepPassesAndTheEndOfItsCertificateIsTold() {
    try (NginxServer server = nginx(TestCertificates.localhost())) {
      Diagnosis diagnosis = diagnose(server.url(), trusting());
      assertSteps(diagnosis, PASSED, NetworkChecks.NAME, NetworkChecks.PORT, NetworkChecks.CLOCK);
      assertSteps(diagnosis, WARNED, NetworkChecks.TLS);
      assertThat(step(diagnosis, NetworkChecks.TLS).found()).contains("CN=localhost", "expires in");
      assertSteps(diagnosis, PASSED, CREDENTIALS, EXISTS, LIST);
    }
  }

  @Test
  void givenAnAuthorityThatNobodyKnowsThenTlsFails() {
    try (NginxServer server = nginx(TestCertificates.localhost())) {
      assertTlsFails(diagnose(server.url(), Map.of()), "not known here", "caCertificate");
    }
  }

  @Test
  void givenACertificateForAnotherHostThenTlsFails() {
    try (NginxServer server = nginx(TestCertificates.wrongHost())) {
      assertTlsFails(diagnose(server.url(), trusting()), "for another host", "use the name");
    }
  }

  @Test
  void givenACertificateThatHasExpiredThenTlsFails() {
    try (NginxServer server = nginx(TestCertificates.expired())) {
      assertTlsFails(diagnose(server.url(), trusting()), "has expired", "renewed");
    }
  }

  @Test
  void givenAServerWithoutTlsThenTlsFails() {
    try (NginxServer server = NginxServer.start()) {
      URI https = URI.create("https://127.0.0.1:" + server.port());
      Diagnosis diagnosis = diagnose(https, trusting());
      assertTlsFails(diagnosis, "does not speak TLS", "use an http endpoint");
      assertSteps(diagnosis, FAILED, Doctor.SETTINGS);
      assertThat(step(diagnosis, Doctor.SETTINGS).remedy()).contains("http://");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "1"})
  void givenTlsThatIsNotCheckedThenThatIsAWarning(String flag) {
    try (NginxServer server = nginx(TestCertificates.expired())) {
      Diagnosis diagnosis = diagnose(server.url(), Map.of("insecureTls", flag));
      assertSteps(diagnosis, WARNED, NetworkChecks.TLS);
      assertThat(step(diagnosis, NetworkChecks.TLS).found()).contains("not checked");
      assertSteps(diagnosis, PASSED, NetworkChecks.CLOCK, LIST);
    }
  }

  @Test
  void givenAPortOnWhichNobodyListensThenThePortFailsAndTheStoreIsNotAsked() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Diagnosis diagnosis = diagnose(URI.create("http://127.0.0.1:" + port), Map.of());
    assertSteps(diagnosis, PASSED, NetworkChecks.NAME);
    assertSteps(diagnosis, FAILED, NetworkChecks.PORT);
    assertSteps(diagnosis, SKIPPED, NetworkChecks.TLS, NetworkChecks.CLOCK, CREDENTIALS, READ);
    assertThat(step(diagnosis, NetworkChecks.PORT).found()).contains("port " + port);
    assertThat(objects.operations()).isEmpty();
  }

  @Test
  void givenANameThatDoesNotResolveThenTheNameFails() {
    // Too long for DNS, so that nobody is asked.
    Diagnosis diagnosis = diagnose(URI.create("http://" + "x".repeat(64) + ".invalid"), Map.of());
    assertSteps(diagnosis, FAILED, NetworkChecks.NAME);
    assertThat(step(diagnosis, NetworkChecks.NAME).remedy()).contains("spelling");
    assertSteps(diagnosis, SKIPPED, NetworkChecks.PORT, NetworkChecks.CLOCK, CREDENTIALS);
  }

  @ParameterizedTest
  @CsvSource({"PT1H, FAILED, behind", "PT-1H, FAILED, ahead of", "PT7M, WARNED, behind"})
  void givenAServerWithAnotherTimeThenTheClockIsTold(Duration off, Outcome outcome, String found)
      throws IOException {
    try (ClockServer server = new ClockServer(off)) {
      Diagnosis diagnosis = diagnose(server.url(), Map.of());
      assertSteps(diagnosis, outcome, NetworkChecks.CLOCK);
      assertThat(step(diagnosis, NetworkChecks.CLOCK).found()).contains(found + " the endpoint's");
    }
  }

  @Test
  void givenAProxyThenTheWayBeyondItIsNotLookedAt() throws IOException {
    try (ClockServer server = new ClockServer(Duration.ZERO)) {
      Diagnosis direct = diagnose(server.url(), Map.of());
      assertSteps(direct, PASSED, NetworkChecks.NAME, NetworkChecks.PORT, NetworkChecks.CLOCK);
      Diagnosis proxied = diagnose(server.url(), Map.of("proxy", "http://me:s3cret@p:1"));
      assertSteps(proxied, SKIPPED, NetworkChecks.NAME, NetworkChecks.PORT, NetworkChecks.CLOCK);
      assertThat(step(proxied, NetworkChecks.PORT).found())
          .contains("http://p:1")
          .doesNotContain("s3cret");
      assertSteps(proxied, PASSED, EXISTS);
    }
  }

  @Test
  void givenAProxyThenTlsThatIsNotCheckedIsAWarningAllTheSame() {
    Diagnosis diagnosis = diagnose(
        URI.create("https://127.0.0.1:1"), Map.of("proxy", "http://p:1", "insecureTls", "true"));
    assertSteps(diagnosis, SKIPPED, NetworkChecks.NAME, NetworkChecks.PORT, NetworkChecks.CLOCK);
    assertSteps(diagnosis, WARNED, NetworkChecks.TLS);
  }

  @Test
  void givenAnHttpEndpointWhosePortSpeaksTlsThenThatIsTold() {
    try (NginxServer server = nginx(TestCertificates.localhost())) {
      Diagnosis diagnosis = diagnose(URI.create("http://127.0.0.1:" + server.port()), Map.of());
      assertSteps(diagnosis, FAILED, Doctor.SETTINGS);
      assertThat(step(diagnosis, Doctor.SETTINGS).found()).contains("the port speaks TLS");
      assertThat(step(diagnosis, Doctor.SETTINGS).remedy()).contains("https://");
      assertSteps(diagnosis, SKIPPED, NetworkChecks.CLOCK, CREDENTIALS, EXISTS);
    }
  }

  @Test
  void givenAnHttpEndpointWhosePortAnswersByAnAlertOfTlsThenThatIsTold() {
    try (TlsAlertPort alerting = new TlsAlertPort()) {
      Diagnosis diagnosis = diagnose(URI.create("http://127.0.0.1:" + alerting.port()), Map.of());
      assertThat(step(diagnosis, Doctor.SETTINGS).found()).contains("the port speaks TLS");
    }
  }

  private static NginxServer nginx(ServerCertificate certificate) {
    return NginxServer.builder().tls(certificate).start();
  }

  private static Map<String, String> trusting() {
    return Map.of("caCertificate", TestCertificates.authority().toString());
  }

  private void assertTlsFails(Diagnosis diagnosis, String found, String remedy) {
    assertSteps(diagnosis, PASSED, NetworkChecks.NAME, NetworkChecks.PORT);
    assertSteps(diagnosis, FAILED, NetworkChecks.TLS);
    assertThat(step(diagnosis, NetworkChecks.TLS).found()).contains(found);
    assertThat(step(diagnosis, NetworkChecks.TLS).remedy()).contains(remedy);
    assertSteps(diagnosis, SKIPPED, NetworkChecks.CLOCK, CREDENTIALS, EXISTS, LIST, READ, WRITE);
    assertThat(step(diagnosis, LIST).found()).isEqualTo("no TLS connection can be made");
    assertThat(diagnosis.isHealthy()).isFalse();
  }

  private Diagnosis diagnose(Location location, boolean write) {
    return new Doctor(registry(objects)).diagnose(location, StoreSettings.none(), write);
  }

  private Diagnosis diagnose(URI endpoint, Map<String, String> settings) {
    return new Doctor(registry(new Remote(objects, endpoint)))
        .diagnose(Location.of("memory://b/x"), StoreSettings.of(settings), false);
  }

  private static StoreRegistry registry(ArtifactStoreProvider provider) {
    return new StoreRegistry(List.of(new FileStoreProvider(), provider));
  }

  private static void assertSteps(Diagnosis diagnosis, Outcome outcome, String... names) {
    for (String name : names) {
      assertThat(step(diagnosis, name).outcome())
          .as("%s", step(diagnosis, name))
          .isEqualTo(outcome);
    }
  }

  private static Check step(Diagnosis diagnosis, String name) {
    return diagnosis.checks().stream()
        .filter(check -> check.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The objects, as if requests for them went to an endpoint. */
  private record Remote(InMemoryStoreProvider objects, URI address)
      implements ArtifactStoreProvider {
    @Override
    public String id() {
      return objects.id();
    }

    @Override
    public Set<String> schemes() {
      return objects.schemes();
    }

    @Override
    public List<StoreSetting> settings() {
      return List.of(
          StoreSetting.of("caCertificate", Kind.FILE, "whom to trust"),
          StoreSetting.of("insecureTls", Kind.FLAG, "whether to trust everybody"),
          StoreSetting.of("proxy", Kind.TEXT, "a proxy"));
    }

    @Override
    public Optional<HttpProxy> proxy(Location location, StoreSettings settings) {
      return settings.get("proxy").map(HttpProxy::parse);
    }

    @Override
    public Optional<URI> endpoint(Location location, StoreSettings settings) {
      return Optional.of(address);
    }

    @Override
    public ArtifactStore open(StoreSettings settings, StoreRole role) {
      return objects.open(StoreSettings.none(), role);
    }
  }

  /** Answers every request with the time that it believes in. */
  private static final class ClockServer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private final Duration off;

    ClockServer(Duration off) throws IOException {
      this.off = off;
      Thread thread = new Thread(this::serve, "clock-server");
      thread.setDaemon(true);
      thread.start();
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    private void serve() {
      while (!socket.isClosed()) {
        try (Socket connection = socket.accept()) {
          if (connection.getInputStream().read(new byte[1000]) > 0) {
            String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plus(off));
            connection
                .getOutputStream()
                .write("HTTP/1.1 403 Forbidden\r\nDate: %s\r\n\r\n"
                    .formatted(date)
                    .getBytes(StandardCharsets.US_ASCII));
          }
        } catch (IOException e) {
          // That connection, or the server, is closed.
        }
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
