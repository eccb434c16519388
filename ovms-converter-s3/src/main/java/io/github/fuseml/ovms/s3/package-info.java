/**
 * The store of S3 and of everything that speaks its protocol. Only {@link
 * io.github.fuseml.ovms.s3.S3StoreProvider} is for use from outside.
 */
@NullMarked
package io.github.fuseml.ovms.s3;

import org.jspecify.annotations.NullMarked;
