/**
 * For authors of extensions: the contracts that stores and detectors have to pass as JUnit classes
 * to extend, stand-ins to test against, the project's example models, and a runner that compares
 * what a converted model computes with what its framework did.
 *
 * <p>A store's author extends {@link io.github.fuseml.ovms.testkit.ArtifactStoreContract}, a
 * detector's author {@link io.github.fuseml.ovms.testkit.FormatDetectorContract}.
 */
@NullMarked
package io.github.fuseml.ovms.testkit;

import org.jspecify.annotations.NullMarked;
