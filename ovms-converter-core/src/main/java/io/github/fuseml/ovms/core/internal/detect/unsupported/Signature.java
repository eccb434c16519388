package io.github.fuseml.ovms.core.internal.detect.unsupported;

import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;

/**
 * How a format is recognised, and what to say then.
 *
 * @param what what it is, with its article
 * @param reason why it cannot be converted
 * @param remedy what to do instead
 * @param test whether a file is of the format
 */
record Signature(String what, String reason, String remedy, Test test) {
  /** Looks at a file. */
  @FunctionalInterface
  interface Test {
    boolean matches(Sample sample) throws MalformedException;
  }
}
