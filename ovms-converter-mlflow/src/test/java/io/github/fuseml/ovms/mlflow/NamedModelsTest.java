package io.github.fuseml.ovms.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonObject;
import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.CopyResult;
import io.github.fuseml.ovms.api.Diagnosis;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import io.github.fuseml.ovms.testkit.Fixtures;
import io.github.fuseml.ovms.testkit.server.MlflowServer;
import io.github.fuseml.ovms.testkit.server.PythonHttpServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models by the names that real MLflow servers have for them, converted by the real engine. */
class NamedModelsTest {
  /** Of the kinds of characters that MLflow allows in a name. */
  private static final String NAME = "prix d'été 50%";

  private static OvmsConverter converter;
  private static Logged proxied;
  private static Logged direct;

  @TempDir
  Path directory;

  @BeforeAll
  static void logModels() {
    converter = OvmsConverter.builder()
        .discover()
        .engine(EngineEnvironment.settings().build())
        .build();
    // Weights of 6 MiB: more than one part of a download.
    proxied = Logged.to(Servers.overS3(), NAME, 400_000);
    direct = Logged.to(Servers.directS3(), "linear", 3);
  }

  @AfterAll
  static void close() {
    converter.close();
  }

  private static ConversionRequest.Builder request(String source, StoreSettings settings) {
    return ConversionRequest.builder().source(source).inputSettings(settings);
  }

  private ConversionResult convert(String source, StoreSettings settings) {
    return converter.convert(
        request(source, settings).output(directory.resolve("served")).build());
  }

  private static ConversionPlan plan(String source, StoreSettings settings) {
    return converter.plan(request(source, settings).output("/tmp/never-made").build());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "models:/%NAME/1",
        "models:/%NAME/2",
        "models:/%NAME/latest",
        "models:/%NAME/staging",
        "models:/%NAME@champion",
        "models:/prix%20d%27%C3%A9t%C3%A9%2050%25@champion",
        "models:/%MODEL",
        "models:/%NAME@champion/model.onnx",
        "runs:/%RUN/linear",
        "runs:/%RUN/as before",
        "%ARTIFACTS/as before",
      })
  void givenAProxiedModelWhenConvertedByAnyOfItsNamesThenItIsPublished(String form) {
    String source = form.replace("%NAME", NAME)
        .replace("%MODEL", proxied.model())
        .replace("%RUN", proxied.run())
        .replace("%ARTIFACTS", proxied.artifacts());

    ConversionResult result = convert(source, Servers.settings(Servers.overS3()));

    assertThat(result.files()).hasSize(2);
    assertThat(result.files().stream().mapToLong(file -> file.size()).max().orElseThrow())
        .isGreaterThan(6_000_000);
    assertThat(result.plan().request().namedSource()).isEqualTo(Location.of(source));
    assertThat(result.plan().request().source().scheme()).isEqualTo("mlflow-artifacts");
  }

  @Test
  void givenARegisteredModelWhenPlannedThenItIsCalledByItsNameThere() {
    ConversionPlan plan = plan("models:/" + NAME + "@champion", Servers.settings(Servers.overS3()));

    assertThat(plan.modelName()).isEqualTo("prix_d__t__50_");
  }

  @ParameterizedTest
  @ValueSource(strings = {"models:/linear@champion", "runs:/%RUN/linear", "runs:/%RUN/as before"})
  void givenAModelInS3WhenConvertedThenItIsReadThereWithTheSettingsForIt(String form) {
    ConversionResult result = convert(form.replace("%RUN", direct.run()), Servers.directSettings());

    assertThat(result.plan().request().source().toString())
        .startsWith("s3://" + Servers.BUCKET + "/");
    assertThat(result.files()).hasSize(2);
  }

  @Test
  void givenNoSettingsForTheStoreBehindWhenPlannedThenItIsThatStoreThatRefuses() {
    StoreSettings settings = Servers.settings(
        Servers.directS3(),
        "s3.endpoint",
        Servers.minio().url().toString(),
        "s3.credentials",
        "anonymous");

    assertThatExceptionOfType(AccessDeniedException.class)
        .isThrownBy(() -> plan("models:/linear@champion", settings))
        .withMessageContaining("s3://");
  }

  @Test
  void givenAWrongSettingOfTheStoreBehindWhenPlannedThenItIsRefusedByItsName() {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> plan(
            "models:/linear@champion", Servers.settings(Servers.directS3(), "s3.nothing", "1")))
        .withMessageContaining("s3.nothing");
  }

  @Test
  void givenAnOutputInTheModelItselfWhenConvertedTwiceThenTheFirstIsNotTakenForInput() {
    StoreSettings settings = Servers.directSettings();
    ConversionRequest request = request("models:/linear/2", settings)
        .output("models:/linear/2/ovms")
        .outputSettings(settings)
        .publishing(PublishOptions.builder().force(true).build())
        .build();

    ConversionResult first = converter.convert(request);
    ConversionResult second = converter.convert(request);

    assertThat(first.version()).isEqualTo(1);
    assertThat(second.version()).isEqualTo(2);
    assertThat(second.plan().sourceFiles()).isEqualTo(first.plan().sourceFiles());
    assertThat(second.output()).isEqualTo(second.plan().request().source().resolve("ovms"));
  }

  @Test
  void givenAProxiedPlaceWhenConvertedToThenTheVersionIsThere() throws IOException {
    StoreSettings settings = Servers.settings(Servers.overS3());
    ConversionRequest request = request("models:/" + NAME + "/1", settings)
        .output("runs:/" + proxied.run() + "/served")
        .outputSettings(settings)
        .build();

    ConversionResult result = converter.convert(request);

    List<StoredArtifact> there =
        converter.list(Location.of("runs:/" + proxied.run() + "/served"), settings);
    assertThat(there)
        .extracting(StoredArtifact::path)
        .containsExactlyInAnyOrder(
            "1/" + result.plan().modelName() + ".bin",
            "1/" + result.plan().modelName() + ".xml",
            "1/ovms-converter.provenance.json");
    assertThat(there)
        .extracting(StoredArtifact::size)
        .containsAll(result.files().stream().map(file -> file.size()).toList());
  }

  @Test
  void givenTheWishToRegisterWhenConvertedThenTheVersionIsTaggedWithWhereThatIs() {
    ConversionResult result =
        convert("models:/linear/1", Servers.directSettings("register", "true"));

    assertThat(result.warnings()).isEmpty();
    assertThat(Servers.tags(Servers.directS3(), "linear", "1"))
        .containsEntry("ovms.converted_url", result.output().toString())
        .containsEntry("ovms.version", "1")
        .hasEntrySatisfying(
            "ovms.digest", digest -> assertThat(digest).matches("sha256:[0-9a-f]{64}"));
  }

  @Test
  void givenNothingChangedWhenItIsToBeRegisteredThenTheVersionIsTaggedWithWhatIsThere() {
    ConversionResult first = convert("models:/linear/2", Servers.directSettings());

    ConversionResult second =
        convert("models:/linear/2", Servers.directSettings("register", "true"));

    assertThat(second.published()).isFalse();
    assertThat(Servers.tags(Servers.directS3(), "linear", "2"))
        .containsEntry("ovms.converted_url", first.output().toString())
        .containsEntry("ovms.version", "1")
        .containsEntry("ovms.digest", "sha256:" + first.digest());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"at@home/latest", "at@home/1", "at@home/None", "at@home@best", "///linear/1"})
  void givenANameWithAnAtOrSlashesBeforeItWhenPlannedThenItIsFoundAsMlflowFindsIt(String name) {
    MlflowServer server = Servers.directS3();
    Servers.rest(server, "POST", "registered-models/create", "{\"name\": \"at@home\"}");
    if (Servers.rest(server, "GET", "model-versions/get?name=at%40home&version=1", "")
        .has("error_code")) {
      Servers.rest(
          server,
          "POST",
          "model-versions/create",
          "{\"name\": \"at@home\", \"source\": \"" + direct.artifacts() + "\"}");
    }
    Servers.rest(
        server,
        "POST",
        "registered-models/alias",
        "{\"name\": \"at@home\", \"alias\": \"best\", \"version\": \"1\"}");

    assertThat(
            plan("models:/" + name, Servers.directSettings()).model().format().id())
        .isEqualTo("onnx");
  }

  @Test
  void givenTheWishToRegisterWhatIsNoVersionWhenPlannedThenItIsRefused() {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> plan(
            "runs:/" + direct.run() + "/as before", Servers.directSettings("register", "true")))
        .withMessageContaining("no version of a registered model");
  }

  @Test
  void givenAnEarlierWayOfLoggingWhenCopiedListedAndDiagnosedThenItsFilesAreThere() {
    String source = "runs:/" + proxied.run() + "/as before";
    StoreSettings settings = Servers.settings(Servers.overS3());

    CopyResult copied = converter.copy(CopyRequest.builder()
        .source(source)
        .inputSettings(settings)
        .target(Location.of(directory.resolve("copy")))
        .build());
    Diagnosis diagnosis = converter.diagnose(Location.of(source), settings, false);

    assertThat(copied.files()).extracting(StoredArtifact::path).contains("MLmodel", "model.onnx");
    assertThat(directory.resolve("copy/model.onnx")).isRegularFile();
    assertThat(converter.list(Location.of(source), settings)).hasSameSizeAs(copied.files());
    assertThat(diagnosis.checks())
        .extracting(Diagnosis.Check::outcome)
        .doesNotContain(Diagnosis.Outcome.FAILED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "models:/nobody/1",
        "models:/linear/3",
        "models:/linear/9",
        "models:/linear@nobody",
        "models:/linear/Production",
        "models:/m-00000000000000000000000000000000",
        "runs:/00000000000000000000000000000000/linear",
        "runs:/%RUN/nothing",
      })
  void givenANameThatNobodyHasWhenPlannedThenItIsNotFoundAndNamed(String form) {
    String source = form.replace("%RUN", direct.run());

    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> plan(source, Servers.directSettings()))
        .satisfies(error -> {
          assertThat(error.problem().remedy()).isNotEmpty();
          assertThat(error.problem().retryable()).isFalse();
          assertThat(error.problem().subject()).containsAnyOf(source, "s3://");
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "models:/nobody/1 | says: Model Version (name=nobody, version=1) not found | check the name",
        "models:/linear/3 | says: Model Version (name=linear, version=3) not found | check the name",
        "models:/linear@nobody | says: Registered model alias nobody not found | the alias 'nobody'",
        "models:/linear@no one | says: Invalid alias name | the alias 'no one'",
        "models:/linear/Archived | no version of 'linear' is in the stage 'Archived' | an alias",
        "models:/linear/NoStage | Invalid Model Version stage | correct the location",
        "models:/nobody/latest | says: Registered Model with name=nobody not found | trackingUri",
        "models:/m-00000000000000000000000000000000 | says: Logged model | trackingUri",
        "runs:/00000000000000000000000000000000/linear | says: Run with id= | trackingUri",
      })
  void givenANameThatNobodyHasWhenPlannedThenItIsSaidWhatIsMissingAndWhatToDo(
      String source, String found, String remedy) {
    assertThatExceptionOfType(OvmsConverterException.class)
        .isThrownBy(() -> plan(source, Servers.directSettings()))
        .satisfies(error -> {
          assertThat(error.problem().subject()).isEqualTo(source);
          assertThat(error.problem().found())
              .contains(found.replace("id=", "id=" + "0".repeat(found.endsWith("id=") ? 32 : 0)));
          assertThat(error.problem().remedy()).contains(remedy);
          assertThat(error.problem().retryable()).isFalse();
        });
  }

  @Test
  void givenANameThatTheRunHasNotLoggedWhenPlannedThenItIsSaidWhichItHas() {
    String source = "runs:/" + direct.run() + "/lineal";

    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> plan(source, Servers.directSettings()))
        .satisfies(error -> assertThat(error.problem().remedy())
            .isEqualTo("check the path; the models that its run has logged are called linear"));
  }

  @Test
  void givenTheWishToRegisterWhenOnlyLookedAtThenARunsFilesAreShown() {
    StoreSettings settings = Servers.directSettings("register", "true");
    String source = "runs:/" + direct.run() + "/as before";

    assertThat(converter.list(Location.of(source), settings)).isNotEmpty();
    assertThat(converter
            .inspect(request(source, settings).output("/tmp/never-made").build())
            .inputs())
        .hasSize(1);
  }

  @Test
  void givenADeletedRunWhenPlannedThenItsModelIsReadAsMlflowItselfReadsIt() {
    Logged logged = Logged.to(Servers.directS3(), "of a deleted run", 3);
    Servers.rest(
        Servers.directS3(), "POST", "runs/delete", "{\"run_id\": \"" + logged.run() + "\"}");

    ConversionPlan byRun = plan("runs:/" + logged.run() + "/as before", Servers.directSettings());
    ConversionPlan byModel = plan("models:/" + logged.model(), Servers.directSettings());

    assertThat(byRun.model().format().id()).isEqualTo("onnx");
    assertThat(byModel.model().format().id()).isEqualTo("onnx");
  }

  @Test
  void givenMoreVersionsThanAPageWhenTheLatestIsAskedForThenItIsTheNewestThatIsLeft() {
    MlflowServer server = Servers.directS3();
    Servers.rest(server, "POST", "registered-models/create", "{\"name\": \"many\"}");
    for (int i = 0; i < 30; i++) {
      Servers.rest(
          server,
          "POST",
          "model-versions/create",
          "{\"name\": \"many\", \"source\": \"" + direct.artifacts() + "/as before\"}");
    }
    Servers.rest(
        server, "DELETE", "model-versions/delete", "{\"name\": \"many\", \"version\": \"30\"}");

    ConversionResult result =
        convert("models:/many/latest", Servers.directSettings("register", "true"));

    assertThat(result.files()).hasSize(2);
    assertThat(Servers.tags(server, "many", "29")).containsKey("ovms.converted_url");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "models:/linear",
        "models:/",
        "models:/linear/NoStage",
        "runs:/",
        "models://databricks/linear/1"
      })
  void givenANameThatIsNoneWhenPlannedThenItIsRefused(String source) {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> plan(source, Servers.directSettings()));
  }

  @Test
  void givenAGuardedServerWhenAskedWithoutOrWithWrongCredentialsThenItSaysSoAndNoSecret() {
    for (StoreSettings settings : List.of(
        Servers.settings(Servers.guarded()),
        Servers.settings(Servers.guarded(), "username", "admin", "password", "wrong-secret"),
        Servers.settings(Servers.guarded(), "token", "wrong-secret"))) {
      for (String source : List.of("models:/linear/1", "mlflow-artifacts:/1/x")) {
        assertThatExceptionOfType(AccessDeniedException.class)
            .isThrownBy(() -> plan(source, settings))
            .satisfies(error -> {
              assertThat(error.toString()).doesNotContain("wrong-secret");
              assertThat(error.problem().remedy()).contains("password");
            });
      }
    }
  }

  @Test
  void givenCredentialsInTheUrlOfTheServerThenTheyAreUsedAndNeverShown() {
    String host = URI.create(Servers.guarded().trackingUri()).getAuthority();
    String right = "http://" + MlflowServer.USERNAME + ":" + MlflowServer.PASSWORD + "@" + host;

    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> plan("models:/nobody-at-all/1", Servers.settings(right + "/ml")));
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> plan("mlflow-artifacts:/0/nothing", Servers.settings(right + "/ml")));
    for (String source : List.of("models:/linear/1", "mlflow-artifacts:/1/x")) {
      assertThatExceptionOfType(AccessDeniedException.class)
          .isThrownBy(
              () -> plan(source, Servers.settings("http://admin:of-nobody@" + host + "/ml")))
          .satisfies(error -> assertThat(error.toString()).doesNotContain("of-nobody"));
    }
  }

  @Test
  void givenArtifactsOfAnotherServerThatRefusesThenItIsNotSaidThatTheTrackingServerDid() {
    String host = URI.create(Servers.guarded().trackingUri()).getAuthority();
    StoreSettings settings = Servers.settings(
        Servers.overS3().trackingUri() + "/ml", "username", "somebody", "password", "of-overS3");

    assertThatExceptionOfType(AccessDeniedException.class)
        .isThrownBy(() -> plan("mlflow-artifacts://" + host + "/1/x", settings))
        .withMessageContaining("http://" + host)
        .withMessageContaining("is not the tracking server")
        .satisfies(error -> assertThat(error.problem().remedy())
            .contains("trackingUri")
            .doesNotContain("check the user"));
  }

  @Test
  void givenAGuardedServerWithAPrefixWhenAskedWithCredentialsThenItsModelIsConvertedAndTagged() {
    MlflowServer server = Servers.guarded();
    JsonObject model = Servers.rest(
            server, "POST", "logged-models", "{\"experiment_id\": \"0\", \"name\": \"linear\"}")
        .getAsJsonObject("model")
        .getAsJsonObject("info");
    String uri = model.get("artifact_uri").getAsString();
    Fixtures.get("mlflow-onnx")
        .copyTo(server.artifacts().resolve(uri.substring("mlflow-artifacts:/".length())));
    String id = model.get("model_id").getAsString();

    ConversionResult result =
        convert("models:/" + id + "/mlflow-onnx/model", guarded("register", "true"));

    assertThat(result.plan().request().source()).isEqualTo(Location.of(uri + "/mlflow-onnx/model"));
    assertThat(result.files()).hasSize(2);
    assertThat(result.warnings()).isEmpty();
    assertThat(Servers.rest(server, "GET", "logged-models/" + id, "").toString())
        .contains("ovms.converted_url", result.output().toString());
  }

  private static StoreSettings guarded(String... more) {
    return Servers.settings(
            Servers.guarded(), "username", MlflowServer.USERNAME, "password", MlflowServer.PASSWORD)
        .with(Servers.settings(Servers.guarded(), more));
  }

  @Test
  void givenAServerThatIsNotMlflowWhenAskedThenItSaysSo() throws IOException {
    try (PythonHttpServer other = PythonHttpServer.start()) {
      Path answer = other.root().resolve("api/2.0/mlflow/logged-models");
      Files.createDirectories(answer);
      Files.writeString(answer.resolve("m-" + "0".repeat(32)), "<html>log in</html>");
      StoreSettings settings = Servers.settings(other.url().toString());

      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> plan("models:/linear/1", settings))
          .withMessageContaining("not as MLflow does");
      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> plan("models:/m-" + "0".repeat(32), settings))
          .withMessageContaining("a web page");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sqlite:///mlflow.db", "databricks", "./mlruns", "ftp://host"})
  void givenNoServerToAskWhenPlannedThenItSaysWhatIsNeeded(String uri) {
    assertThatExceptionOfType(OvmsConverterException.class)
        .isThrownBy(() -> plan("models:/linear/1", Servers.settings(uri)))
        .withMessageContaining("trackingUri");
  }
}
