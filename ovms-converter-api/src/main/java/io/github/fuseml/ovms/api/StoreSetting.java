package io.github.fuseml.ovms.api;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A setting that a store understands: one row of the table that its documentation, the command line
 * and the environment variables are made from. Immutable; each method answers a new value.
 *
 * @param name its name in {@link StoreSettings}: letters and digits, beginning with a small letter;
 *     for a store behind another one {@code <id>.<name>}
 * @param kind what its value looks like
 * @param description what it does, one sentence without a full stop
 * @param defaultValue what counts when it is not set, in the words of the documentation; null when
 *     nothing does
 * @param variables the environment variables that a program may take it from, the first that is set
 *     first; for the output with the prefix {@code OUTPUT_}
 * @param choices the values that are possible, for {@link Kind#CHOICE}
 */
public record StoreSetting(
    String name,
    Kind kind,
    String description,
    @Nullable String defaultValue,
    List<String> variables,
    List<String> choices) {

  /** What a setting's value looks like. */
  public enum Kind {
    /** Any text. */
    TEXT,
    /** A text that is never shown, and never taken from a command line. */
    SECRET,
    /** {@code true} or {@code false}, also {@code 1} or {@code 0}. */
    FLAG,
    /** A whole number above 0. */
    NUMBER,
    /** A number of bytes: {@code 512m}, {@code 8MiB}, {@code 2g}. */
    SIZE,
    /** A time: {@code 90s}, {@code 500ms}, {@code 10m}, {@code 1h}. */
    DURATION,
    /** A file of this machine. */
    FILE,
    /** One of the choices. */
    CHOICE
  }

  /**
   * Keeps copies of the lists.
   *
   * @param name its name in {@link StoreSettings}: letters and digits, beginning with a small
   *     letter
   * @param kind what its value looks like
   * @param description what it does, one sentence without a full stop
   * @param defaultValue what counts when it is not set, in the words of the documentation; null
   *     when nothing does
   * @param variables the environment variables that a program may take it from, the first that is
   *     set first; for the output with the prefix {@code OUTPUT_}
   * @param choices the values that are possible, for {@link Kind#CHOICE}
   */
  public StoreSetting {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(description, "description");
    variables = List.copyOf(variables);
    choices = List.copyOf(choices);
  }

  /**
   * A setting without a default and without variables.
   *
   * @param name its name
   * @param kind what its value looks like
   * @param description what it does, one sentence without a full stop
   * @return the setting
   */
  public static StoreSetting of(String name, Kind kind, String description) {
    return new StoreSetting(name, kind, description, null, List.of(), List.of());
  }

  /**
   * Says what counts when it is not set.
   *
   * @param value the default, in the words of the documentation
   * @return this setting with that default
   */
  public StoreSetting byDefault(String value) {
    return new StoreSetting(name, kind, description, value, variables, choices);
  }

  /**
   * Says where a program may take it from.
   *
   * @param names environment variables, the first that is set first
   * @return this setting with these variables
   */
  public StoreSetting from(String... names) {
    return new StoreSetting(name, kind, description, defaultValue, List.of(names), choices);
  }

  /**
   * Says which values are possible.
   *
   * @param values the values
   * @return this setting with these choices
   */
  public StoreSetting oneOf(String... values) {
    return new StoreSetting(name, kind, description, defaultValue, variables, List.of(values));
  }

  /**
   * The setting as a store takes it whose locations lead to the store that this one is of.
   *
   * @param store the id of the store that this setting is of
   * @return this setting with the name {@code <store>.<name>}
   */
  public StoreSetting behind(String store) {
    return new StoreSetting(
        store + "." + name, kind, description, defaultValue, variables, choices);
  }

  /**
   * Whether its value is never shown.
   *
   * @return true for {@link Kind#SECRET}
   */
  public boolean isSecret() {
    return kind == Kind.SECRET;
  }
}
