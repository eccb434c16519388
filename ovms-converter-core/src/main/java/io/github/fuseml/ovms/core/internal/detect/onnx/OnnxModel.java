package io.github.fuseml.ovms.core.internal.detect.onnx;

import io.github.fuseml.ovms.api.TensorSpec;
import java.util.List;

/**
 * What an ONNX file tells about itself.
 *
 * @param irVersion the version of the file format
 * @param opset the operator sets: {@code 17}, or {@code 17, ai.onnx.ml 3}
 * @param producer who wrote it; empty when it does not say
 * @param nodes the number of nodes, subgraphs included
 * @param inputs the graph's inputs without the initializers
 * @param outputs the graph's outputs
 * @param externalData where tensors lie outside the file
 */
record OnnxModel(
    long irVersion,
    String opset,
    String producer,
    int nodes,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    ExternalData externalData) {}
