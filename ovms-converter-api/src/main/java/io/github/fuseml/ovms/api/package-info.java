/**
 * What a caller uses: {@link io.github.fuseml.ovms.api.OvmsConverter}, its request, plan, result,
 * events and exceptions.
 *
 * <p>Nothing here depends on a store, a format or an engine. Values are immutable; types that will
 * grow are made by builders.
 */
@NullMarked
package io.github.fuseml.ovms.api;

import org.jspecify.annotations.NullMarked;
