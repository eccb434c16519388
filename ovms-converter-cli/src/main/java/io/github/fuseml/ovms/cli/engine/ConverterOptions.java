package io.github.fuseml.ovms.cli.engine;

import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.TransferSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a converter is built with. Null stands for the default.
 *
 * @param python the interpreter of the engine
 * @param engineHome the directory of the managed environments
 * @param timeLimit how long one conversion may take
 * @param memoryLimit how many bytes a worker may use
 * @param workDirectory where temporary files go
 * @param install whether a missing engine is installed
 * @param transfer how files are moved
 */
public record ConverterOptions(
    @Nullable Path python,
    @Nullable Path engineHome,
    @Nullable Duration timeLimit,
    @Nullable Long memoryLimit,
    @Nullable Path workDirectory,
    boolean install,
    @Nullable TransferSettings transfer) {

  /** What the command line uses without options: unlike the library, it installs the engine. */
  public static final ConverterOptions USUAL =
      new ConverterOptions(null, null, null, null, null, true, null);

  /**
   * Whether these are the usual options; cheaper than {@code equals}.
   *
   * @return true if a converter with the usual options will do
   */
  public boolean isUsual() {
    return python == null
        && engineHome == null
        && timeLimit == null
        && memoryLimit == null
        && workDirectory == null
        && install
        && transfer == null;
  }

  /**
   * The same with other ways for files.
   *
   * @param directory where temporary files go
   * @param how how files are moved
   * @return the options
   */
  public ConverterOptions with(@Nullable Path directory, @Nullable TransferSettings how) {
    return new ConverterOptions(
        python, engineHome, timeLimit, memoryLimit, directory, install, how);
  }

  /**
   * The engine's part.
   *
   * @return the settings
   */
  public EngineSettings engine() {
    EngineSettings.Builder settings = EngineSettings.builder().automaticInstall(install);
    if (python != null) {
      settings.python(python);
    }
    if (engineHome != null) {
      settings.home(engineHome);
    }
    if (timeLimit != null) {
      settings.timeLimit(timeLimit);
    }
    if (memoryLimit != null) {
      settings.memoryLimit(memoryLimit);
    }
    return settings.build();
  }
}
