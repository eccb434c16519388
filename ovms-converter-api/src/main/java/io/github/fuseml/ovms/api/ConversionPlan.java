package io.github.fuseml.ovms.api;

import java.util.List;
import java.util.Objects;

/**
 * Everything that a conversion will do, settled before a byte of the model is moved.
 *
 * @param request what was asked for
 * @param model the model that was found
 * @param files the files that will be fetched, with their sizes; the others stay where they are
 * @param sourceFiles how many files the source has
 * @param sourceBytes how many bytes they hold
 * @param optimizer the id of the engine; {@code copy} when nothing is converted
 * @param modelName the name of the published files, without a suffix
 * @param output the directory that holds the model's versions
 * @param version the version that will be published if nobody else is faster
 */
public record ConversionPlan(
    ConversionRequest request,
    DetectedModel model,
    List<PlannedFile> files,
    int sourceFiles,
    long sourceBytes,
    String optimizer,
    String modelName,
    Location output,
    long version) {

  /**
   * Keeps a copy of the list.
   *
   * @param request what was asked for
   * @param model the model that was found
   * @param files the files that will be fetched, with their sizes; the others stay where they are
   * @param sourceFiles how many files the source has
   * @param sourceBytes how many bytes they hold
   * @param optimizer the id of the engine; {@code copy} when nothing is converted
   * @param modelName the name of the published files, without a suffix
   * @param output the directory that holds the model's versions
   * @param version the version that will be published if nobody else is faster
   */
  public ConversionPlan {
    Objects.requireNonNull(request, "request");
    Objects.requireNonNull(model, "model");
    files = List.copyOf(files);
  }

  /**
   * The number of bytes that will be fetched.
   *
   * @return the sum over the files
   */
  public long bytesToFetch() {
    return files.stream().mapToLong(PlannedFile::size).sum();
  }

  /**
   * A file that the conversion needs.
   *
   * @param path its path below the source
   * @param size its size in bytes
   */
  public record PlannedFile(String path, long size) {}
}
