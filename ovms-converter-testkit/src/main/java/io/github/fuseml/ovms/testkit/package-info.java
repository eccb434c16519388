/**
 * For authors of extensions: the contracts that stores and detectors have to pass as JUnit classes
 * to extend, stand-ins to test against, and the project's example models.
 *
 * <p>A store's author extends {@link io.github.fuseml.ovms.testkit.ArtifactStoreContract}, a
 * detector's author {@link io.github.fuseml.ovms.testkit.FormatDetectorContract}.
 */
@NullMarked
package io.github.fuseml.ovms.testkit;

import org.jspecify.annotations.NullMarked;
