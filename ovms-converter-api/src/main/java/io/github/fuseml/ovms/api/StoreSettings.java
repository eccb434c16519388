package io.github.fuseml.ovms.api;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What a store is told for one side of a run: endpoint, region, credentials, by the names that the
 * store's provider documents ({@link OvmsConverter#stores()} lists them). Input and output have
 * settings of their own, also when both are of one scheme.
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
   * Settings from environment variables, for a program that takes them from there. The library
   * itself never looks at the environment for them.
   *
   * @param known the settings of a store
   * @param environment the variables; an empty one means unset
   * @param prefix what the variables' names begin with besides: {@code OUTPUT_} or nothing
   * @return the settings that are set
   */
  public static StoreSettings fromEnvironment(
      Collection<StoreSetting> known, Map<String, String> environment, String prefix) {
    Map<String, String> values = new TreeMap<>();
    for (StoreSetting setting : known) {
      for (String variable : setting.variables()) {
        String value = environment.getOrDefault(prefix + variable, "");
        if (!value.isEmpty()) {
          values.putIfAbsent(setting.name(), value);
        }
      }
    }
    return of(values);
  }

  /**
   * These settings and more.
   *
   * @param more settings that take precedence
   * @return both together
   */
  public StoreSettings with(StoreSettings more) {
    Map<String, String> all = new TreeMap<>(values);
    all.putAll(more.values);
    return of(all);
  }

  /**
   * Those of these settings that are for a store behind the one they were given to.
   *
   * @param store that store's id
   * @return what is named {@code <store>.<name>} here, by its name alone
   */
  public StoreSettings behind(String store) {
    String prefix = store + ".";
    Map<String, String> found = new TreeMap<>();
    values.forEach((name, value) -> {
      if (name.startsWith(prefix)) {
        found.put(name.substring(prefix.length()), value);
      }
    });
    return of(found);
  }

  /**
   * These settings without those for the stores behind.
   *
   * @return what has no {@code .} in its name
   */
  public StoreSettings own() {
    Map<String, String> found = new TreeMap<>(values);
    found.keySet().removeIf(name -> name.indexOf('.') >= 0);
    return of(found);
  }

  /**
   * One setting as it was given.
   *
   * @param name its name
   * @return its value, if it is set
   */
  public Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /**
   * The text of a setting.
   *
   * @param setting a setting of any kind
   * @return its value, if it is set
   */
  public Optional<String> text(StoreSetting setting) {
    return get(setting.name());
  }

  /**
   * A setting of the kind {@link StoreSetting.Kind#FLAG}.
   *
   * @param setting the setting
   * @return its value, if it is set
   * @throws BadRequestException if it cannot be read
   */
  public Optional<Boolean> flag(StoreSetting setting) {
    return read(setting, value -> switch (value.strip().toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw new IllegalArgumentException("it is neither 'true' nor 'false'");
    });
  }

  /**
   * A setting of the kind {@link StoreSetting.Kind#NUMBER}.
   *
   * @param setting the setting
   * @return its value, if it is set
   * @throws BadRequestException if it cannot be read
   */
  public Optional<Integer> number(StoreSetting setting) {
    return read(setting, value -> {
      int number = 0;
      try {
        number = Integer.parseInt(value.strip());
      } catch (NumberFormatException e) {
        // Falls through to the one refusal below.
      }
      if (number <= 0) {
        throw new IllegalArgumentException("it is no whole number above 0");
      }
      return number;
    });
  }

  /**
   * A setting of the kind {@link StoreSetting.Kind#SIZE}.
   *
   * @param setting the setting
   * @return the number of bytes, if it is set
   * @throws BadRequestException if it cannot be read
   */
  public Optional<Long> size(StoreSetting setting) {
    return read(setting, Units::size);
  }

  /**
   * A setting of the kind {@link StoreSetting.Kind#DURATION}.
   *
   * @param setting the setting
   * @return the time, if it is set
   * @throws BadRequestException if it cannot be read
   */
  public Optional<Duration> duration(StoreSetting setting) {
    return read(setting, Units::duration);
  }

  /**
   * A setting of the kind {@link StoreSetting.Kind#FILE}.
   *
   * @param setting the setting
   * @return the path, if it is set
   * @throws BadRequestException if it cannot be read
   */
  public Optional<Path> file(StoreSetting setting) {
    return read(setting, value -> {
      try {
        return Path.of(value);
      } catch (InvalidPathException e) {
        throw new IllegalArgumentException(e.getReason(), e);
      }
    });
  }

  /**
   * A setting of the kind {@link StoreSetting.Kind#CHOICE}.
   *
   * @param setting the setting
   * @return one of its choices, if it is set
   * @throws BadRequestException if it is none of them
   */
  public Optional<String> choice(StoreSetting setting) {
    return read(setting, value -> {
      String wanted = value.strip();
      return setting.choices().stream()
          .filter(wanted::equalsIgnoreCase)
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException(
              "it is none of " + String.join(", ", setting.choices())));
    });
  }

  private <T> Optional<T> read(StoreSetting setting, Function<String, T> reader) {
    Optional<String> value = get(setting.name());
    try {
      return value.map(reader);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(
          Problem.of("use the setting")
              .on("'" + setting.name() + "'")
              .found(String.valueOf(e.getMessage()))
              .remedy("correct it: " + setting.description()),
          e);
    }
  }

  /**
   * Refuses what a store does not understand: unknown names, and values that are not of their kind.
   *
   * @param store the store's id, for the message
   * @param known the settings that it understands
   * @throws BadRequestException if a setting is wrong
   */
  public void requireOnly(String store, Collection<StoreSetting> known) {
    Set<String> unknown = new TreeSet<>(values.keySet());
    for (StoreSetting setting : known) {
      if (unknown.remove(setting.name())) {
        requireReadable(setting);
      }
    }
    if (!unknown.isEmpty()) {
      Set<String> names = new TreeSet<>();
      known.forEach(setting -> names.add(setting.name()));
      throw new BadRequestException(Problem.of("open the store")
          .on("'" + store + "'")
          .found("it has no setting " + String.join(", ", unknown))
          .remedy(
              names.isEmpty()
                  ? "leave it out: this store has no settings"
                  : "use one of: " + String.join(", ", names)));
    }
  }

  private void requireReadable(StoreSetting setting) {
    switch (setting.kind()) {
      case FLAG -> flag(setting);
      case NUMBER -> number(setting);
      case SIZE -> size(setting);
      case DURATION -> duration(setting);
      case FILE -> file(setting);
      case CHOICE -> choice(setting);
      case TEXT, SECRET -> text(setting);
    }
  }

  /**
   * The names that are set.
   *
   * @return an unmodifiable set
   */
  public Set<String> names() {
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
    return "StoreSettings" + new TreeSet<>(values.keySet());
  }
}
