/** Where the settings of the stores come from: options, files, environment variables. */
@NullMarked
package io.github.fuseml.ovms.cli.settings;

import org.jspecify.annotations.NullMarked;
