package io.github.fuseml.ovms.mlflow;

import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.Problem;

/** A path of the API is missing, not what was asked for by it. */
final class WrongServerException extends NotFoundException {
  private static final long serialVersionUID = 1L;

  WrongServerException(Problem problem) {
    super(problem);
  }
}
