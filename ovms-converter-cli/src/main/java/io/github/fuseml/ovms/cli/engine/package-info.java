/** Where the commands get a converter from, warmed up early where that pays. */
@NullMarked
package io.github.fuseml.ovms.cli.engine;

import org.jspecify.annotations.NullMarked;
