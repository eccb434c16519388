/**
 * The OpenVINO engine: the Python environment that has it, the worker process that runs it, and the
 * optimizer over both.
 */
@NullMarked
package io.github.fuseml.ovms.core.internal.engine;

import org.jspecify.annotations.NullMarked;
