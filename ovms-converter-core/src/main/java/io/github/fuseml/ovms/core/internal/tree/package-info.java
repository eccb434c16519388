/** A source's files as detectors see them. */
@NullMarked
package io.github.fuseml.ovms.core.internal.tree;

import org.jspecify.annotations.NullMarked;
