package io.github.fuseml.ovms.cli.engine;

import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.Stage;

/** Hands events on to another listener, which may become known only after the converter was built. */
public class ListenerRelay implements ConversionListener {
  private volatile ConversionListener target;

  /** Hands on to nobody yet. */
  ListenerRelay() {
    this(new Nobody());
  }

  /**
   * Hands on from the start.
   *
   * @param target hears everything
   */
  protected ListenerRelay(ConversionListener target) {
    this.target = target;
  }

  final void target(ConversionListener listener) {
    target = listener;
  }

  @Override
  public void runStarted(RunInfo run) {
    target.runStarted(run);
  }

  @Override
  public void stageStarted(RunInfo run, Stage stage) {
    target.stageStarted(run, stage);
  }

  @Override
  public void progress(RunInfo run, Stage stage, Progress progress) {
    target.progress(run, stage, progress);
  }

  @Override
  public void message(RunInfo run, Stage stage, Message message) {
    target.message(run, stage, message);
  }

  @Override
  public void stageFinished(RunInfo run, Stage stage, long nanos) {
    target.stageFinished(run, stage, nanos);
  }

  @Override
  public void stageFailed(RunInfo run, Stage stage, Throwable error) {
    target.stageFailed(run, stage, error);
  }

  @Override
  public void runSucceeded(RunInfo run) {
    target.runSucceeded(run);
  }

  @Override
  public void runFailed(RunInfo run, Throwable error) {
    target.runFailed(run, error);
  }

  @Override
  public void runCancelled(RunInfo run, ConversionCancelledException error) {
    target.runCancelled(run, error);
  }

  private static final class Nobody implements ConversionListener {}
}
