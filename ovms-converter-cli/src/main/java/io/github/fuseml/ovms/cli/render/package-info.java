/** What people and programs get to see: progress, results, errors. */
@NullMarked
package io.github.fuseml.ovms.cli.render;

import org.jspecify.annotations.NullMarked;
