package io.github.fuseml.ovms.api;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a store is told for one side of a run: endpoint, region, credentials, by the names that the
 * store's provider documents. Input and output have settings of their own, also when both are of
 * one scheme.
 *
 * <p>Immutable. {@link #toString()} shows the names alone, for any value may be a secret.
 */
public final class StoreSettings {
  private static final StoreSettings NONE = new StoreSettings(Map.of());

  private final Map<String, String> values;

  private StoreSettings(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  /**
   * No settings: the store uses its defaults.
   *
   * @return empty settings
   */
  public static StoreSettings none() {
    return NONE;
  }

  /**
   * Settings from a map.
   *
   * @param values names and values; an empty value means unset and is dropped
   * @return the settings
   */
  public static StoreSettings of(Map<String, String> values) {
    Map<String, String> set = new TreeMap<>(Objects.requireNonNull(values, "values"));
    set.values().removeIf(String::isEmpty);
    return set.isEmpty() ? NONE : new StoreSettings(set);
  }

  /**
   * One setting.
   *
   * @param name its name
   * @return its value, if it is set
   */
  public Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /**
   * The names that are set.
   *
   * @return an unmodifiable set
   */
  public java.util.Set<String> names() {
    return values.keySet();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoreSettings that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /**
   * The names without their values.
   *
   * @return for example {@code StoreSettings[endpoint, secretKey]}
   */
  @Override
  public String toString() {
    return "StoreSettings" + new java.util.TreeSet<>(values.keySet());
  }
}
