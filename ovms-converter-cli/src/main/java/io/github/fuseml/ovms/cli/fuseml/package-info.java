/** The contract of a FuseML workflow step: environment variables in, a result file out. */
@NullMarked
package io.github.fuseml.ovms.cli.fuseml;

import org.jspecify.annotations.NullMarked;
