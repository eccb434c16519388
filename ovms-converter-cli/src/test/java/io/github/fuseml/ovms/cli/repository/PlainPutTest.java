package io.github.fuseml.ovms.cli.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import io.github.fuseml.ovms.testkit.Fixtures;
import io.github.fuseml.ovms.testkit.RecordingListener;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.RecordedRequest;
import io.github.fuseml.ovms.testkit.fault.RequestMatch;
import io.github.fuseml.ovms.testkit.server.ApacheDavServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Publishing by plain PUT requests, to a real server, and what it cannot promise. */
class PlainPutTest {
  private static final StoreSettings PUT = StoreSettings.of(Map.of("writing", "put"));

  @TempDir
  private Path directory;

  private void convert(String output) {
    try (OvmsConverter converter = OvmsConverter.builder()
        .discover()
        .engine(EngineEnvironment.settings().build())
        .workDirectory(directory)
        .build()) {
      converter.convert(request(output));
    }
  }

  @Test
  void givenAServerThatTakesFilesAndListsNoneThenItIsRefusedBeforeAnythingIsWritten() {
    try (ApacheDavServer apache = ApacheDavServer.start();
        FaultProxy proxy = FaultProxy.inFrontOf(apache.url())) {
      proxy.inject(RequestMatch.method("PROPFIND"), Fault.answer(405));
      proxy.inject(
          RequestMatch.method("GET").and(request -> request.target().endsWith("/dav/")),
          Fault.answer(403));

      assertThatThrownBy(() -> convert(proxy.url("/dav/iris").toString()))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("cannot be listed")
          .hasMessageContaining("a store that lists");

      assertThat(proxy.requests()).extracting(RecordedRequest::method).doesNotContain("PUT");
    }
  }

  @Test
  void givenAServerThatListsThenItIsSaidWhatIsNotPromised() {
    RecordingListener events = new RecordingListener();
    try (ApacheDavServer apache = ApacheDavServer.start();
        OvmsConverter converter =
            OvmsConverter.builder().discover().listener(events).build()) {
      long version = converter.plan(request(apache.url("/dav/iris").toString())).version();

      assertThat(version).isEqualTo(1);
      assertThat(events.messages(ConversionListener.Level.WARNING))
          .anySatisfy(message -> assertThat(message).contains("cannot refuse to overwrite"));
    }
  }

  private static ConversionRequest request(String output) {
    return ConversionRequest.builder()
        .source(Fixtures.get("onnx-mlp").source())
        .output(output)
        .outputSettings(PUT)
        .build();
  }
}
