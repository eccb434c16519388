/** OpenVINO's own intermediate representation. */
@NullMarked
package io.github.fuseml.ovms.core.internal.detect.openvino;

import org.jspecify.annotations.NullMarked;
