package io.github.fuseml.ovms.testkit;

import io.github.fuseml.ovms.api.Stage;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The grammar of a run's events, as the Javadoc of {@code ConversionListener} has it. */
final class EventGrammar {
  private static final Set<String> TERMINAL = Set.of("runSucceeded", "runFailed", "runCancelled");

  private final List<RunEvent> events;
  private @Nullable Stage current;
  private @Nullable Stage last;
  private boolean failed;

  private EventGrammar(List<RunEvent> events) {
    this.events = events;
  }

  static void check(RunRecord run) {
    EventGrammar grammar = new EventGrammar(run.list());
    if (run.isOverlapping()) {
      throw grammar.broken("two events came at the same time");
    }
    grammar.check();
  }

  private void check() {
    if (!events.get(0).name().equals("runStarted")) {
      throw broken("it does not begin with runStarted");
    }
    for (int i = 1; i < events.size(); i++) {
      RunEvent event = events.get(i);
      if (TERMINAL.contains(event.name())) {
        checkEnd(event, i);
      } else {
        checkInside(event);
      }
    }
    if (!TERMINAL.contains(events.get(events.size() - 1).name())) {
      throw broken("it does not end with a terminal event");
    }
  }

  private void checkEnd(RunEvent event, int index) {
    if (index != events.size() - 1) {
      throw broken("something follows the terminal event " + event);
    }
    if (current != null) {
      throw broken("the stage " + current + " has not ended");
    }
    if (failed && event.name().equals("runSucceeded")) {
      throw broken("it succeeds after a stage has failed");
    }
  }

  private void checkInside(RunEvent event) {
    switch (event.name()) {
      case "stageStarted" -> start(event);
      case "progress", "message" -> requireCurrent(event);
      case "stageFinished" -> {
        requireCurrent(event);
        current = null;
      }
      case "stageFailed" -> {
        requireCurrent(event);
        current = null;
        failed = true;
      }
      default -> throw broken("a second " + event);
    }
  }

  private void start(RunEvent event) {
    Stage stage = event.stage();
    if (stage == null || current != null) {
      throw broken(event + " comes inside of the stage " + current);
    }
    if (failed) {
      throw broken(event + " follows a stage that has failed");
    }
    if (last != null && stage.compareTo(last) <= 0) {
      throw broken(event + " comes after the stage " + last);
    }
    current = stage;
    last = stage;
  }

  private void requireCurrent(RunEvent event) {
    if (current == null || event.stage() != current) {
      throw broken(event + " comes outside of its stage");
    }
  }

  private AssertionError broken(String how) {
    StringBuilder text = new StringBuilder("the events of a run break the grammar: ").append(how);
    events.forEach(event -> text.append("\n  ").append(event));
    return new AssertionError(text.toString());
  }
}
