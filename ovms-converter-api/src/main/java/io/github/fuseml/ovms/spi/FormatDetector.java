package io.github.fuseml.ovms.spi;

import io.github.fuseml.ovms.api.Extension;

/**
 * Finds the models of one format, or of one kind of package, in a tree of files.
 *
 * <p>Goes by content, not by name alone; a name may save it from reading what cannot match. It
 * never runs or unpickles anything that it reads, and it bounds what it reads: files are hostile.
 * Thread-safe, without state.
 */
public interface FormatDetector extends Extension {
  /**
   * Looks at a tree.
   *
   * @param tree the files
   * @return what was found, refused or declined, each with its reason
   */
  Detection detect(ModelTree tree);
}
