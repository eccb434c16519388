/** TensorFlow's formats: SavedModel, frozen graph, MetaGraph and TensorFlow Lite. */
@NullMarked
package io.github.fuseml.ovms.core.internal.detect.tensorflow;

import org.jspecify.annotations.NullMarked;
