package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreRole;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Opens stores for tests, and reads from them. */
final class Stores {
  private Stores() {}

  static ArtifactStore input(String... namesAndValues) {
    return new HttpStoreProvider().open(settings(namesAndValues), StoreRole.INPUT);
  }

  static ArtifactStore output(String... namesAndValues) {
    return new HttpStoreProvider().open(settings(namesAndValues), StoreRole.OUTPUT);
  }

  static StoreSettings settings(String... namesAndValues) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return StoreSettings.of(values);
  }

  static Location at(URI url) {
    return Location.of(url.toString());
  }

  static byte[] read(ArtifactStore store, Artifact artifact, long offset, long length)
      throws IOException {
    try (InputStream in = store.read(artifact, offset, length)) {
      return in.readAllBytes();
    }
  }

  static byte[] readAll(ArtifactStore store, Location location) throws IOException {
    return read(store, store.find(location).orElseThrow(), 0, -1);
  }

  static byte[] random(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static Content content(byte[] bytes) {
    return counted(bytes, new AtomicLong());
  }

  /** A content that adds up what it hears of being sent. */
  static Content counted(byte[] bytes, AtomicLong sum) {
    return new Content() {
      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public InputStream open(long offset, long length) {
        return new ByteArrayInputStream(bytes, (int) offset, (int) length);
      }

      @Override
      public void sent(long count) {
        sum.addAndGet(count);
      }
    };
  }
}
