package io.github.fuseml.ovms.spi;

/** What a write does when something is there already. There is no silent fallback between them. */
public enum WriteMode {
  /** The write fails with a {@link io.github.fuseml.ovms.api.ConflictException}. */
  CREATE_ONLY,
  /** The write replaces it; a reader sees the old content or the new one, never a mixture. */
  REPLACE
}
