package io.github.fuseml.ovms.testkit;

import com.google.gson.JsonObject;
import io.github.fuseml.ovms.api.TensorSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An example model that a real library wrote, as the manifest of the fixtures describes it.
 *
 * @param name its unique name
 * @param root the directory of all fixtures
 * @param sourcePath the file or directory to convert, relative to the root
 * @param format the id of its format or package, as the manifest spells it
 * @param isConvertible whether a conversion has to succeed
 * @param isBad whether it is damaged or contradicts itself
 * @param inputs the inputs that the library tells; empty when the manifest has none
 * @param outputs the outputs that the library tells; empty when the manifest has none
 * @param samplesPath inputs and the library's own outputs for them, relative to the root; null when
 *     there are none
 * @param tolerance how near the outputs have to come; null when there are no samples
 * @param fp16Tolerance the same with weights of half precision; null when there are no samples
 * @param modelPathInside for a package: the model inside, relative to the source; null for others
 * @param files the SHA-256 of each file, by its path relative to the root
 * @param json the whole entry of the manifest, for what has no accessor
 */
public record Fixture(
    String name,
    Path root,
    String sourcePath,
    String format,
    boolean isConvertible,
    boolean isBad,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    @Nullable String samplesPath,
    @Nullable Tolerance tolerance,
    @Nullable Tolerance fp16Tolerance,
    @Nullable String modelPathInside,
    Map<String, String> files,
    JsonObject json) {

  /**
   * Keeps copies of the collections.
   *
   * @param name its unique name
   * @param root the directory of all fixtures
   * @param sourcePath the file or directory to convert, relative to the root
   * @param format the id of its format or package, as the manifest spells it
   * @param isConvertible whether a conversion has to succeed
   * @param isBad whether it is damaged or contradicts itself
   * @param inputs the inputs that the library tells; empty when the manifest has none
   * @param outputs the outputs that the library tells; empty when the manifest has none
   * @param samplesPath inputs and the library's own outputs for them, relative to the root; null
   *     when there are none
   * @param tolerance how near the outputs have to come; null when there are no samples
   * @param fp16Tolerance the same with weights of half precision; null when there are no samples
   * @param modelPathInside for a package: the model inside, relative to the source; null for others
   * @param files the SHA-256 of each file, by its path relative to the root
   * @param json the whole entry of the manifest, for what has no accessor
   */
  public Fixture {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    files = Map.copyOf(files);
  }

  /**
   * The file or directory to convert, where it lies in the fixtures; not to be changed.
   *
   * @return an absolute path
   */
  public Path source() {
    return root.resolve(sourcePath);
  }

  /**
   * The inputs and expected outputs.
   *
   * @return an absolute path of an {@code .npz} file, if there is one
   */
  public Optional<Path> samples() {
    return Optional.ofNullable(samplesPath).map(root::resolve);
  }

  /**
   * Copies the fixture's files, and whatever else belongs to its story, into a directory.
   *
   * @param directory where to; it is made if need be
   * @return the copy of {@link #source()}
   */
  public Path copyTo(Path directory) {
    files.keySet().forEach(file -> Fixtures.copy(root.resolve(file), directory.resolve(file)));
    return directory.resolve(sourcePath);
  }

  /**
   * The fixture for people, and for the names of parameterised tests.
   *
   * @return its name
   */
  @Override
  public String toString() {
    return name;
  }

  /**
   * How near two numbers have to be.
   *
   * @param abs the absolute difference that is allowed
   * @param rel the difference that is allowed relative to the expected number, in addition
   */
  public record Tolerance(double abs, double rel) {}
}
