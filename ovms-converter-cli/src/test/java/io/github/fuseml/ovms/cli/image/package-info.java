/**
 * Tests of the container image, run by an OCI runtime as Kubernetes does: read-only, as an arbitrary
 * user, without capabilities. {@code bin/test-image} builds the image and runs them.
 */
@NullMarked
package io.github.fuseml.ovms.cli.image;

import org.jspecify.annotations.NullMarked;
