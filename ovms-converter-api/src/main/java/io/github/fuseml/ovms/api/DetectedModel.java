package io.github.fuseml.ovms.api;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * A model that was found in a tree of files, and why it is one. Paths are relative to the tree and
 * separated by {@code /}. Immutable and made by a {@link #builder}.
 */
public final class DetectedModel {
  private final ModelFormat format;
  private final String path;
  private final String scope;
  private final String name;
  private final List<String> files;
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;
  private final List<ModelSignature> signatures;
  private final List<String> reasons;
  private final List<String> warnings;
  private final Map<String, String> attributes;

  private DetectedModel(Builder builder) {
    this.format = builder.format;
    this.path = builder.path;
    this.scope = builder.scope;
    this.name = builder.name;
    this.files = List.copyOf(builder.files);
    this.inputs = List.copyOf(builder.inputs);
    this.outputs = List.copyOf(builder.outputs);
    this.signatures = List.copyOf(builder.signatures);
    this.reasons = List.copyOf(builder.reasons);
    this.warnings = List.copyOf(builder.warnings);
    this.attributes =
        java.util.Collections.unmodifiableMap(new LinkedHashMap<>(builder.attributes));
  }

  /**
   * Starts a detected model.
   *
   * @param format its format
   * @param path what the engine reads: a file, or a directory, empty for the tree itself
   * @return a new builder; the scope is the path until it is set
   */
  public static Builder builder(ModelFormat format, String path) {
    return new Builder(format, path);
  }

  /**
   * A builder that holds everything of this model, to add to it.
   *
   * @return a new builder
   */
  public Builder toBuilder() {
    Builder copy = new Builder(format, path).scope(scope).name(name);
    copy.files.addAll(files);
    copy.reasons.addAll(reasons);
    copy.warnings.addAll(warnings);
    copy.attributes.putAll(attributes);
    return copy.inputs(inputs).outputs(outputs).signatures(signatures);
  }

  /**
   * The model's format.
   *
   * @return the format
   */
  public ModelFormat format() {
    return format;
  }

  /**
   * What the engine reads.
   *
   * @return a file or a directory; empty for the tree itself
   */
  public String path() {
    return path;
  }

  /**
   * What this model accounts for: another model found at or below it is a part of this one, not a
   * second candidate.
   *
   * @return a file or a directory; empty for the whole tree
   */
  public String scope() {
    return scope;
  }

  /**
   * A name for the converted model's files when the request gives none.
   *
   * @return a file's or directory's name without its suffix; empty when nothing names the model
   */
  public String name() {
    return name;
  }

  /**
   * The files that the conversion needs, and no others.
   *
   * @return paths in their order, without duplicates
   */
  public List<String> files() {
    return files;
  }

  /**
   * The inputs as the metadata tells them.
   *
   * @return the inputs; empty when only the engine can tell
   */
  public List<TensorSpec> inputs() {
    return inputs;
  }

  /**
   * The outputs as the metadata tells them.
   *
   * @return the outputs; empty when only the engine can tell
   */
  public List<TensorSpec> outputs() {
    return outputs;
  }

  /**
   * The ways in which the model can be called, where it has several and a conversion takes one.
   *
   * @return all of them, the one that is converted included; empty for a model that has only one way
   */
  public List<ModelSignature> signatures() {
    return signatures;
  }

  /**
   * Why this is a model of that format.
   *
   * @return what was seen, from the general to the particular
   */
  public List<String> reasons() {
    return reasons;
  }

  /**
   * What may not be what the user wants.
   *
   * @return warnings, often none
   */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * What else the metadata tells, for instance {@code mlflow.version} or {@code
   * tensorflow.signature}.
   *
   * @return names and values in the order in which they were found
   */
  public Map<String, String> attributes() {
    return attributes;
  }

  @Override
  public String toString() {
    return format.id() + " at '" + path + "'";
  }

  /** Builds a {@link DetectedModel}; not thread-safe. */
  public static final class Builder {
    private final ModelFormat format;
    private final String path;
    private final TreeSet<String> files = new TreeSet<>();
    private final List<String> reasons = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private String scope;
    private String name = "";
    private List<TensorSpec> inputs = List.of();
    private List<TensorSpec> outputs = List.of();
    private List<ModelSignature> signatures = List.of();

    private Builder(ModelFormat format, String path) {
      this.format = Objects.requireNonNull(format, "format");
      this.path = Objects.requireNonNull(path, "path");
      this.scope = path;
    }

    /**
     * Sets what the model accounts for.
     *
     * @param value a file or a directory; empty for the whole tree
     * @return this builder
     */
    public Builder scope(String value) {
      this.scope = Objects.requireNonNull(value, "scope");
      return this;
    }

    /**
     * Sets the model's own name.
     *
     * @param value a name without a suffix
     * @return this builder
     */
    public Builder name(String value) {
      this.name = Objects.requireNonNull(value, "name");
      return this;
    }

    /**
     * Adds files that the conversion needs.
     *
     * @param paths relative to the tree
     * @return this builder
     */
    public Builder files(Collection<String> paths) {
      this.files.addAll(paths);
      return this;
    }

    /**
     * Adds one file that the conversion needs.
     *
     * @param value relative to the tree
     * @return this builder
     */
    public Builder file(String value) {
      this.files.add(value);
      return this;
    }

    /**
     * Sets the inputs.
     *
     * @param specs the inputs in the model's order
     * @return this builder
     */
    public Builder inputs(List<TensorSpec> specs) {
      this.inputs = specs;
      return this;
    }

    /**
     * Sets the outputs.
     *
     * @param specs the outputs in the model's order
     * @return this builder
     */
    public Builder outputs(List<TensorSpec> specs) {
      this.outputs = specs;
      return this;
    }

    /**
     * Sets the ways in which the model can be called.
     *
     * @param all the signatures, of which the inputs and outputs tell the one that is converted
     * @return this builder
     */
    public Builder signatures(List<ModelSignature> all) {
      this.signatures = all;
      return this;
    }

    /**
     * Adds a reason.
     *
     * @param text what was seen, without a full stop
     * @return this builder
     */
    public Builder reason(String text) {
      this.reasons.add(text);
      return this;
    }

    /**
     * Adds a warning.
     *
     * @param text what may not be what the user wants, without a full stop
     * @return this builder
     */
    public Builder warning(String text) {
      this.warnings.add(text);
      return this;
    }

    /**
     * Adds something else that the metadata tells.
     *
     * @param key its name
     * @param value its value
     * @return this builder
     */
    public Builder attribute(String key, String value) {
      this.attributes.put(key, value);
      return this;
    }

    /**
     * The model.
     *
     * @return an immutable value
     */
    public DetectedModel build() {
      return new DetectedModel(this);
    }
  }
}
