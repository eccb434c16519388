/** ONNX models and their external data. */
@NullMarked
package io.github.fuseml.ovms.core.internal.detect.onnx;

import org.jspecify.annotations.NullMarked;
