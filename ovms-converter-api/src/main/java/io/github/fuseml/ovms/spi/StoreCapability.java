package io.github.fuseml.ovms.spi;

/** What a store can do beyond reading. */
public enum StoreCapability {
  /** {@link ArtifactStore#write} and {@link ArtifactStore#delete} work. */
  WRITE,
  /** {@link WriteMode#CREATE_ONLY} holds also against writers in other processes. */
  CREATE_ONLY,
  /** {@link ArtifactStore#writeDirectory} makes all files visible in one step. */
  ATOMIC_DIRECTORY,
  /** {@link ArtifactStore#localPath} answers, so that nothing needs to be copied. */
  LOCAL_PATH
}
