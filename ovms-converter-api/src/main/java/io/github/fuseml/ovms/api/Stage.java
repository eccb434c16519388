package io.github.fuseml.ovms.api;

import java.util.Locale;

/** The stages of a run, in their order. */
public enum Stage {
  /** Locations become stores. */
  RESOLVE,
  /** The source's files are listed; nothing is read. */
  LIST,
  /** The format is found from the listing and a few KiB of metadata. */
  DETECT,
  /** Everything that will be done is settled. */
  PLAN,
  /** The files that the conversion needs are brought to this machine. */
  FETCH,
  /** The engine converts the model. */
  OPTIMIZE,
  /** What was converted is read again and checked. */
  VERIFY,
  /** The new version appears at the output. */
  PUBLISH,
  /** Files are copied as they are, from one store to another. */
  COPY;

  /**
   * The stage for people.
   *
   * @return the name in lower case
   */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
