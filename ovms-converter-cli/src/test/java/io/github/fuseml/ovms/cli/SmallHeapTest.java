package io.github.fuseml.ovms.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.testkit.server.FakeGcsServer;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real program with the heap that it has in a container of 256 MiB. */
class SmallHeapTest extends RealProgram {
  private static final String BUCKET = "models";

  private static MinioServer s3;

  @BeforeAll
  static void server() {
    s3 = MinioServer.start();
    s3.createBucket(BUCKET);
  }

  @AfterAll
  static void noServer() {
    s3.close();
  }

  @BeforeEach
  void smallHeap() {
    javaOptions.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC"));
    environment.put("S3_ENDPOINT", s3.url().toString());
    environment.put("AWS_ACCESS_KEY_ID", MinioServer.ACCESS_KEY);
    environment.put("AWS_SECRET_ACCESS_KEY", MinioServer.SECRET_KEY);
  }

  private Path file(String name, int mib) throws Exception {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    byte[] block = new byte[1 << 20];
    new Random(mib).nextBytes(block);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < mib; i++) {
        out.write(block);
      }
    }
    return file;
  }

  private void assertCopied(String source, String target) throws Exception {
    Outcome outcome = run("copy", source, target);
    assertThat(outcome.code()).as(outcome.err()).isZero();
  }

  @Test
  void given_a_large_local_file_then_it_is_copied_to_s3_and_back() throws Exception {
    Path file = file("big.bin", 150);
    assertCopied(file.toString(), "s3://" + BUCKET + "/big.bin");
    assertCopied("s3://" + BUCKET + "/big.bin", output.toString());
    assertThat(output).hasSameBinaryContentAs(file);
  }

  @Test
  void given_a_large_ir_then_the_step_publishes_it() throws Exception {
    // The weights of an IR may be longer than what its graph uses of them.
    Path model = directory.resolve("ir");
    Outcome converted =
        run("convert", EXAMPLES.resolve("iris.onnx").toString(), "-o", model.toString());
    assertThat(converted.code()).as(converted.err()).isZero();
    try (OutputStream weights = Files.newOutputStream(
        model.resolve("1/iris.bin"), java.nio.file.StandardOpenOption.APPEND)) {
      weights.write(Files.readAllBytes(file("padding", 40)));
      for (int i = 0; i < 3; i++) {
        Files.copy(directory.resolve("padding"), weights);
      }
    }
    environment.put("FUSEML_INPUT_MODEL", model.resolve("1/iris.xml").toString());
    environment.put("FUSEML_INPUT_FORMAT", "openvino");
    environment.put("FUSEML_OUTPUT_MODEL", "s3://" + BUCKET + "/served");
    environment.put("TASK_RESULT", "url");
    environment.put("OVMS_CONVERTER_RESULTS_DIR", directory.resolve("results").toString());
    Outcome outcome = run("run");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(s3.mc("ls", "--recursive", "server/" + BUCKET + "/served")).contains("160MiB");
  }

  @Test
  void given_many_files_of_some_size_then_they_are_copied_to_s3_and_google() throws Exception {
    for (int i = 0; i < 16; i++) {
      file("tree/" + i + ".bin", 3 + i % 12);
    }
    Path tree = directory.resolve("tree");
    assertCopied(tree.toString(), "s3://" + BUCKET + "/tree");
    try (FakeGcsServer google = FakeGcsServer.start()) {
      google.createBucket(BUCKET);
      environment.put("OUTPUT_STORAGE_EMULATOR_HOST", google.url().toString());
      assertCopied(tree.toString(), "gs://" + BUCKET + "/local");
      assertCopied("s3://" + BUCKET + "/tree", "gs://" + BUCKET + "/tree");
    }
  }
}
