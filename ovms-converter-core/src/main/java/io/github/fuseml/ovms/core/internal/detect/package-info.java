/**
 * How a trained model's format is found out from a few KiB read in place: one sub-package for each
 * family of formats, listed in {@link BuiltInDetectors}.
 */
@NullMarked
package io.github.fuseml.ovms.core.internal.detect;

import org.jspecify.annotations.NullMarked;
