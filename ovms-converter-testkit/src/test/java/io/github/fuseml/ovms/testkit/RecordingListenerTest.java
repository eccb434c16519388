package io.github.fuseml.ovms.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.ConversionCancelledException;
import io.github.fuseml.ovms.api.ConversionListener.Level;
import io.github.fuseml.ovms.api.ConversionListener.Message;
import io.github.fuseml.ovms.api.ConversionListener.Progress;
import io.github.fuseml.ovms.api.ConversionListener.RunInfo;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.Stage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordingListenerTest {
  private static final Location SOURCE = Location.of("s3://bucket/a");
  private static final RunInfo RUN = new RunInfo(1, "convert", SOURCE, SOURCE);

  private final RecordingListener listener = new RecordingListener();

  @Test
  void givenAGoodRunWhenCheckedThenItFollowsTheGrammar() {
    listener.runStarted(RUN);
    listener.stageStarted(RUN, Stage.RESOLVE);
    listener.message(RUN, Stage.RESOLVE, new Message(Level.WARNING, "look out"));
    listener.stageFinished(RUN, Stage.RESOLVE, 1);
    listener.stageStarted(RUN, Stage.FETCH);
    listener.progress(RUN, Stage.FETCH, new Progress("a", 1, 2, 0, 1));
    listener.stageFinished(RUN, Stage.FETCH, 1);
    listener.runSucceeded(RUN);

    listener.assertGrammar();
    assertThat(listener.events())
        .containsExactly(
            "runStarted convert",
            "stageStarted resolve",
            "message resolve WARNING look out",
            "stageFinished resolve",
            "stageStarted fetch",
            "progress fetch 1/2 bytes 0/1 files",
            "stageFinished fetch",
            "runSucceeded");
    assertThat(listener.messages(Level.WARNING)).containsExactly("look out");
    assertThat(listener.messages(Level.INFO)).isEmpty();
  }

  @Test
  void givenAFailedAndACancelledRunWhenCheckedThenTheyFollowTheGrammar() {
    failed(RUN);
    listener.runFailed(RUN, new IllegalStateException());
    RunInfo other = new RunInfo(2, "plan", SOURCE, SOURCE);
    listener.runStarted(other);
    listener.runCancelled(other, new ConversionCancelledException(Problem.of("plan")));

    listener.assertGrammar();
    assertThat(listener.eventsByRun())
        .isEqualTo(Map.of(
            1L,
            List.of(
                "runStarted convert",
                "stageStarted list",
                "stageFailed list IllegalStateException",
                "runFailed IllegalStateException"),
            2L,
            List.of("runStarted plan", "runCancelled")));
  }

  private void failed(RunInfo run) {
    listener.runStarted(run);
    listener.stageStarted(run, Stage.LIST);
    listener.stageFailed(run, Stage.LIST, new IllegalStateException());
  }

  @Test
  void givenNoRunWhenCheckedThenItIsAnError() {
    assertBroken("no run");
  }

  @Test
  void givenNoTerminalEventWhenCheckedThenTheGrammarIsBroken() {
    listener.runStarted(RUN);

    assertBroken("terminal");
  }

  @Test
  void givenTwoTerminalEventsWhenCheckedThenTheGrammarIsBroken() {
    listener.runStarted(RUN);
    listener.runSucceeded(RUN);
    listener.runSucceeded(RUN);

    assertBroken("follows the terminal event");
  }

  @Test
  void givenAnEventAfterTheTerminalOneWhenCheckedThenTheGrammarIsBroken() {
    listener.runStarted(RUN);
    listener.runSucceeded(RUN);
    listener.stageStarted(RUN, Stage.LIST);

    assertBroken("follows the terminal event");
  }

  @Test
  void givenNoBeginningWhenCheckedThenTheGrammarIsBroken() {
    listener.runSucceeded(RUN);

    assertBroken("does not begin");
  }

  @Test
  void givenAStageThatDoesNotEndWhenCheckedThenTheGrammarIsBroken() {
    listener.runStarted(RUN);
    listener.stageStarted(RUN, Stage.LIST);
    listener.runSucceeded(RUN);

    assertBroken("has not ended");
  }

  @Test
  void givenStagesInsideOfEachOtherWhenCheckedThenTheGrammarIsBroken() {
    listener.runStarted(RUN);
    listener.stageStarted(RUN, Stage.LIST);
    listener.stageStarted(RUN, Stage.DETECT);

    assertBroken("inside of the stage");
  }

  @Test
  void givenAStageTwiceOrInTheWrongOrderWhenCheckedThenTheGrammarIsBroken() {
    listener.runStarted(RUN);
    listener.stageStarted(RUN, Stage.DETECT);
    listener.stageFinished(RUN, Stage.DETECT, 1);
    listener.stageStarted(RUN, Stage.LIST);

    assertBroken("after the stage detect");
  }

  @Test
  void givenAStageAfterAFailedOneWhenCheckedThenTheGrammarIsBroken() {
    failed(RUN);
    listener.stageStarted(RUN, Stage.DETECT);

    assertBroken("follows a stage that has failed");
  }

  @Test
  void givenSuccessAfterAFailedStageWhenCheckedThenTheGrammarIsBroken() {
    failed(RUN);
    listener.runSucceeded(RUN);

    assertBroken("succeeds after");
  }

  @Test
  void givenAMessageOutsideOfItsStageWhenCheckedThenTheGrammarIsBroken() {
    listener.runStarted(RUN);
    listener.message(RUN, Stage.LIST, new Message(Level.INFO, "hello"));
    listener.runSucceeded(RUN);

    assertBroken("outside of its stage");
  }

  private void assertBroken(String how) {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(listener::assertGrammar)
        .withMessageContaining(how);
  }
}
