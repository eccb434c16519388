/** Protobuf messages, binary and text, walked in place and within bounds. */
@NullMarked
package io.github.fuseml.ovms.core.internal.detect.protobuf;

import org.jspecify.annotations.NullMarked;
