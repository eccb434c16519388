/** What all detectors share: bounded reading in place, safe paths, and the choice of the files worth a look. */
@NullMarked
package io.github.fuseml.ovms.core.internal.detect.files;

import org.jspecify.annotations.NullMarked;
