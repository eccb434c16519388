package io.github.fuseml.ovms.cli.settings;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreInfo;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says about the settings of one side. An option goes before the file.
 *
 * @param side which side
 * @param assignments {@code NAME=VALUE}, as the options have them
 * @param file a file of settings, see {@link SettingsFile}; null when there is none
 */
public record GivenSettings(
    Side side, List<String> assignments, @Nullable Path file) {
  /** A password in a URL, a proxy's for instance. */
  private static final Pattern PASSWORD = Pattern.compile("://[^/?#@]*:[^/?#@]+@");

  /**
   * Keeps a copy of the list.
   *
   * @param side which side
   * @param assignments {@code NAME=VALUE}, as the options have them
   * @param file a file of settings; null when there is none
   */
  public GivenSettings {
    assignments = List.copyOf(assignments);
  }

  /**
   * Whether the command line says nothing about this side.
   *
   * @return true if there is neither an option nor a file
   */
  public boolean isEmpty() {
    return assignments.isEmpty() && file == null;
  }

  /** Reads them for a store, and refuses what it does not understand. */
  StoreSettings read(StoreInfo store, Consumer<String> warnings) {
    StoreSettings options = options(store);
    StoreSettings all = file == null ? options : fromFile(file, store, warnings).with(options);
    all.requireOnly(store.id(), store.settings());
    return all;
  }

  private static StoreSettings fromFile(Path path, StoreInfo store, Consumer<String> warnings) {
    SettingsFile read = SettingsFile.read(path);
    boolean secret = false;
    for (StoreSetting known : store.settings()) {
      secret |= known.isSecret() && read.values().containsKey(known.name());
    }
    if (secret && read.isReadableByAll()) {
      warnings.accept(path + " holds secrets and everybody on this machine can read it;"
          + " take that right away: chmod o-r");
    }
    return StoreSettings.of(read.values());
  }

  private StoreSettings options(StoreInfo store) {
    Map<String, String> values = new HashMap<>();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      // What is no assignment is not shown: it may be a secret at the wrong place.
      if (equals <= 0) {
        throw new BadRequestException(Problem.of("use the option")
            .on(side.option())
            .found("its value is not of the form NAME=VALUE")
            .remedy("'ovms-converter stores' lists the names"));
      }
      String name = assignment.substring(0, equals);
      String value = assignment.substring(equals + 1);
      refuseSecret(store, name, PASSWORD.matcher(value).find());
      if (values.put(name, value) != null) {
        throw new BadRequestException(Problem.of("use the option")
            .on(side.option())
            .found("it sets '" + name + "' twice")
            .remedy("give it once"));
      }
    }
    return StoreSettings.of(values);
  }

  private void refuseSecret(StoreInfo store, String name, boolean passwordInside) {
    for (StoreSetting known : store.settings()) {
      if ((known.isSecret() || passwordInside) && known.name().equals(name)) {
        String file = "put it into a file of your own and name that with " + side.fileOption();
        throw new BadRequestException(Problem.of("take the secret")
            .on("'" + name + "'")
            .found("the arguments of a process can be seen by everybody on its machine")
            .remedy(
                known.variables().isEmpty()
                    ? file
                    : "set the variable " + side.prefix() + known.variables().get(0) + ", or "
                        + file));
      }
    }
  }
}
