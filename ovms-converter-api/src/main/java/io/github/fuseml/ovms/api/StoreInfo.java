package io.github.fuseml.ovms.api;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
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
 * @param resolving whether its locations are names of what may lie in other stores: it then takes
 *     their settings too, see {@link #settingsAmong}
 */
public record StoreInfo(
    String id, Set<String> schemes, List<StoreSetting> settings, boolean resolving) {
  /**
   * Keeps copies of the collections.
   *
   * @param id its id, for example {@code s3}
   * @param schemes the schemes of the locations that it serves, in order
   * @param settings the settings that it understands
   * @param resolving whether its locations are names of what may lie in other stores
   */
  public StoreInfo {
    Objects.requireNonNull(id, "id");
    schemes = Collections.unmodifiableSet(new TreeSet<>(schemes));
    settings = List.copyOf(settings);
  }

  /**
   * A store whose locations are its own.
   *
   * @param id its id
   * @param schemes the schemes of the locations that it serves
   * @param settings the settings that it understands
   */
  public StoreInfo(String id, Set<String> schemes, List<StoreSetting> settings) {
    this(id, schemes, settings, false);
  }

  /**
   * Everything that may be set for a location of this store.
   *
   * @param stores all stores of the converter
   * @return its own settings; where it leads to others, theirs too, as {@code <id>.<name>}
   */
  public List<StoreSetting> settingsAmong(Collection<StoreInfo> stores) {
    List<StoreSetting> all = new ArrayList<>(settings);
    for (StoreInfo other : stores) {
      if (resolving && !other.resolving) {
        other.settings.forEach(setting -> all.add(setting.behind(other.id)));
      }
    }
    return all;
  }
}
