package io.github.fuseml.ovms.testkit;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.testkit.StoreOperation.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** What was done with a provider's stores, and what a test wants to happen on the way. */
final class OperationScript {
  private final List<StoreOperation> log = new ArrayList<>();
  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
  private final Map<Position, Consumer<StoreOperation>> before = new HashMap<>();
  private final Map<Position, Consumer<StoreOperation>> after = new HashMap<>();
  private final Map<Integer, Long> cuts = new HashMap<>();
  private final Map<Location, Long> bytesRead = new HashMap<>();

  /** The number of an operation among those of its kind, from 1. */
  private record Position(Kind kind, int number) {}

  synchronized void before(Kind kind, int nth, Consumer<StoreOperation> action) {
    before.put(fromNow(kind, nth), action);
  }

  synchronized void after(Kind kind, int nth, Consumer<StoreOperation> action) {
    after.put(fromNow(kind, nth), action);
  }

  synchronized void cutRead(int nth, long bytes) {
    cuts.put(fromNow(Kind.READ, nth).number(), bytes);
  }

  private Position fromNow(Kind kind, int nth) {
    if (nth < 1) {
      throw new IllegalArgumentException("operations are counted from 1: " + nth);
    }
    return new Position(kind, counts.getOrDefault(kind, 0) + nth);
  }

  /** Notes an operation and does what is wanted before it; answers its number. */
  int begin(StoreOperation operation) {
    int number;
    Consumer<StoreOperation> action;
    synchronized (this) {
      log.add(operation);
      number = counts.merge(operation.kind(), 1, Integer::sum);
      action = before.remove(new Position(operation.kind(), number));
    }
    // Outside the lock: the action may block, or use the store.
    if (action != null) {
      action.accept(operation);
    }
    return number;
  }

  void end(StoreOperation operation, int number) {
    Consumer<StoreOperation> action;
    synchronized (this) {
      action = after.remove(new Position(operation.kind(), number));
    }
    if (action != null) {
      action.accept(operation);
    }
  }

  synchronized void clearFaults() {
    before.clear();
    after.clear();
    cuts.clear();
  }

  synchronized OptionalLong cutOf(int read) {
    Long bytes = cuts.remove(read);
    return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  synchronized void countBytes(Location location, long count) {
    bytesRead.merge(location, count, Long::sum);
  }

  synchronized long bytesRead(Location location) {
    return bytesRead.getOrDefault(location, 0L);
  }

  synchronized List<StoreOperation> log() {
    return List.copyOf(log);
  }

  synchronized void clearLog() {
    log.clear();
    bytesRead.clear();
  }
}
