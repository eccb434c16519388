/** Keras models in files of their own, which Keras itself has to export before OpenVINO can read them. */
@NullMarked
package io.github.fuseml.ovms.core.internal.detect.keras;

import org.jspecify.annotations.NullMarked;
