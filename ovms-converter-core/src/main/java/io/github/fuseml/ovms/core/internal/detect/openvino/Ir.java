package io.github.fuseml.ovms.core.internal.detect.openvino;

import io.github.fuseml.ovms.api.TensorSpec;
import java.util.List;

/**
 * What an IR's description tells.
 *
 * @param version the version of the IR
 * @param layers the number of layers, those of bodies not included
 * @param weights how many bytes of the weights its constants reach into
 * @param inputs its parameters
 * @param outputs its results
 */
record Ir(
    int version, int layers, long weights, List<TensorSpec> inputs, List<TensorSpec> outputs) {}
