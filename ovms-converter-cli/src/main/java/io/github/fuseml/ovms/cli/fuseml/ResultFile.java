package io.github.fuseml.ovms.cli.fuseml;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The file in which Tekton looks for the step's output: {@code /tekton/results/$TASK_RESULT}. */
public final class ResultFile {
  /** The variable that names the output. */
  public static final String NAME = "TASK_RESULT";

  /** The variable that replaces Tekton's directory. */
  public static final String DIRECTORY = "OVMS_CONVERTER_RESULTS_DIR";

  private static final Path TEKTON = Path.of("/tekton/results");

  /** What Tekton lets a result hold. */
  private static final int LIMIT = 4096;

  private final Path directory;
  private final Path target;
  private final byte[] value;

  private ResultFile(Path directory, String name, byte[] value) {
    this.directory = directory;
    this.target = directory.resolve(name);
    this.value = value;
  }

  /**
   * Checks, before anything happens, that the result can be written later.
   *
   * @param environment the environment variables
   * @param override a directory that takes precedence, may be null
   * @param text the step's output
   * @return the file; null when no output was asked for
   * @throws BadRequestException if the name or the output would not do
   * @throws AccessDeniedException if the directory cannot be written
   */
  public static @Nullable ResultFile prepare(
      Map<String, String> environment, @Nullable Path override, String text) {
    String name = environment.getOrDefault(NAME, "");
    if (name.isEmpty()) {
      return null;
    }
    if (name.indexOf('/') >= 0 || name.contains("..") || name.equals(".")) {
      throw new BadRequestException(Problem.of("use " + NAME)
          .on("'" + name + "'")
          .found("it would not be a file in the results' directory")
          .remedy("give the output a plain name"));
    }
    byte[] value = text.getBytes(StandardCharsets.UTF_8);
    if (value.length > LIMIT) {
      throw new BadRequestException(Problem.of("use the output's URL as the step's result")
          .found("it has " + value.length + " bytes, and Tekton takes " + LIMIT)
          .remedy("use a shorter URL"));
    }
    String told = environment.getOrDefault(DIRECTORY, "");
    try {
      Path directory = override != null ? override : told.isEmpty() ? TEKTON : Path.of(told);
      ResultFile file = new ResultFile(directory.toAbsolutePath(), name, value);
      file.check();
      return file;
    } catch (InvalidPathException e) {
      throw new BadRequestException(
          Problem.of("use " + NAME).found(e.getReason()).remedy("give a valid name and directory"),
          e);
    }
  }

  private void check() {
    Path existing = directory;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
      throw new AccessDeniedException(Problem.of("write results to")
          .on(directory)
          .found("it is not a directory that may be written")
          .remedy("set " + DIRECTORY + " to one, or unset " + NAME));
    }
  }

  /**
   * Writes the output, without a line break, whole or not at all.
   *
   * @throws TransferException if it cannot be written
   */
  public void write() {
    try {
      Files.createDirectories(directory);
      Path temporary = Files.createTempFile(directory, ".result", null);
      try {
        Files.write(temporary, value);
        makeReadable(temporary);
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new TransferException(
          Problem.of("write the step's result")
              .on(target)
              .found(String.valueOf(e))
              .remedy("the model is published at its output; make the directory writable")
              .mayHelpToRetry(),
          e);
    }
  }

  /** A temporary file is its owner's alone, but Tekton may read as somebody else. */
  private static void makeReadable(Path file) {
    if (!file.toFile().setReadable(true, false)) {
      // The file system has no such rights: whoever can see the file can read it.
      return;
    }
  }

  @Override
  public String toString() {
    return target.toString();
  }
}
