package io.github.fuseml.ovms.cli.commands;

/**
 * Options that can be set without picocli, which takes longer to start than a small conversion: the
 * same ones that the annotations tell picocli. Names are the long ones.
 */
interface QuickOptions {
  /**
   * Sets a flag.
   *
   * @param name an option's name
   * @return false if there is no such flag
   */
  default boolean flag(String name) {
    return false;
  }

  /**
   * Sets an option that has a value.
   *
   * @param name an option's name
   * @param value its value, not empty
   * @return false if there is no such option
   * @throws IllegalArgumentException if the value cannot be read
   */
  boolean value(String name, String value);

  /**
   * Sets the next argument that is no option.
   *
   * @param argument the argument
   * @return false if there are enough of them
   */
  default boolean positional(String argument) {
    return false;
  }

  /**
   * Whether everything is there that must be.
   *
   * @return false if an argument is missing
   */
  default boolean complete() {
    return true;
  }
}
