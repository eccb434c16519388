package io.github.fuseml.ovms.core.internal.detect.paddle;

import io.github.fuseml.ovms.api.TensorSpec;
import java.util.List;

/**
 * What a Paddle program tells about itself.
 *
 * @param operators the number of its operators
 * @param parameters the number of its parameters
 * @param inputs what its feed operators take
 * @param outputs what its fetch operators give
 */
record Program(int operators, int parameters, List<TensorSpec> inputs, List<TensorSpec> outputs) {}
