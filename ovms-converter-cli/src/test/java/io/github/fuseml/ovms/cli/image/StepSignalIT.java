package io.github.fuseml.ovms.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.cli.image.StepContainer.Outcome;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.Hold;
import io.github.fuseml.ovms.testkit.fault.RequestMatch;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A pod that is deleted while its step works, in each stage. */
class StepSignalIT {
  private static final String BUCKET = "models";
  private static final int FLOATS = 12 << 20; // weights that go up in parts: 48 MiB

  private static MinioServer minio;

  @TempDir
  Path directory;

  @BeforeAll
  static void aModel(@TempDir Path files) throws Exception {
    minio = MinioServer.start();
    minio.createBucket(BUCKET);
    minio.put(
        LargeOnnx.withWeightsInside(files.resolve("model.onnx"), FLOATS), BUCKET, "in/model.onnx");
  }

  @AfterAll
  static void noServers() {
    minio.close();
  }

  private static Stream<Arguments> requests() {
    return Stream.of(
        Arguments.of("list", RequestMatch.method("GET").path("list-type"), false),
        Arguments.of("detect", RequestMatch.method("GET").path("model.onnx").first(1), false),
        Arguments.of("fetch", RequestMatch.method("GET").path("model.onnx").nth(4), false),
        Arguments.of("publish, a part", RequestMatch.method("PUT").path("partNumber=2"), true),
        Arguments.of("publish, the last file", RequestMatch.method("PUT").path(".xml"), true));
  }

  private StepContainer step(String endpoint) throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new StepContainer(directory)
        .with("FUSEML_INPUT_MODEL", "s3://" + BUCKET + "/in")
        .with("FUSEML_OUTPUT_MODEL", "s3://" + BUCKET + "/in/ovms")
        .with("S3_ENDPOINT", endpoint)
        .with("AWS_ACCESS_KEY_ID", MinioServer.ACCESS_KEY)
        .with("AWS_SECRET_ACCESS_KEY", MinioServer.SECRET_KEY);
  }

  private void assertNothingIsLeft(StepContainer container) throws Exception {
    Outcome outcome = container.finish();
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(143);
    assertThat(outcome.err()).endsWith("cancelled\n").doesNotContain("error:");
    assertThat(outcome.terminationMessage()).isEqualTo("cancelled");
    assertThat(outcome.result()).isEmpty();
    assertThat(container.temporaryFiles()).isEmpty();
    assertThat(minio.mc("ls", "--recursive", "server/" + BUCKET)).doesNotContain("ovms");
    assertThat(minio.mc("ls", "--recursive", "--incomplete", "server/" + BUCKET))
        .isBlank();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void given_a_signal_in_mid_request_then_the_step_ends_and_leaves_nothing(
      String stage, RequestMatch request, boolean upload) throws Exception {
    Hold hold = new Hold();
    try (FaultProxy proxy = FaultProxy.inFrontOf(minio.url());
        StepContainer container = step(proxy.url().toString())) {
      proxy.inject(request, upload ? Fault.stallUploadAfter(10, hold) : Fault.stallAfter(10, hold));
      container.start();
      hold.awaitReached();
      report(stage, container.terminate());
      // Before the proxy lets go of what it holds, which would reach the server from nobody any
      // more.
      assertNothingIsLeft(container);
      hold.release();
    }
  }

  @Test
  void given_a_signal_while_the_engine_works_then_the_step_ends_and_leaves_nothing()
      throws Exception {
    Path reached = Files.createDirectory(directory.resolve("reached"));
    Files.setPosixFilePermissions(reached, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path engine = Files.writeString(
        directory.resolve("python"), "#!/bin/sh\n: >/reached/here\nexec sleep 600\n");
    Files.setPosixFilePermissions(engine, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (StepContainer container = step(minio.url().toString())
        .bind(engine, "/engine/python", "ro")
        .bind(reached, "/reached")
        .with("OVMS_CONVERTER_PYTHON", "/engine/python")) {
      container.start();
      // The model is fetched, and only the engine is waited for.
      while (!container.text("stderr").contains("fetch") && container.isAlive()) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      assertThat(reached.resolve("here")).exists();
      report("optimize", container.terminate());
      assertNothingIsLeft(container);
    }
  }

  /** A figure for people: a machine that is busy with other things says nothing about a step. */
  private static void report(String stage, long millis) {
    System.out.println("SIGTERM in " + stage + ": ended after " + millis + " ms");
  }
}
