package io.github.fuseml.ovms.spi;

/** Which side of a run a store serves. */
public enum StoreRole {
  /** The model is read from it. */
  INPUT,
  /** The converted model is written to it. */
  OUTPUT
}
