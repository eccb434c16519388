package io.github.fuseml.ovms.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import io.github.fuseml.ovms.testkit.server.MlflowServer;
import io.github.fuseml.ovms.testkit.server.NginxGateway;
import io.github.fuseml.ovms.testkit.server.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real MLflow server as companies have it: behind nginx with TLS, a path and a token. */
class GatewayTest {
  private static final String TOKEN = "of-a-robot-5f2c";
  private static final String MODEL = "models:/behind a gateway@champion";

  @TempDir
  static Path shared;

  @TempDir
  Path directory;

  private static OvmsConverter converter;
  private static NginxGateway gateway;
  private static NginxGateway strict;
  private static Logged logged;

  /** A certificate and its key in one file, as the client of MLflow, and requests below it, have them. */
  private static Path identity;

  @BeforeAll
  static void start() throws IOException {
    converter = OvmsConverter.builder()
        .discover()
        .engine(EngineEnvironment.settings().build())
        .build();
    logged = Logged.to(Servers.files(), "behind a gateway", 3);
    gateway = NginxGateway.to(Servers.files().url())
        .tls(TestCertificates.localhost())
        .bearer(TOKEN)
        .prefix("/mlflow")
        .start();
    strict = NginxGateway.to(Servers.files().url())
        .tls(TestCertificates.localhost())
        .clientsOf(TestCertificates.authority())
        .start();
    identity = Files.writeString(
        shared.resolve("identity.pem"),
        Files.readString(TestCertificates.localhost().key())
            + Files.readString(TestCertificates.localhost().certificate()));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    strict.close();
    converter.close();
  }

  private ConversionResult convert(String source, StoreSettings settings) {
    return converter.convert(ConversionRequest.builder()
        .source(source)
        .inputSettings(settings)
        .output(directory.resolve("served"))
        .build());
  }

  /** What the gateway wants, and one thing of it otherwise; an empty value leaves it out. */
  private static StoreSettings settings(String... changes) {
    Map<String, String> values = new HashMap<>();
    values.put("trackingUri", gateway.url() + "/mlflow/");
    values.put("token", TOKEN);
    values.put("caCertificate", TestCertificates.authority().toString());
    for (int i = 0; i < changes.length; i += 2) {
      values.put(changes[i], changes[i + 1]);
    }
    values.values().removeIf(String::isEmpty);
    return StoreSettings.of(values);
  }

  @Test
  void givenTlsAPathAndATokenWhenConvertedThenEachRequestGetsThrough() {
    ConversionResult byAlias = convert(MODEL, settings());
    ConversionResult byRun = convert("runs:/" + logged.run() + "/as before", settings());

    assertThat(byAlias.files()).hasSize(2);
    assertThat(byAlias.plan().request().source().toString()).startsWith("mlflow-artifacts:/");
    assertThat(byRun.files()).hasSize(2);
  }

  @Test
  void givenATokenWhenWrittenToThenTheResultLiesBehindTheGateway() {
    ConversionResult result = converter.convert(ConversionRequest.builder()
        .source(MODEL)
        .inputSettings(settings("register", "true"))
        .output("models:/behind a gateway/1/ovms")
        .outputSettings(settings("register", "true"))
        .build());

    assertThat(result.warnings()).noneMatch(warning -> warning.contains("told"));
    assertThat(converter.list(result.output(), settings())).hasSize(3);
    assertThat(Servers.tags(Servers.files(), "behind%20a%20gateway", "1"))
        .containsEntry("ovms.converted_url", result.output().toString());
  }

  @Test
  void givenNoTokenWhenConvertedThenItIsAskedFor() {
    assertThatExceptionOfType(AccessDeniedException.class)
        .isThrownBy(() -> convert(MODEL, settings("token", "")))
        .satisfies(error -> {
          assertThat(error.reason()).isEqualTo(AccessDeniedException.Reason.CREDENTIALS_MISSING);
          assertThat(error.problem().subject()).isEqualTo(MODEL);
          assertThat(error.problem().remedy()).contains("token", "MLFLOW_TRACKING_TOKEN");
          assertThat(error.problem().retryable()).isFalse();
        });
  }

  @Test
  void givenAnotherTokenWhenConvertedThenItIsRefusedAndNotShown() {
    assertThatExceptionOfType(AccessDeniedException.class)
        .isThrownBy(() -> convert(MODEL, settings("token", "wrong-9d1e")))
        .satisfies(error -> {
          assertThat(error.reason()).isEqualTo(AccessDeniedException.Reason.CREDENTIALS_REFUSED);
          assertThat(error.problem().found())
              .contains("the tracking server " + gateway.url() + "/mlflow refuses");
          assertThat(error.problem().remedy()).contains("the token");
          assertThat(error.toString()).doesNotContain("wrong-9d1e");
        });
  }

  @Test
  void givenAnAuthorityThatNobodyKnowsWhenAskedThenTheSettingForItIsNamed() {
    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> convert(MODEL, settings("caCertificate", "")))
        .satisfies(error -> {
          assertThat(error.problem().remedy()).contains("caCertificate");
          assertThat(error.problem().retryable()).isFalse();
        });
  }

  @Test
  void givenTheWishNotToCheckCertificatesWhenConvertedThenItIsDoneAndWarnedOf() {
    ConversionResult result = convert(MODEL, settings("caCertificate", "", "insecureTls", "true"));

    assertThat(result.warnings())
        .anySatisfy(warning -> assertThat(warning).contains("insecureTls"));
  }

  @Test
  void givenAServerThatWantsACertificateWhenOneFileHoldsItAndItsKeyThenItIsShown() {
    ConversionResult result = convert(
        MODEL,
        settings("trackingUri", strict.url().toString(), "clientCertificate", identity.toString()));

    assertThat(result.files()).hasSize(2);
  }

  @Test
  void givenAServerThatWantsACertificateWhenThereIsNoneThenItIsAskedFor() {
    assertThatExceptionOfType(AccessDeniedException.class)
        .isThrownBy(() -> convert(MODEL, settings("trackingUri", strict.url().toString())))
        .satisfies(error -> assertThat(error.problem().remedy())
            .contains("clientCertificate", "MLFLOW_TRACKING_CLIENT_CERT_PATH"));
  }

  @Test
  void givenThePathLeftOutWhenAskedThenItIsSaidThatItMayBelongToTheServer() {
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> convert(MODEL, settings("trackingUri", gateway.url().toString())))
        .satisfies(error -> assertThat(error.problem().remedy()).contains("static prefix"));
  }

  @Test
  void givenARegistryOfItsOwnWhenConvertedThenModelsAreLookedUpThereAndRunsHere() {
    Logged.to(Servers.directS3(), "elsewhere", 3);
    StoreSettings settings = Servers.directSettings("register", "true")
        .with(
            Servers.settings(Servers.files(), "registryUri", Servers.directS3().trackingUri()));

    ConversionResult result = convert("models:/elsewhere/1", settings);

    assertThat(result.files()).hasSize(2);
    assertThat(result.warnings()).isEmpty();
    assertThat(Servers.tags(Servers.directS3(), "elsewhere", "1"))
        .containsEntry("ovms.converted_url", result.output().toString());
    assertThat(converter.list(Location.of("runs:/" + logged.run() + "/as before"), settings))
        .isNotEmpty();
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> convert("models:/nobody/1", settings))
        .satisfies(error -> assertThat(error.problem().remedy()).contains("registryUri"));
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> convert("runs:/" + "0".repeat(32) + "/x", settings))
        .satisfies(error -> assertThat(error.problem().remedy()).contains("trackingUri"));
  }

  @Test
  void givenAWorkspaceWhenConvertedThenItsOwnModelIsMeant() {
    try (MlflowServer server = MlflowServer.setup().workspaces().start()) {
      server.python("""
          import mlflow
          mlflow.create_workspace("team-a")
          mlflow.set_workspace("team-a")
          """ + Logged.script(), "ours", "3");

      ConversionResult result =
          convert("models:/ours@champion", Servers.settings(server, "workspace", "team-a"));

      assertThat(result.files()).hasSize(2);
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> convert("models:/ours@champion", Servers.settings(server)));
    }
  }
}
