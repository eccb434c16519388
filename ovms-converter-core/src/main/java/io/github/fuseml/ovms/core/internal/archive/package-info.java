/** Models that come as one archive: unpacked with guards, for an archive is anybody's. */
@NullMarked
package io.github.fuseml.ovms.core.internal.archive;

import org.jspecify.annotations.NullMarked;
