package io.github.fuseml.ovms.cli.commands;

/** How weights are stored. */
enum DataType {
  /** As they are. */
  FP32,
  /** 32-bit weights as 16-bit floats. */
  FP16,
  /** Weights as 8-bit integers. */
  INT8,
  /** Weights as 4-bit integers, mostly. */
  INT4
}
