package io.github.fuseml.ovms.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a conversion did. Where {@code published} is false, nothing had changed since the version that
 * it tells about, which was left as it is.
 *
 * @param plan what was planned
 * @param output the directory that holds the model's versions, as it was asked for: what OVMS takes
 *     as {@code base_path}
 * @param version the number that was published, or that is there already
 * @param versionLocation the directory of that version
 * @param published whether this run published it
 * @param sources the files that were converted, with their digests where they were fetched
 * @param files the files in that version
 * @param inputs the converted model's inputs; empty when nothing was converted and the metadata
 *     does not tell
 * @param outputs its outputs, likewise
 * @param digest the SHA-256 over the published files, see {@link #digestOf}
 * @param verification what the verification found
 * @param removed older versions that were removed
 * @param changes what the options changed in the model's graph, in that order
 * @param weights what the compression of weights saved; null when none was asked for
 * @param engine the engine and its version, for people
 * @param timings the time that each stage took, in nanoseconds
 * @param warnings what may not be what the user wants
 */
public record ConversionResult(
    ConversionPlan plan,
    Location output,
    long version,
    Location versionLocation,
    boolean published,
    List<StoredArtifact> sources,
    List<PublishedFile> files,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    String digest,
    VerificationReport verification,
    List<Long> removed,
    List<String> changes,
    @Nullable WeightSizes weights,
    String engine,
    Map<Stage, Long> timings,
    List<String> warnings) {

  /**
   * Keeps copies of the collections.
   *
   * @param plan what was planned
   * @param output the directory that holds the model's versions, as it was asked for: what OVMS
   *     takes as {@code base_path}
   * @param version the number that was published, or that is there already
   * @param versionLocation the directory of that version
   * @param published whether this run published it
   * @param sources the files that were converted, with their digests where they were fetched
   * @param files the files in that version
   * @param inputs the converted model's inputs; empty when nothing was converted and the metadata
   *     does not tell
   * @param outputs its outputs, likewise
   * @param digest the SHA-256 over the published files, see {@link #digestOf}
   * @param verification what the verification found
   * @param removed older versions that were removed
   * @param changes what the options changed in the model's graph, in that order
   * @param weights what the compression of weights saved; null when none was asked for
   * @param engine the engine and its version, for people
   * @param timings the time that each stage took, in nanoseconds
   * @param warnings what may not be what the user wants
   */
  public ConversionResult {
    sources = List.copyOf(sources);
    files = List.copyOf(files);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    removed = List.copyOf(removed);
    changes = List.copyOf(changes);
    Map<Stage, Long> ordered = new EnumMap<>(Stage.class);
    ordered.putAll(timings);
    timings = Collections.unmodifiableMap(ordered);
    warnings = List.copyOf(warnings);
  }

  /**
   * One digest over files: the SHA-256 of lines as {@code sha256sum} prints them, {@code
   * <digest>  <path>} each and sorted by path.
   *
   * @param files the files
   * @return lower-case hexadecimal
   */
  public static String digestOf(List<PublishedFile> files) {
    StringBuilder lines = new StringBuilder();
    files.stream()
        .sorted(Comparator.comparing(PublishedFile::path))
        .forEach(
            file -> lines.append(file.sha256()).append("  ").append(file.path()).append('\n'));
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(sha256.digest(lines.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has SHA-256.
    }
  }

  /**
   * A published file.
   *
   * @param path its path below the version's directory
   * @param size its size in bytes
   * @param sha256 the SHA-256 of its content, in lower-case hexadecimal
   */
  public record PublishedFile(String path, long size, String sha256) {}
}
