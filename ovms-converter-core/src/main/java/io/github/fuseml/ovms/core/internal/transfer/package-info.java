/**
 * The transfer engine: moves files between stores and this machine, once for all stores. Parts of
 * files are read in parallel, taken up again where a connection was cut, hashed in the same pass,
 * and compared with what the store knows of them.
 */
@NullMarked
package io.github.fuseml.ovms.core.internal.transfer;

import org.jspecify.annotations.NullMarked;
