/** The store of Google Cloud Storage, for locations {@code gs://bucket/object}. */
@NullMarked
package io.github.fuseml.ovms.gcs;

import org.jspecify.annotations.NullMarked;
