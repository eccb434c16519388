/** What tests of the converter, and of extensions to it, are written with. */
@NullMarked
package io.github.fuseml.ovms.testkit;

import org.jspecify.annotations.NullMarked;
