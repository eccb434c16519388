/**
 * Models by the names that an MLflow tracking server has for them, and the artifacts that it hands out
 * itself; only the provider is public.
 */
@NullMarked
package io.github.fuseml.ovms.mlflow;

import org.jspecify.annotations.NullMarked;
