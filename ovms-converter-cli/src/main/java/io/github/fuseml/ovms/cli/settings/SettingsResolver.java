package io.github.fuseml.ovms.cli.settings;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreInfo;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSettings;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Settles the settings of a location's store: options, then files, then environment variables, by
 * the table of the very store that serves the location. Other stores' variables are not looked at.
 *
 * <p>The output's variables begin with {@code OUTPUT_}. An output that has nothing of its own that
 * says where its store is or who uses it takes the input's settings: all of them if one store serves
 * both, the variables without the prefix otherwise. An output with anything of that kind takes none
 * of the input's, so that no credential gets to another place than the one it was given for. For the
 * same reason two different origins of the web share nothing. A proxy holds for both sides always.
 */
public final class SettingsResolver {
  private final List<StoreInfo> stores;
  private final Map<String, String> environment;
  private final Consumer<String> warnings;

  /**
   * A resolver.
   *
   * @param stores the stores that there are
   * @param environment the environment variables; an empty one counts as unset
   * @param warnings hears what the user should know
   */
  public SettingsResolver(
      List<StoreInfo> stores, Map<String, String> environment, Consumer<String> warnings) {
    this.stores = stores.stream().map(store -> complete(store, stores)).toList();
    this.environment = Map.copyOf(environment);
    this.warnings = warnings;
  }

  /** A store with the settings of those that its locations may lead to. */
  private static StoreInfo complete(StoreInfo store, List<StoreInfo> stores) {
    return new StoreInfo(
        store.id(), store.schemes(), store.settingsAmong(stores), store.resolving());
  }

  /**
   * The settings of a location that is read, or the only one of a command.
   *
   * @param location the location
   * @param given what the command line says
   * @return the settings; none if no store serves the location, which is for the converter to refuse
   * @throws BadRequestException if a setting is wrong
   */
  public StoreSettings input(Location location, GivenSettings given) {
    StoreInfo store = serving(location);
    return store == null ? StoreSettings.none() : own(store, given);
  }

  /**
   * The settings of a location that is written.
   *
   * @param location the location
   * @param given what the command line says
   * @param source what the same command reads
   * @param input the settings of that, as {@link #input} answered them
   * @return the settings; none if no store serves the location
   * @throws BadRequestException if a setting is wrong
   */
  public StoreSettings output(
      Location location, GivenSettings given, Location source, StoreSettings input) {
    StoreInfo store = serving(location);
    if (store == null) {
      return StoreSettings.none();
    }
    StoreSettings own = own(store, given);
    StoreInfo other = serving(source);
    boolean sameStore = other != null && other.id().equals(store.id());
    StoreSettings inputs = sameStore ? input : fromVariables(store, "");
    if (SettingRoles.sayWhereOrWho(own, store)) {
      return SettingRoles.ofTheMachine(inputs).with(identified(own, store));
    }
    boolean elsewhere = sameStore && isWeb(location) && !origin(location).equals(origin(source));
    // What is left of the output's own is no credential, or a part of one that is of no use alone.
    return (elsewhere ? SettingRoles.ofTheMachine(inputs) : inputs)
        .with(SettingRoles.withoutSecrets(own, store));
  }

  /**
   * Settings of an output with a place of its own, but nobody to use it. Left alone, its store would
   * find by itself what the environment holds for the input.
   */
  private StoreSettings identified(StoreSettings own, StoreInfo store) {
    if (SettingRoles.sayWho(own, store) || !SettingRoles.sayWho(fromVariables(store, ""), store)) {
      return own;
    }
    StoreSettings nobody = SettingRoles.nobody(store);
    if (!nobody.names().isEmpty()) {
      warnings.accept("the output is used without credentials: it has none of its own, and the"
          + " input's are not for another place; if it needs some, set the variables with "
          + Side.OUTPUT.prefix() + " or name a file with " + Side.OUTPUT.fileOption());
    }
    return own.with(nobody);
  }

  private StoreSettings own(StoreInfo store, GivenSettings given) {
    StoreSettings variables = fromVariables(store, given.side().prefix());
    return given.isEmpty()
        ? variables
        : SettingRoles.layer(variables, given.read(store, warnings), store);
  }

  private @Nullable StoreInfo serving(Location location) {
    for (StoreInfo store : stores) {
      if (store.schemes().contains(location.scheme())) {
        return store;
      }
    }
    return null;
  }

  private StoreSettings fromVariables(StoreInfo store, String prefix) {
    StoreSettings found = StoreSettings.fromEnvironment(store.settings(), environment, prefix);
    for (StoreSetting setting : store.settings()) {
      if (found.names().contains(setting.name())) {
        check(found, setting, store, prefix);
      }
    }
    return found;
  }

  /** Refuses a wrong value by the name that the user knows, the variable's. */
  private void check(StoreSettings settings, StoreSetting setting, StoreInfo store, String prefix) {
    try {
      StoreSettings.of(Map.of(setting.name(), settings.text(setting).orElse("")))
          .requireOnly(store.id(), List.of(setting));
    } catch (BadRequestException e) {
      String variable = prefix;
      for (String name : setting.variables()) {
        if (!environment.getOrDefault(prefix + name, "").isEmpty()) {
          variable = prefix + name;
          break;
        }
      }
      throw new BadRequestException(
          Problem.of("use the variable")
              .on(variable)
              .found(e.problem().found())
              .remedy("correct or unset it; it sets '" + setting.name() + "' of the store '"
                  + store.id() + "': " + setting.description()),
          e);
    }
  }

  private static boolean isWeb(Location location) {
    return location.scheme().equals("http") || location.scheme().equals("https");
  }

  /** Scheme, host and port. A port that is spelt out counts as another one: nothing is shared then. */
  private static String origin(Location location) {
    String shown = location.toString(); // without user information
    int authority = shown.indexOf("://") + 3;
    int end = shown.indexOf('/', authority);
    return (end < 0 ? shown : shown.substring(0, end)).toLowerCase(Locale.ROOT);
  }
}
