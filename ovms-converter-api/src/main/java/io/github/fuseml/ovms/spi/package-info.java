/**
 * What an extension author implements: stores ({@link
 * io.github.fuseml.ovms.spi.ArtifactStoreProvider}), formats ({@link
 * io.github.fuseml.ovms.spi.FormatDetector}) and engines ({@link
 * io.github.fuseml.ovms.spi.OptimizerProvider}).
 *
 * <p>Extensions are registered on {@link io.github.fuseml.ovms.api.OvmsConverter.Builder#register},
 * or found by {@link java.util.ServiceLoader} under the name of their interface.
 */
@NullMarked
package io.github.fuseml.ovms.spi;

import org.jspecify.annotations.NullMarked;
