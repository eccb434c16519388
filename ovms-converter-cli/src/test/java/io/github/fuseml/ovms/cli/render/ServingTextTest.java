package io.github.fuseml.ovms.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.cli.render.ServingText.Kind;
import io.github.fuseml.ovms.cli.render.ServingText.Served;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServingTextTest {
  private static final String IMAGE = " openvino/model_server:latest --port 9000 --rest_port 8000 ";

  private static String docker(
      String output,
      @Nullable String config,
      @Nullable String basePath,
      Map<String, String> settings,
      Map<String, String> environment) {
    Served served = new Served(
        "iris",
        Location.of(output),
        StoreSettings.of(settings),
        config == null ? null : Location.of(config),
        basePath);
    return ServingText.of(Kind.DOCKER, served, environment);
  }

  @Test
  void givenALocalModelThenItsDirectoryIsMountedWhereOvmsLooksForIt() {
    assertThat(docker("/srv/iris", null, null, Map.of(), Map.of()))
        .isEqualTo("docker run --rm -p 9000:9000 -p 8000:8000 -v /srv/iris:/models/iris:ro" + IMAGE
            + "--model_name iris --model_path /models/iris\n");
  }

  @Test
  void givenAConfigurationThenTheDirectoryIsMountedWhereThatSaysItIs() {
    assertThat(docker("/srv/iris", "/srv/config.json", null, Map.of(), Map.of()))
        .contains(" -v /srv/iris:/srv/iris:ro -v /srv/config.json:/config.json:ro ")
        .endsWith(" --config_path /config.json\n");
    assertThat(docker("/srv/iris", "/srv/config.json", "/models/x y", Map.of(), Map.of()))
        .contains(" -v '/srv/iris:/models/x y:ro' ");
  }

  @Test
  void givenAModelInS3ThenOvmsGetsTheOutputsSettingsAndNoSecretIsPrinted() {
    String line = docker(
        "s3://models/iris",
        null,
        null,
        Map.of(
            "endpoint", "http://store:9000",
            "region", "eu-1",
            "accessKeyId", "writer",
            "secretAccessKey", "not-for-messages"),
        Map.of(
            "AWS_ACCESS_KEY_ID", "reader",
            "OUTPUT_AWS_ACCESS_KEY_ID", "writer",
            "OUTPUT_AWS_SECRET_ACCESS_KEY", "not-for-messages"));

    assertThat(line)
        .contains(" -e AWS_ACCESS_KEY_ID=\"$OUTPUT_AWS_ACCESS_KEY_ID\"")
        .contains(" -e AWS_SECRET_ACCESS_KEY=\"$OUTPUT_AWS_SECRET_ACCESS_KEY\"")
        .contains(" -e AWS_REGION=eu-1 -e S3_ENDPOINT=http://store:9000 ")
        .contains(" --model_path s3://models/iris\n")
        .doesNotContain("reader", "writer", "not-for-messages");
  }

  @Test
  void givenNoSettingsOfTheOutputsOwnThenTheUsualVariablesArePassedOn() {
    assertThat(docker("s3://models/iris", null, null, Map.of(), Map.of()))
        .contains(" -e AWS_ACCESS_KEY_ID -e AWS_SECRET_ACCESS_KEY openvino");
  }

  @Test
  void givenACredentialsFileThenItIsMounted() {
    assertThat(docker(
            "gs://models/iris", null, null, Map.of("credentialsFile", "/etc/key.json"), Map.of()))
        .contains(" -v /etc/key.json:/credentials.json:ro"
            + " -e GOOGLE_APPLICATION_CREDENTIALS=/credentials.json ");
  }

  @Test
  void givenARemoteModelThatOvmsSeesAtAPathThenItSaysWhatHasToLieThere() {
    assertThat(docker("https://host/iris", "/srv/config.json", "/models/iris", Map.of(), Map.of()))
        .startsWith("# Put what is in https://host/iris where DIRECTORY is")
        .contains(" -v DIRECTORY:/models/iris:ro ");
  }

  @Test
  void givenALocalModelThenTheInferenceServiceSaysWhatTheClaimIs() {
    String text = ServingText.of(
        Kind.KSERVE,
        new Served("Iris 2", Location.of("/srv/iris"), StoreSettings.none(), null, null),
        Map.of());

    assertThat(text)
        .startsWith("# CLAIM is the PersistentVolumeClaim that holds what is in /srv/iris,\n#")
        .contains("apiVersion: serving.kserve.io/v1beta1\n")
        .contains("  name: iris-2\n")
        .contains("      storageUri: \"pvc://CLAIM/iris\"\n");
  }

  @Test
  void givenAModelInAStoreThenTheInferenceServiceHasItsUrl() {
    String text = ServingText.of(
        Kind.KSERVE,
        new Served("iris", Location.of("s3://models/iris"), StoreSettings.none(), null, null),
        Map.of());

    assertThat(text).startsWith("apiVersion").contains("storageUri: \"s3://models/iris\"");
  }
}
