package io.github.fuseml.ovms.testkit;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.spi.Artifact;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Objects by their URL, as an object store has them: there are no directories, only keys. */
final class InMemoryObjects {
  private final TreeMap<String, StoredObject> objects = new TreeMap<>();
  private long generations;

  /** One version of an object; the content is never changed. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared with another one.
  record StoredObject(Location location, byte[] content, long generation) {
    Artifact artifact(String path) {
      return new Artifact(location, path, content.length, Long.toString(generation));
    }
  }

  synchronized StoredObject put(Location location, byte[] content) {
    StoredObject object = new StoredObject(location, content.clone(), ++generations);
    objects.put(location.value(), object);
    return object;
  }

  /** Null when there is one already. */
  synchronized @Nullable StoredObject putIfAbsent(Location location, byte[] content) {
    return objects.containsKey(location.value()) ? null : put(location, content);
  }

  /** Null when there is another one now, or none. */
  synchronized @Nullable StoredObject replace(
      Location location, byte[] content, @Nullable String revision) {
    StoredObject current = objects.get(location.value());
    return current != null && Long.toString(current.generation()).equals(revision)
        ? put(location, content)
        : null;
  }

  synchronized @Nullable StoredObject get(Location location) {
    return objects.get(location.value());
  }

  synchronized void remove(Location location) {
    objects.remove(location.value());
  }

  synchronized List<StoredObject> startingWith(String prefix) {
    return objects.tailMap(prefix).entrySet().stream()
        .takeWhile(entry -> entry.getKey().startsWith(prefix))
        .map(java.util.Map.Entry::getValue)
        .toList();
  }
}
