/** PaddlePaddle models. */
@NullMarked
package io.github.fuseml.ovms.core.internal.detect.paddle;

import org.jspecify.annotations.NullMarked;
