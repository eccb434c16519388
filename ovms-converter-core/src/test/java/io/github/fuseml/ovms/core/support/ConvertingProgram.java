package io.github.fuseml.ovms.core.support;

import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.OvmsConverterException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program of somebody's that converts a model, says how it went and waits for its input's end. */
public final class ConvertingProgram {
  private ConvertingProgram() {}

  public static void main(String[] arguments) throws IOException {
    EngineSettings engine =
        EngineSettings.builder().python(Path.of(arguments[3])).build();
    try (OvmsConverter converter = OvmsConverter.builder()
        .workDirectory(Path.of(arguments[2]))
        .engine(engine)
        .build()) {
      ConversionResult result = converter.convert(
          ConversionRequest.builder().source(arguments[0]).output(arguments[1]).build());
      System.out.println("converted " + result.version());
      System.out.flush();
      while (System.in.read() >= 0) {
        // Stays, with the engine's process idle.
      }
    } catch (OvmsConverterException e) {
      System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  /** Starts it in a process of its own, behind the words of a command such as {@code setpriv}. */
  public static ProcessBuilder program(
      List<String> prefix, Path source, Sandbox sandbox, Path python) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        ConvertingProgram.class.getName(),
        source.toString(),
        sandbox.output().toString(),
        sandbox.work().toString(),
        python.toString()));
    return new ProcessBuilder(command).redirectErrorStream(true);
  }
}
