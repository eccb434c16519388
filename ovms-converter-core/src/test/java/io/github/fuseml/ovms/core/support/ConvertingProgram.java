package io.github.fuseml.ovms.core.support;

import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.Stage;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Converts models as a user's program does: {@code python work output source...}. Waits for a line of
 * its input before each model but the first.
 */
public final class ConvertingProgram {
  private ConvertingProgram() {}

  public static void main(String[] arguments) throws IOException {
    ConversionListener listener = new ConversionListener() {
      @Override
      public void stageStarted(RunInfo run, Stage stage) {
        say("started " + stage);
      }

      @Override
      public void runCancelled(RunInfo run, ConversionCancelledException error) {
        say("cancelled");
      }
    };
    try (OvmsConverter converter = OvmsConverter.builder()
        .engine(EngineSettings.builder().python(Path.of(arguments[0])).build())
        .workDirectory(Path.of(arguments[1]))
        .listener(listener)
        .build()) {
      for (int i = 3; i < arguments.length; i++) {
        converter.convert(ConversionRequest.builder()
            .output(Path.of(arguments[2]))
            .source(Path.of(arguments[i]))
            .publishing(PublishOptions.builder().force(true).build()) // The same model twice.
            .build());
        say("converted");
        if (System.in.read() < 0) {
          return;
        }
      }
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
