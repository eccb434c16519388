package io.github.fuseml.ovms.testkit;

import io.github.fuseml.ovms.api.ConversionListener.Level;
import io.github.fuseml.ovms.api.ConversionListener.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What a listener heard of one run. */
final class RunRecord {
  private final AtomicInteger inside = new AtomicInteger();
  private final List<RunEvent> events = new ArrayList<>();
  private final List<Message> messages = new ArrayList<>();
  private volatile boolean overlapping;

  void add(RunEvent event) {
    if (inside.incrementAndGet() > 1) {
      overlapping = true;
    }
    synchronized (this) {
      events.add(event);
    }
    inside.decrementAndGet();
  }

  synchronized void addMessage(Message message) {
    messages.add(message);
  }

  synchronized List<RunEvent> list() {
    return List.copyOf(events);
  }

  synchronized List<String> events() {
    return events.stream().map(RunEvent::toString).toList();
  }

  synchronized List<String> messages(Level level) {
    return messages.stream()
        .filter(message -> message.level() == level)
        .map(Message::text)
        .toList();
  }

  boolean isOverlapping() {
    return overlapping;
  }
}
