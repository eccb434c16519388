package io.github.fuseml.ovms.api;

import java.util.List;
import java.util.Objects;

/**
 * One of several ways in which a model can be called, of which a conversion takes one. TensorFlow's
 * SavedModels have them ({@code SignatureDef}), in graphs that are told apart by tags ({@code
 * MetaGraphDef}).
 *
 * @param name its name, unique among those of the same tags
 * @param tags the tags of its graph, in the order of the file; often {@code serve} alone
 * @param inputs its inputs
 * @param outputs its outputs
 */
public record ModelSignature(
    String name, List<String> tags, List<TensorSpec> inputs, List<TensorSpec> outputs) {
  /**
   * Keeps copies of the lists.
   *
   * @param name its name, unique among those of the same tags
   * @param tags the tags of its graph, in the order of the file
   * @param inputs its inputs
   * @param outputs its outputs
   */
  public ModelSignature {
    Objects.requireNonNull(name, "name");
    tags = List.copyOf(tags);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
