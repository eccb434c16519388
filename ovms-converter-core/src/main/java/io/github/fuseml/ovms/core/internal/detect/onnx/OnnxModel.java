package io.github.fuseml.ovms.core.internal.detect.onnx;

import io.github.fuseml.ovms.api.TensorSpec;
import java.util.List;

/**
 * What an ONNX file tells about itself.
 *
 * @param irVersion the version of the file format
 * @param opset the version of ONNX's own operators
 * @param domains the other operator sets: {@code ai.onnx.ml 3}
 * @param foreign operators of other domains that the model uses and does not define itself
 * @param producer who wrote it; empty when it does not say
 * @param nodes the number of nodes, subgraphs included
 * @param inputs the graph's inputs without the initializers
 * @param outputs the graph's outputs
 * @param externalData where tensors lie outside the file
 */
record OnnxModel(
    long irVersion,
    long opset,
    String domains,
    String foreign,
    String producer,
    int nodes,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    ExternalData externalData) {}
