package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.ConversionListener.Level;
import io.github.fuseml.ovms.cli.render.ProgressView;
import java.util.function.Consumer;

/** Shows warnings that no run gives. */
record Warnings(ProgressView progress) implements Consumer<String> {
  @Override
  public void accept(String warning) {
    progress.note(Level.WARNING, warning);
  }
}
