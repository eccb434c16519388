package io.github.fuseml.ovms.cli.render;

import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.Stage;
import io.github.fuseml.ovms.cli.terminal.Streams;

/**
 * Progress for programs: one JSON object on one line for each event. The grammar is that of {@link
 * io.github.fuseml.ovms.api.ConversionListener}; every object has {@code event}, and:
 *
 * <pre>
 * run_started     run, operation, source, output
 * stage_started   run, stage
 * progress        run, stage, what, bytes_done, bytes_total, files_done, files_total (-1: unknown)
 * message         run and stage unless no run says it; level (detail | info | warning), text
 * stage_finished  run, stage, seconds
 * stage_failed    run, stage, error
 * run_succeeded   run
 * run_failed      run, error
 * run_cancelled   run
 * error           exit_code, summary, remedy (may be null), retryable: at last, if the command fails
 * cancelled       at last, if the command was told to stop
 * trace           a member of these two when everything is said: the stack trace
 * </pre>
 */
final class JsonProgress implements ProgressView {
  private final Streams streams;
  private final Verbosity verbosity;

  JsonProgress(Streams streams, Verbosity verbosity) {
    this.streams = streams;
    this.verbosity = verbosity;
  }

  @Override
  public void note(Level level, String text) {
    if (verbosity.shows(level)) {
      write(event("message").put("level", JsonText.name(level)).put("text", Masked.urls(text)));
    }
  }

  @Override
  public void runStarted(RunInfo run) {
    write(of(run, "run_started")
        .put("operation", run.operation())
        .put("source", run.source().toString())
        .put("output", run.output().toString()));
  }

  @Override
  public void stageStarted(RunInfo run, Stage stage) {
    write(of(run, "stage_started").put("stage", stage.toString()));
  }

  @Override
  public void progress(RunInfo run, Stage stage, Progress progress) {
    write(of(run, "progress")
        .put("stage", stage.toString())
        .put("what", progress.what())
        .put("bytes_done", progress.bytesDone())
        .put("bytes_total", progress.bytesTotal())
        .put("files_done", progress.filesDone())
        .put("files_total", progress.filesTotal()));
  }

  @Override
  public void message(RunInfo run, Stage stage, Message message) {
    if (verbosity.shows(message.level())) {
      write(of(run, "message")
          .put("stage", stage.toString())
          .put("level", JsonText.name(message.level()))
          .put("text", Masked.urls(message.text())));
    }
  }

  @Override
  public void stageFinished(RunInfo run, Stage stage, long nanos) {
    write(of(run, "stage_finished")
        .put("stage", stage.toString())
        .put("seconds", JsonText.seconds(nanos)));
  }

  @Override
  public void stageFailed(RunInfo run, Stage stage, Throwable error) {
    write(of(run, "stage_failed").put("stage", stage.toString()).put("error", reason(error)));
  }

  @Override
  public void runSucceeded(RunInfo run) {
    write(of(run, "run_succeeded"));
  }

  @Override
  public void runFailed(RunInfo run, Throwable error) {
    write(of(run, "run_failed").put("error", reason(error)));
  }

  @Override
  public void runCancelled(RunInfo run, ConversionCancelledException error) {
    write(of(run, "run_cancelled"));
  }

  @Override
  public void finish() {}

  private static String reason(Throwable error) {
    return Masked.urls(String.valueOf(error.getMessage()));
  }

  private static JsonText event(String name) {
    return JsonText.line().put("event", name);
  }

  private static JsonText of(RunInfo run, String name) {
    return event(name).put("run", run.id());
  }

  private void write(JsonText event) {
    if (verbosity != Verbosity.QUIET) {
      streams.message(event.end());
    }
  }
}
