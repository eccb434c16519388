package io.github.fuseml.ovms.testkit;

import io.github.fuseml.ovms.api.EngineInfo;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.OvmsConverter;
import java.nio.file.Path;

/**
 * The Python environment with OpenVINO that tests run on: the managed one, made by the converter's own
 * installer when it is not there yet. A test that needs it fails when it cannot be made; it is never
 * skipped.
 */
public final class EngineEnvironment {
  private EngineEnvironment() {}

  /** Made once per JVM, also when several threads ask for it at once. */
  private static final class Holder {
    private static final EngineInfo INFO = install();

    private static EngineInfo install() {
      try (OvmsConverter converter = OvmsConverter.builder().build()) {
        return converter.installEngine(System.out::println);
      }
    }
  }

  /**
   * The engine that the installer made or found.
   *
   * @return what it is
   */
  public static EngineInfo info() {
    return Holder.INFO;
  }

  /**
   * The interpreter of the environment.
   *
   * @return an absolute path
   */
  public static Path python() {
    return info().python().toAbsolutePath();
  }

  /**
   * Settings that name the environment, so that a test does not depend on the machine's variables.
   *
   * @return a builder for further settings
   */
  public static EngineSettings.Builder settings() {
    return EngineSettings.builder().python(python());
  }
}
