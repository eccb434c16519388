/** Files on this machine: translated errors, durable writes, private work directories. */
@NullMarked
package io.github.fuseml.ovms.core.internal.io;

import org.jspecify.annotations.NullMarked;
