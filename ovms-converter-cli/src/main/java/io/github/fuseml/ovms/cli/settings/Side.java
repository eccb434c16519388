package io.github.fuseml.ovms.cli.settings;

/** Which location of a command settings are for. */
public enum Side {
  /** What a command reads. */
  INPUT("", "--input-setting"),
  /** What a command writes. */
  OUTPUT("OUTPUT_", "--output-setting"),
  /** The location of a command that has but one. */
  ONLY("", "--setting");

  private final String prefix;
  private final String option;

  Side(String prefix, String option) {
    this.prefix = prefix;
    this.option = option;
  }

  /**
   * What the names of this side's environment variables begin with.
   *
   * @return the prefix, empty for none
   */
  public String prefix() {
    return prefix;
  }

  /** The option that gives one setting. */
  String option() {
    return option;
  }

  /** The option that names a file of settings. */
  String fileOption() {
    return option + "s";
  }
}
