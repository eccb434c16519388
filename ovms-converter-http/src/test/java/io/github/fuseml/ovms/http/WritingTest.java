package io.github.fuseml.ovms.http;

import static io.github.fuseml.ovms.http.Stores.at;
import static io.github.fuseml.ovms.http.Stores.content;
import static io.github.fuseml.ovms.http.Stores.random;
import static io.github.fuseml.ovms.http.Stores.readAll;
import static io.github.fuseml.ovms.testkit.fault.RequestMatch.method;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import io.github.fuseml.ovms.testkit.TestContent;
import io.github.fuseml.ovms.testkit.fault.Fault;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.server.ApacheDavServer;
import io.github.fuseml.ovms.testkit.server.NginxServer;
import io.github.fuseml.ovms.testkit.server.TestCertificates;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Writing to a real Apache over a line on which things go wrong. */
@Timeout(120)
class WritingTest {
  private static final AtomicInteger BASES = new AtomicInteger();
  private static ApacheDavServer apache;

  private final byte[] bytes = random(1, 2_000_000);
  private FaultProxy line;
  private ArtifactStore dav;
  private ArtifactStore plain;
  private Location directory;
  private Location model;

  @BeforeAll
  static void start() {
    apache = ApacheDavServer.start();
  }

  @AfterAll
  static void stop() {
    apache.close();
  }

  @BeforeEach
  void open() {
    line = FaultProxy.inFrontOf(apache.url());
    dav = Stores.output();
    plain = Stores.output("writing", "put");
    directory = at(line.url("/dav/base-" + BASES.incrementAndGet()));
    model = directory.resolve("deep/model");
  }

  @AfterEach
  void close() {
    plain.close();
    dav.close();
    line.close();
  }

  private List<String> paths() {
    return dav.list(directory).stream().map(Artifact::path).toList();
  }

  @Test
  void givenAnUploadThatIsCutWhenWrittenThenItIsSentAgain() throws IOException {
    line.inject(method("PUT").first(1), Fault.cutUploadAfter(500_000));

    dav.write(model, content(bytes), WriteMode.CREATE_ONLY);

    assertThat(readAll(dav, model)).isEqualTo(bytes);
    assertThat(paths()).containsExactly("deep/model");
  }

  @Test
  void givenUploadsThatAreAlwaysCutWhenWrittenThenItFailsAndNothingIsLeft() {
    line.inject(method("PUT"), Fault.cutUploadAfter(500_000));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> dav.write(model, content(bytes), WriteMode.CREATE_ONLY));

    line.clearRules();
    assertThat(dav.find(model)).isEmpty();
    assertThat(paths()).isEmpty();
    assertThat(line.requests())
        .filteredOn(request -> request.method().equals("DELETE"))
        .isNotEmpty();
  }

  @Test
  void givenAnAnswerToTheUploadThatIsLostWhenWrittenThenItSucceeds() throws IOException {
    line.inject(method("PUT").first(1), Fault.dropAnswer());

    dav.write(model, content(bytes), WriteMode.CREATE_ONLY);

    assertThat(readAll(dav, model)).isEqualTo(bytes);
  }

  @Test
  void givenAnAnswerToTheMoveThatIsLostWhenWrittenThenOurOwnFileIsRecognised() throws IOException {
    line.inject(method("MOVE").first(1), Fault.dropAnswer());

    Artifact written = dav.write(model, content(bytes), WriteMode.CREATE_ONLY);

    assertThat(written.size()).isEqualTo(bytes.length);
    assertThat(readAll(dav, model)).isEqualTo(bytes);
    assertThat(paths()).containsExactly("deep/model");
  }

  @Test
  void givenResetsBeforeTheLockAndTheMoveWhenWrittenThenTheyAreSentAgain() throws IOException {
    line.inject(method("LOCK").first(1), Fault.resetBeforeForwarding());
    line.inject(method("MOVE").first(1), Fault.resetBeforeForwarding());

    dav.write(model, content(bytes), WriteMode.CREATE_ONLY);

    assertThat(readAll(dav, model)).isEqualTo(bytes);
    assertThat(paths()).containsExactly("deep/model");
  }

  @Test
  void givenAMoveThatIsRefusedWhenWrittenThenNothingIsLeft() {
    line.inject(method("MOVE"), Fault.answer(507));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> dav.write(model, content(bytes), WriteMode.CREATE_ONLY))
        .withMessageContaining("no space left");

    assertThat(paths()).isEmpty();
  }

  @Test
  void givenAnAnswerToAPlainPutThatIsLostWhenCreatedThenOurOwnFileIsRecognised()
      throws IOException {
    Location flat = at(line.url("/dav/flat-" + BASES.incrementAndGet()));
    line.inject(method("PUT").first(1), Fault.dropAnswer());

    Artifact written = plain.write(flat, content(bytes), WriteMode.CREATE_ONLY);

    assertThat(written.size()).isEqualTo(bytes.length);
    assertThat(readAll(plain, flat)).isEqualTo(bytes);
  }

  @Test
  void givenAnotherWritersFileWhenAPlainPutIsCreatedThenItIsAConflict() throws IOException {
    Location flat = at(line.url("/dav/flat-" + BASES.incrementAndGet()));
    byte[] others = random(2, bytes.length);
    // Between the look and the PUT, as another process would.
    line.inject(method("HEAD").first(1), Fault.answer(404));
    dav.write(flat, content(others), WriteMode.REPLACE);
    line.inject(method("HEAD").first(1), Fault.answer(404));

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> plain.write(flat, content(bytes), WriteMode.CREATE_ONLY));

    assertThat(readAll(dav, flat)).isEqualTo(others);
  }

  @Test
  void givenAnotherWritersFileWhenALostAnswerIsFollowedByAConflictThenItIsNotOurs()
      throws IOException {
    Location flat = at(line.url("/dav/flat-" + BASES.incrementAndGet()));
    byte[] others = random(2, bytes.length);
    dav.write(flat, content(others), WriteMode.REPLACE);
    line.inject(method("HEAD").first(1), Fault.answer(404));
    line.inject(method("PUT").first(1), Fault.resetBeforeForwarding());

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> plain.write(flat, content(bytes), WriteMode.CREATE_ONLY));

    assertThat(readAll(dav, flat)).isEqualTo(others);
  }

  @Test
  void givenAContentThatFailsWhenWrittenThenItsOwnErrorComesAndNothingIsLeft() {
    NotFoundException gone =
        new NotFoundException(Problem.of("read").on("the source").found("it is gone"));
    Content failing = new Content() {
      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public InputStream open(long offset, long length) {
        return new FilterInputStream(new ByteArrayInputStream(bytes, (int) offset, (int) length)) {
          private int left = 700_000;

          @Override
          public int read(byte[] target, int from, int count) throws IOException {
            if (left <= 0) {
              throw new IOException(gone);
            }
            int read = super.read(target, from, Math.min(count, left));
            left -= read;
            return read;
          }
        };
      }
    };

    assertThatExceptionOfType(OvmsConverterException.class)
        .isThrownBy(() -> dav.write(model, failing, WriteMode.REPLACE))
        .isSameAs(gone);
    assertThat(paths()).isEmpty();
  }

  @Test
  void givenAProgressListenerWhenAnUploadIsSentAgainThenTheSumIsTheSize() {
    AtomicLong sum = new AtomicLong();
    line.inject(method("PUT").first(1), Fault.cutUploadAfter(500_000));

    dav.write(model, Stores.counted(bytes, sum), WriteMode.REPLACE);

    assertThat(sum).hasValue(bytes.length);
  }

  @Test
  void givenUploadsThatAreAlwaysCutWhenWrittenThenTheProgressIsTakenBackAndNothingStaysOpen() {
    TestContent content = TestContent.of(bytes);
    line.inject(method("PUT"), Fault.cutUploadAfter(500_000));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> dav.write(model, content, WriteMode.REPLACE));

    assertThat(content.sent()).isZero();
    assertThat(content.unclosed()).isZero();
  }

  @Test
  void givenADirectoryInItsPlaceWhenWrittenThenItIsAConflictAndTheDirectoryStays() {
    dav.write(model, content(bytes), WriteMode.CREATE_ONLY);

    for (WriteMode mode : WriteMode.values()) {
      assertThatExceptionOfType(ConflictException.class)
          .isThrownBy(() -> dav.write(directory.resolve("deep"), content(bytes), mode));
    }

    assertThat(paths()).containsExactly("deep/model");
  }

  @Test
  void givenAParentThatWasRemovedWhenWrittenAgainThenItIsMadeAgain() throws IOException {
    dav.write(model, content(bytes), WriteMode.REPLACE);
    Files.delete(apache.root().resolve(directory.name() + "/deep/model"));
    Files.delete(apache.root().resolve(directory.name() + "/deep"));

    dav.write(model, content(bytes), WriteMode.REPLACE);

    assertThat(readAll(dav, model)).isEqualTo(bytes);
  }

  @Test
  void givenTlsAndAPasswordWhenWrittenThenItIsThere() throws IOException {
    try (ApacheDavServer secure = ApacheDavServer.startTls(TestCertificates.localhost());
        ArtifactStore store = Stores.output(
            "caCertificate",
            TestCertificates.authority().toString(),
            "username",
            ApacheDavServer.USER,
            "password",
            ApacheDavServer.PASSWORD)) {
      Location location = at(secure.url("/private/new/model"));

      store.write(location, content(bytes), WriteMode.CREATE_ONLY);

      assertThat(readAll(store, location)).isEqualTo(bytes);
    }
  }

  @Test
  void givenAServerThatTakesNoWritesWhenWrittenThenTheErrorNamesTheSetting() {
    try (NginxServer nginx = NginxServer.start()) {
      assertThatExceptionOfType(BadRequestException.class)
          .isThrownBy(
              () -> dav.write(at(nginx.url("/model")), content(bytes), WriteMode.CREATE_ONLY))
          .withMessageContaining("does not speak WebDAV")
          .withMessageContaining("'writing'");
    }
  }

  @Test
  void givenEachWayOfWritingWhenOpenedThenTheCapabilitiesAreWhatItHolds() {
    assertThat(dav.capabilities())
        .containsExactlyInAnyOrder(StoreCapability.WRITE, StoreCapability.CREATE_ONLY);
    assertThat(plain.capabilities()).containsExactly(StoreCapability.WRITE);
    try (ArtifactStore input = Stores.input()) {
      assertThat(input.capabilities()).isEmpty();
      assertThatExceptionOfType(BadRequestException.class)
          .isThrownBy(() -> input.write(model, content(bytes), WriteMode.REPLACE));
      assertThatExceptionOfType(BadRequestException.class).isThrownBy(() -> input.delete(model));
    }
  }
}
