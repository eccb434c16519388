package io.github.fuseml.ovms.core.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.testkit.EngineEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The directories of one test: where converters work and where models are published. */
public final class Sandbox {
  /** The record of provenance in each version. */
  public static final String RECORD = "ovms-converter.provenance.json";

  private final Path root;

  private Sandbox(Path root) {
    this.root = root;
  }

  public static Sandbox in(Path directory) {
    Sandbox sandbox = new Sandbox(directory);
    try {
      Files.createDirectories(sandbox.work());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sandbox;
  }

  public Path root() {
    return root;
  }

  /** Where runs make their temporary files. */
  public Path work() {
    return root.resolve("work");
  }

  /** Where models go; nobody has made it yet. */
  public Path output() {
    return root.resolve("served").resolve("model");
  }

  /** A converter with the real engine. */
  public OvmsConverter.Builder converter() {
    return converter(EngineEnvironment.settings().build());
  }

  public OvmsConverter.Builder converter(EngineSettings engine) {
    return OvmsConverter.builder().workDirectory(work()).engine(engine);
  }

  public ConversionRequest.Builder request(Path source) {
    return ConversionRequest.builder().source(source).output(output());
  }

  /** A request that is carried out whatever has been converted before. */
  public ConversionRequest.Builder requestAnew(Path model) {
    return request(model).publishing(PublishOptions.builder().force(true).build());
  }

  /** Nothing was published, not even the directory for it, and nothing temporary is left. */
  public void assertNothingLeft() {
    assertThat(files(root)).isEmpty();
    assertThat(root.resolve("served")).doesNotExist();
    assertThat(work()).isEmptyDirectory();
  }

  /** Nothing temporary is left, beside versions that hold a whole IR each. */
  public void assertOnlyVersions(long... versions) {
    assertThat(work()).isEmptyDirectory();
    try (Stream<Path> children = Files.list(output())) {
      assertThat(children.map(child -> child.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              java.util.Arrays.stream(versions).mapToObj(Long::toString).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (long version : versions) {
      List<String> names = files(output().resolve(Long.toString(version)));
      assertThat(names).hasSize(2);
      assertThat(names.get(0)).endsWith(".bin");
      assertThat(names.get(1)).isEqualTo(names.get(0).replaceAll("bin$", "xml"));
      assertThat(output().resolve(Long.toString(version)).resolve(RECORD)).isNotEmptyFile();
    }
  }

  /** The paths of all files below a directory but records of provenance, sorted. */
  public static List<String> files(Path directory) {
    return List.copyOf(digests(directory).keySet());
  }

  /**
   * The SHA-256 of every file below a directory, or of a file, by its relative path; not those of
   * records of provenance, which tell the time.
   */
  public static Map<String, String> digests(Path directory) {
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path file : paths.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith(RECORD)) {
          digests.put(directory.relativize(file).toString(), sha256(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return digests;
  }

  public static String sha256(Path file) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
