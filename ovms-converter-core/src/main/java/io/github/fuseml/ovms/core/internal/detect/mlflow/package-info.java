/** MLflow models: a package around a model of one or more formats. */
@NullMarked
package io.github.fuseml.ovms.core.internal.detect.mlflow;

import org.jspecify.annotations.NullMarked;
