/** Versions of a model where OVMS serves them. */
@NullMarked
package io.github.fuseml.ovms.core.internal.publish;

import org.jspecify.annotations.NullMarked;
