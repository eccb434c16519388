package io.github.fuseml.ovms.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The entry of a model in a configuration of OVMS: a {@code config.json} with a {@code
 * model_config_list}.
 *
 * @param location the configuration; it is made if it is not there
 * @param settings the settings of its store
 * @param name the model's name in OVMS
 * @param basePath what OVMS takes as {@code base_path}, where it sees the model under another path
 *     than this machine does; null for the output's own location
 */
public record OvmsConfigEntry(
    Location location,
    StoreSettings settings,
    String name,
    @Nullable String basePath) {
  /**
   * Refuses an empty name.
   *
   * @param location the configuration; it is made if it is not there
   * @param settings the settings of its store
   * @param name the model's name in OVMS
   * @param basePath what OVMS takes as {@code base_path}, where it sees the model under another path
   *     than this machine does; null for the output's own location
   */
  public OvmsConfigEntry {
    Objects.requireNonNull(location, "location");
    Objects.requireNonNull(settings, "settings");
    if (name.isBlank()) {
      throw new BadRequestException(Problem.of("use the model's name in OVMS")
          .found("it is empty")
          .remedy("give a name (--ovms-model-name)"));
    }
  }

  /**
   * An entry whose {@code base_path} is the output.
   *
   * @param location the configuration; it is made if it is not there
   * @param settings the settings of its store
   * @param name the model's name in OVMS
   */
  public OvmsConfigEntry(Location location, StoreSettings settings, String name) {
    this(location, settings, name, null);
  }
}
