package io.github.fuseml.ovms.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.testkit.server.FakeGcsServer;
import io.github.fuseml.ovms.testkit.server.ForwardProxy;
import io.github.fuseml.ovms.testkit.server.MinioServer;
import io.github.fuseml.ovms.testkit.server.NginxServer;
import io.github.fuseml.ovms.testkit.server.TestCertificates;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real program by way of a real proxy. */
class ProxyProgramTest extends RealProgram {
  private static final Path MODEL = EXAMPLES.resolve("iris.onnx");
  private static final String BUCKET = "models";

  /** Has no address; only a proxy knows it. */
  private static final String HIDDEN = "hidden.invalid";

  private static MinioServer plain;
  private static MinioServer secure;
  private static ForwardProxy asking;

  @BeforeAll
  static void servers() {
    plain = MinioServer.start();
    plain.createBucket(BUCKET);
    secure = MinioServer.startTls(TestCertificates.localhost());
    secure.createBucket(BUCKET);
    asking = ForwardProxy.startWithPassword();
  }

  @AfterAll
  static void noServers() {
    plain.close();
    secure.close();
    asking.close();
  }

  @BeforeEach
  void keys() {
    environment.put("AWS_ACCESS_KEY_ID", MinioServer.ACCESS_KEY);
    environment.put("AWS_SECRET_ACCESS_KEY", MinioServer.SECRET_KEY);
    environment.put("AWS_CA_BUNDLE", TestCertificates.authority().toString());
    environment.put("OVMS_GCS_CA_CERTIFICATE", TestCertificates.authority().toString());
    environment.put("HTTP_CA_CERTIFICATE", TestCertificates.authority().toString());
    for (String name : new String[] {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}) {
      environment.put(name, "");
      environment.put(name.toUpperCase(java.util.Locale.ROOT), "");
    }
  }

  private Outcome succeed(String... line) throws Exception {
    Outcome outcome = run(line);
    assertThat(outcome.code()).as(outcome.err() + outcome.out()).isZero();
    assertThat(outcome.err() + outcome.out()).doesNotContain("p@ss").doesNotContain("p%40ss");
    return outcome;
  }

  private void assertThereAndBack(String url) throws Exception {
    succeed("copy", MODEL.toString(), url, "--replace", "-v");
    succeed("copy", url, output.toString(), "--replace", "-v");
    assertThat(output).hasSameBinaryContentAs(MODEL);
  }

  @Test
  void given_a_proxy_that_asks_for_a_password_then_s3_goes_by_it() throws Exception {
    environment.put("OVMS_S3_PROXY", asking.urlWithPassword());
    environment.put("S3_ENDPOINT", plain.url().toString());
    assertThereAndBack("s3://" + BUCKET + "/iris.onnx");
    environment.put("S3_ENDPOINT", secure.url().toString());
    assertThereAndBack("s3://" + BUCKET + "/iris.onnx");
    assertThat(asking.log())
        .contains("PUT " + plain.url())
        .contains("CONNECT 127.0.0.1:" + secure.port());
  }

  @Test
  void given_a_wrong_password_then_the_proxy_is_what_the_error_is_about() throws Exception {
    environment.put("OVMS_S3_PROXY", asking.urlWithPassword().replace("word", "w0rd"));
    environment.put("S3_ENDPOINT", plain.url().toString());
    Outcome outcome = run("ls", "s3://" + BUCKET);
    assertThat(outcome.code()).isEqualTo(4);
    assertThat(outcome.err()).contains("proxy").doesNotContain("w0rd");
  }

  @Test
  void given_a_proxy_that_asks_for_a_password_then_google_goes_by_it() throws Exception {
    environment.put("OVMS_GCS_PROXY", asking.urlWithPassword());
    try (FakeGcsServer google = FakeGcsServer.start()) {
      google.createBucket(BUCKET);
      environment.put("STORAGE_EMULATOR_HOST", google.url().toString());
      assertThereAndBack("gs://" + BUCKET + "/iris.onnx");
      assertThat(asking.log()).contains("POST " + google.url());
    }
    try (FakeGcsServer google = FakeGcsServer.startTls(TestCertificates.localhost())) {
      google.createBucket(BUCKET);
      environment.put("STORAGE_EMULATOR_HOST", google.url().toString());
      assertThereAndBack("gs://" + BUCKET + "/iris.onnx");
      assertThat(asking.log()).contains("CONNECT 127.0.0.1:" + google.port());
    }
  }

  @Test
  void given_a_proxy_that_asks_for_a_password_then_the_web_goes_by_it() throws Exception {
    environment.put("http_proxy", asking.urlWithPassword());
    environment.put("https_proxy", asking.urlWithPassword());
    try (NginxServer web = NginxServer.builder().root(EXAMPLES).start();
        NginxServer tls = NginxServer.builder()
            .root(EXAMPLES)
            .tls(TestCertificates.localhost())
            .start()) {
      succeed("copy", web.url("/iris.onnx").toString(), output.toString());
      succeed("copy", tls.url("/iris.onnx").toString(), output.toString(), "--replace");
      assertThat(asking.log()).contains("CONNECT 127.0.0.1:" + tls.port());
    }
  }

  @Test
  void given_a_name_that_only_the_proxy_of_the_environment_knows_then_doctor_goes_by_it_too()
      throws Exception {
    try (ForwardProxy proxy = ForwardProxy.startKnowing(HIDDEN, plain.url())) {
      environment.put("http_proxy", proxy.url().toString());
      environment.put("S3_ENDPOINT", "http://" + HIDDEN);
      succeed("ls", "s3://" + BUCKET);
      assertThat(succeed("doctor", "s3://" + BUCKET).out()).contains("the proxy " + proxy.url());
      environment.put("no_proxy", ".invalid");
      Outcome direct = run("doctor", "s3://" + BUCKET);
      assertThat(direct.code()).isEqualTo(5);
      assertThat(direct.out()).contains("no address is known for " + HIDDEN);
    }
  }

  @Test
  void given_a_proxy_of_the_environment_then_google_is_reached_by_it_too() throws Exception {
    try (FakeGcsServer google = FakeGcsServer.start();
        ForwardProxy proxy = ForwardProxy.startKnowing(HIDDEN, google.url())) {
      google.createBucket(BUCKET);
      environment.put("STORAGE_EMULATOR_HOST", "http://" + HIDDEN);
      environment.put("http_proxy", proxy.url().toString());
      succeed("copy", MODEL.toString(), "gs://" + BUCKET + "/iris.onnx");
      assertThat(succeed("ls", "gs://" + BUCKET).out()).isEqualTo("iris.onnx\n");
      assertThat(succeed("doctor", "gs://" + BUCKET).out()).contains("the proxy " + proxy.url());
    }
  }
}
