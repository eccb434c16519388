/** The Model Optimizer's parameters, as options, variables and further arguments give them. */
@NullMarked
package io.github.fuseml.ovms.cli.parameters;

import org.jspecify.annotations.NullMarked;
