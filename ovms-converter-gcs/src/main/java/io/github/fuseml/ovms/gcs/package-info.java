/**
 * The store of Google Cloud Storage. Only {@link io.github.fuseml.ovms.gcs.GcsStoreProvider} is for
 * use from outside.
 */
@NullMarked
package io.github.fuseml.ovms.gcs;

import org.jspecify.annotations.NullMarked;
