package io.github.fuseml.ovms.core.internal.engine;

/**
 * The memory that an engine's process may have.
 *
 * @param owned the bytes that are its own; 0 for no limit
 * @param pages the bytes that it may have with the pages of its files; 0 for what the machine has
 */
record MemoryLimits(long owned, long pages) {
  /** What a setting says, and else the part of the container's memory that is left for an engine. */
  static MemoryLimits of(long setting) {
    long container = ContainerMemory.limit();
    return new MemoryLimits(
        setting > 0 ? setting : ContainerMemory.shareOfEngine(container), container);
  }
}
