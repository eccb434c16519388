package io.github.fuseml.ovms.core.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.ConversionPlan.PlannedFile;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.core.support.Sandbox;
import io.github.fuseml.ovms.testkit.Fixture;
import io.github.fuseml.ovms.testkit.Fixtures;
import io.github.fuseml.ovms.testkit.InMemoryStoreProvider;
import io.github.fuseml.ovms.testkit.StoreOperation;
import io.github.fuseml.ovms.testkit.StoreOperation.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From a store that is not this machine's disk, only what the conversion needs is fetched. */
class FetchedFilesTest {
  private static final String BUCKET = "memory://bucket/";

  /** What lies beside models and is no part of them, larger than what a detector looks at. */
  private static final List<String> DECOYS =
      List.of("README.md", "training/checkpoint.data", "model.onnx.bak", "notes/model.xml.txt");

  private static final byte[] DECOY = new byte[300_000];

  private static final InMemoryStoreProvider MEMORY = new InMemoryStoreProvider();

  @TempDir
  private static Path directory;

  private static Sandbox sandbox;
  private static OvmsConverter converter;

  @BeforeAll
  static void start() {
    sandbox = Sandbox.in(directory);
    converter = sandbox.converter().register(MEMORY).build();
  }

  @AfterAll
  static void end() {
    converter.close();
  }

  @BeforeEach
  @AfterEach
  void empty() {
    MEMORY.urls().forEach(MEMORY::remove);
    MEMORY.clearOperations();
  }

  static Stream<Fixture> convertible() {
    return Fixtures.all().stream().filter(Fixture::isConvertible);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("convertible")
  void givenAModelInAStoreThenOnlyItsFilesAreFetchedOnceEach(Fixture fixture) throws IOException {
    // given
    String source = put(fixture);
    Map<String, byte[]> before = contents();
    String output = BUCKET + "served/model";
    var request = ConversionRequest.builder().source(source).output(output).build();

    // when
    ConversionResult result = converter.convert(request);

    // then: what was planned is what was fetched and hashed, and everything else at most looked
    // into
    List<StoreOperation> operations = MEMORY.operations();
    assertThat(result.sources().stream().map(file -> file.location().value()))
        .containsExactlyInAnyOrderElementsOf(
            result.plan().files().stream().map(file -> urlOf(source, file)).toList());
    assertThat(result.sources())
        .allSatisfy(file -> assertThat(file.sha256())
            .isEqualTo(sha256(before.get(file.location().value()))));
    for (String url : before.keySet()) {
      if (DECOYS.stream().anyMatch(url::endsWith)) {
        assertThat(MEMORY.bytesRead(url)).as(url).isLessThan(DECOY.length);
      }
    }

    // and the source is as it was, the version is whole, the record and the weights came before
    // the description
    Map<String, byte[]> after = contents();
    before.forEach((url, content) -> assertThat(after).containsEntry(url, content));
    assertThat(after).containsKey(output + "/1/" + Sandbox.RECORD);
    assertThat(after.keySet().stream()
            .filter(url -> url.startsWith(output) && !url.endsWith(Sandbox.RECORD)))
        .containsExactlyInAnyOrderElementsOf(
            result.files().stream().map(file -> output + "/1/" + file.path()).toList());
    assertThat(operations.stream()
            .filter(operation -> operation.kind() == Kind.WRITE)
            .map(operation -> operation.location().value().replaceAll(".*\\.", "")))
        .containsExactly("json", "bin", "xml");
    sandbox.assertNothingLeft();
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("convertible")
  void givenAModelInAStoreWhenItIsPlannedThenNothingIsFetched(Fixture fixture) throws IOException {
    String source = put(fixture);
    Map<String, byte[]> before = contents();

    converter.plan(ConversionRequest.builder()
        .source(source)
        .output(BUCKET + "served/model")
        .build());

    assertThat(MEMORY.operations())
        .noneMatch(operation -> operation.kind() == Kind.WRITE)
        .noneMatch(operation -> operation.kind() == Kind.DELETE);
    assertThat(contents()).containsExactlyInAnyOrderEntriesOf(before);
    sandbox.assertNothingLeft();
  }

  /** Puts a fixture's files and the decoys into the store, and tells where the model is. */
  private static String put(Fixture fixture) throws IOException {
    for (String file : fixture.files().keySet()) {
      if (!file.equals(fixture.name() + "/samples.npz")) {
        MEMORY.put(BUCKET + file, Files.readAllBytes(Fixtures.root().resolve(file)));
      }
    }
    Path source = fixture.source();
    String place = Files.isDirectory(source) ? place(source) : place(source.getParent());
    for (String decoy : DECOYS) {
      MEMORY.put(place + "/" + decoy, DECOY);
    }
    return place(source);
  }

  private static String place(Path path) {
    return BUCKET + Fixtures.root().relativize(path);
  }

  private static String urlOf(String source, PlannedFile file) {
    // The paths of a plan begin at the source, or beside it when it is a file.
    String base =
        MEMORY.get(source).isPresent() ? source.substring(0, source.lastIndexOf('/')) : source;
    return base + "/" + file.path();
  }

  private static Map<String, byte[]> contents() {
    Map<String, byte[]> contents = new HashMap<>();
    MEMORY.urls().forEach(url -> contents.put(url, MEMORY.get(url).orElseThrow()));
    return contents;
  }
}
