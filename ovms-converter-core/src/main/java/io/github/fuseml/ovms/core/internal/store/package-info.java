/** Stores by scheme, and the store of this machine's own files. */
@NullMarked
package io.github.fuseml.ovms.core.internal.store;

import org.jspecify.annotations.NullMarked;
