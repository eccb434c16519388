package io.github.fuseml.ovms.api;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * A store that a converter knows.
 *
 * @param id its id, for example {@code s3}
 * @param schemes the schemes of the locations that it serves, in order
 * @param settings the settings that it understands
 */
public record StoreInfo(String id, Set<String> schemes, List<StoreSetting> settings) {
  /**
   * Keeps copies of the collections.
   *
   * @param id its id, for example {@code s3}
   * @param schemes the schemes of the locations that it serves, in order
   * @param settings the settings that it understands
   */
  public StoreInfo {
    Objects.requireNonNull(id, "id");
    schemes = java.util.Collections.unmodifiableSet(new TreeSet<>(schemes));
    settings = List.copyOf(settings);
  }
}
