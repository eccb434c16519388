/** The commands and their options. */
@NullMarked
package io.github.fuseml.ovms.cli.commands;

import org.jspecify.annotations.NullMarked;
