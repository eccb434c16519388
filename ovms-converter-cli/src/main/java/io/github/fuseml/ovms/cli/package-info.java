/** The program {@code ovms-converter}: starts the engine early, runs a command, ends the process. */
@NullMarked
package io.github.fuseml.ovms.cli;

import org.jspecify.annotations.NullMarked;
