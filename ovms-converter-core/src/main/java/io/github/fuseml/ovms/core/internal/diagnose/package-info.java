/** Looks for what is wrong on the way to a location, step by step. */
@NullMarked
package io.github.fuseml.ovms.core.internal.diagnose;

import org.jspecify.annotations.NullMarked;
