package io.github.fuseml.ovms.cli.repository;

import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.api.StoreSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Publishes with several threads until it is killed, which it does to itself at a given event: {@code
 * python work output events threads runs settings source...}. The settings are {@code name=value},
 * separated by commas.
 */
public final class PublishingChild {
  private PublishingChild() {}

  public static void main(String[] arguments) throws InterruptedException {
    int deadly = Integer.parseInt(arguments[3]);
    int runs = Integer.parseInt(arguments[5]);
    Map<String, String> settings = new HashMap<>();
    for (String setting : arguments[6].split(",", -1)) {
      if (setting.contains("=")) {
        settings.put(
            setting.substring(0, setting.indexOf('=')),
            setting.substring(setting.indexOf('=') + 1));
      }
    }
    try (OvmsConverter converter = OvmsConverter.builder()
        .discover()
        .engine(EngineSettings.builder().python(Path.of(arguments[0])).build())
        .workDirectory(Path.of(arguments[1]))
        .listener(new Deadly(deadly))
        .build()) {
      List<Thread> threads = new ArrayList<>();
      AtomicInteger next = new AtomicInteger();
      for (int i = 0; i < Integer.parseInt(arguments[4]); i++) {
        Thread thread = new Thread(() -> {
          for (int run = 0; run < runs; run++) {
            String source = arguments[7 + next.getAndIncrement() % (arguments.length - 7)];
            converter.convert(ConversionRequest.builder()
                .source(Path.of(source))
                .output(arguments[2])
                .outputSettings(
                    arguments[2].contains("://")
                        ? StoreSettings.of(settings)
                        : StoreSettings.none())
                .publishing(PublishOptions.builder().force(true).build())
                .build());
          }
        });
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  /** Ends the process at an event as SIGKILL does: nothing is cleaned up. */
  private record Deadly(int event, AtomicInteger heard) implements ConversionListener {
    Deadly(int event) {
      this(event, new AtomicInteger());
    }

    private void hear() {
      if (heard.incrementAndGet() == event) {
        Runtime.getRuntime().halt(137);
      }
    }

    @Override
    public void stageStarted(RunInfo run, Stage stage) {
      hear();
    }

    @Override
    public void progress(RunInfo run, Stage stage, Progress progress) {
      hear();
    }

    @Override
    public void message(RunInfo run, Stage stage, Message message) {
      hear();
    }

    @Override
    public void stageFinished(RunInfo run, Stage stage, long nanos) {
      hear();
    }
  }
}
