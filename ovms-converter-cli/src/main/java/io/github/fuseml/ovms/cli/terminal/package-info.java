/** The streams of the process: what they can show, and how text is fitted to them. */
@NullMarked
package io.github.fuseml.ovms.cli.terminal;

import org.jspecify.annotations.NullMarked;
