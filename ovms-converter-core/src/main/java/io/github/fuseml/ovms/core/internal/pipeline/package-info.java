/**
 * The pipeline: resolve, list, detect, plan, fetch, optimize, verify, publish, one class each, run in
 * this order by {@link io.github.fuseml.ovms.core.internal.pipeline.DefaultOvmsConverter}.
 */
@NullMarked
package io.github.fuseml.ovms.core.internal.pipeline;

import org.jspecify.annotations.NullMarked;
