package io.github.fuseml.ovms.spi;

/** What a store can do beyond reading. */
public enum StoreCapability {
  /** {@link ArtifactStore#write} and {@link ArtifactStore#delete} work. */
  WRITE,
  /** {@link WriteMode#CREATE_ONLY} holds also against writers in other processes. */
  CREATE_ONLY,
  /**
   * {@link ArtifactStore#writeDirectory} makes all files visible in one step, and {@link
   * ArtifactStore#deleteDirectory} makes them vanish in one.
   */
  ATOMIC_DIRECTORY,
  /**
   * A revision stands for the content: two artifacts of the same location and revision hold the same
   * bytes. A time of change is not enough, for a file can change twice within a tick of the clock.
   */
  CONTENT_REVISION,
  /** {@link ArtifactStore#replace} works. */
  CONDITIONAL_REPLACE,
  /** {@link ArtifactStore#localPath} answers, so that nothing needs to be copied. */
  LOCAL_PATH
}
