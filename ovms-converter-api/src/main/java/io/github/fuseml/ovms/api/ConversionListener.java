package io.github.fuseml.ovms.api;

/**
 * Hears what a run does.
 *
 * <p>The grammar of the events of one run, where {@code stage} is one of {@link Stage}'s, in their
 * order, each at most once:
 *
 * <pre>
 * run    := runStarted stage* (runSucceeded | runFailed | runCancelled)
 * stage  := stageStarted (progress | message)* (stageFinished | stageFailed)
 * </pre>
 *
 * <p>The terminal event comes exactly once and last, after everything temporary is gone. {@code
 * stageFailed} is followed by {@code runFailed} or {@code runCancelled} and by no other stage.
 * {@code plan} has the first four stages; {@code inspect} may add fetch and optimize. {@code copy}
 * resolves, lists and copies; {@code rollback} resolves, lists, fetches and publishes. A {@code
 * convert} that finds nothing changed ends early.
 *
 * <p>The events of one run never overlap, but may come from several threads; those of two runs may
 * overlap. A listener should be quick, for the run waits for it. What it throws is logged and
 * changes nothing.
 */
public interface ConversionListener {
  /**
   * A run begins.
   *
   * @param run what is to be done
   */
  default void runStarted(RunInfo run) {}

  /**
   * A stage begins.
   *
   * @param run the run
   * @param stage the stage
   */
  default void stageStarted(RunInfo run, Stage stage) {}

  /**
   * A stage has moved on. Sent at most some ten times a second, and at the end of what it counts.
   *
   * @param run the run
   * @param stage the stage
   * @param progress how far it is
   */
  default void progress(RunInfo run, Stage stage, Progress progress) {}

  /**
   * Something worth knowing: what was found or decided, or a warning.
   *
   * @param run the run
   * @param stage the stage that says it
   * @param message the message
   */
  default void message(RunInfo run, Stage stage, Message message) {}

  /**
   * A stage has ended well.
   *
   * @param run the run
   * @param stage the stage
   * @param nanos how long it took, in nanoseconds
   */
  default void stageFinished(RunInfo run, Stage stage, long nanos) {}

  /**
   * A stage has failed or was cancelled.
   *
   * @param run the run
   * @param stage the stage
   * @param error why
   */
  default void stageFailed(RunInfo run, Stage stage, Throwable error) {}

  /**
   * The run has ended well.
   *
   * @param run the run
   */
  default void runSucceeded(RunInfo run) {}

  /**
   * The run has failed.
   *
   * @param run the run
   * @param error what its caller receives
   */
  default void runFailed(RunInfo run, Throwable error) {}

  /**
   * The run was cancelled.
   *
   * @param run the run
   * @param error what its caller receives
   */
  default void runCancelled(RunInfo run, ConversionCancelledException error) {}

  /**
   * Which run an event belongs to.
   *
   * @param id unique within this process
   * @param operation {@code plan}, {@code inspect}, {@code convert}, {@code copy} or
   *     {@code rollback}
   * @param source what the run reads
   * @param output where its result goes
   */
  record RunInfo(long id, String operation, Location source, Location output) {}

  /**
   * How far a stage is.
   *
   * @param what what is being done, for people
   * @param bytesDone bytes so far, 0 where bytes are not counted
   * @param bytesTotal all bytes, -1 when unknown
   * @param filesDone files so far
   * @param filesTotal all files, -1 when unknown
   */
  record Progress(String what, long bytesDone, long bytesTotal, int filesDone, int filesTotal) {}

  /**
   * Something worth knowing.
   *
   * @param level how much it matters
   * @param text the message, without a full stop
   */
  record Message(Level level, String text) {}

  /** How much a message matters. */
  enum Level {
    /** For who looks for the cause of something: the engine's own output, for instance. */
    DETAIL,
    /** What was found or decided. */
    INFO,
    /** What may not be what the caller wants; also in the result's warnings. */
    WARNING
  }
}
