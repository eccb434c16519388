/** What is recognised only to say why it cannot be converted and what to do instead. */
@NullMarked
package io.github.fuseml.ovms.core.internal.detect.unsupported;

import org.jspecify.annotations.NullMarked;
