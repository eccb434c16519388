package io.github.fuseml.ovms.cli.commands;

import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.cli.engine.ListenerRelay;

/** Hands on everything but the messages that the report for people repeats. */
final class SilentRelay extends ListenerRelay {
  SilentRelay(ConversionListener target) {
    super(target);
  }

  @Override
  public void message(RunInfo run, Stage stage, Message message) {
    if (message.level() == Level.DETAIL) {
      super.message(run, stage, message);
    }
  }
}
