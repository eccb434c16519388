package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * A configuration of OVMS in a store. It is written as a whole, in place of the very version that was
 * read: when somebody else was faster, his is read and changed.
 */
public final class OvmsConfigFile {
  private static final int ATTEMPTS = 60;
  private static final int LARGEST = 16 << 20;
  private static final int LONGEST_PAUSE_MILLIS = 50;

  private final ArtifactStore store;
  private final Location location;

  /**
   * A configuration.
   *
   * @param store its store
   * @param location where it is, or will be
   */
  public OvmsConfigFile(ArtifactStore store, Location location) {
    this.store = store;
    this.location = location;
  }

  /** Whether writers cannot undo what another one wrote at the same time. */
  public boolean isSafe() {
    return store.capabilities().contains(StoreCapability.CONDITIONAL_REPLACE);
  }

  /**
   * Finds out whether a file is there or could be.
   *
   * @throws BadRequestException if a directory has that name
   * @throws io.github.fuseml.ovms.api.NotFoundException if there is no such bucket
   */
  public void requireUsable() {
    if (store.find(location).isPresent()) {
      return;
    }
    if (location.value().endsWith("/") || store.exists(location)) {
      throw new BadRequestException(Problem.of("use the OVMS configuration")
          .on(location)
          .found("it is a directory")
          .remedy("name a file (--ovms-config)"));
    }
    // A service without the bucket says of an object no more than that it is not there.
    var unused = store.exists(location.parent());
  }

  /**
   * The versions that OVMS serves of a model besides the newest one.
   *
   * @param name the model's name
   * @param basePath where OVMS finds its versions
   * @return the policy of its entry, and of all others with that path
   * @throws InterruptedException if the thread is interrupted
   */
  public Housekeeping.Policy policy(String name, String basePath) throws InterruptedException {
    return again(() -> {
      try {
        return parse(store.find(location).map(this::read).orElse(OvmsConfigText.EMPTY))
            .policy(name, basePath);
      } catch (IllegalArgumentException e) {
        throw unreadable(e);
      }
    });
  }

  /**
   * Adds the entry of a model, or sets its path.
   *
   * @param name the model's name
   * @param basePath where OVMS finds its versions
   * @return whether anything was changed
   * @throws BadRequestException if the file is no configuration
   * @throws ConflictException if others changed it again and again
   * @throws InterruptedException if the thread is interrupted
   */
  public boolean put(String name, String basePath) throws InterruptedException {
    return again(() -> tryToPut(name, basePath));
  }

  /** Others may write it at the same time, also while it is read. */
  private static <T> T again(Supplier<T> work) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return work.get();
      } catch (ConflictException | TransferException e) {
        if (attempt == ATTEMPTS || !e.isRetryable()) {
          throw e;
        }
        Thread.sleep(ThreadLocalRandom.current().nextInt(1, LONGEST_PAUSE_MILLIS));
      }
    }
  }

  private boolean tryToPut(String name, String basePath) {
    Optional<Artifact> current = store.find(location);
    String before = current.map(this::read).orElse("");
    String after;
    try {
      after = parse(before).with(name, basePath);
    } catch (IllegalArgumentException e) {
      throw unreadable(e);
    }
    if (after.equals(before)) {
      return false;
    }
    Content content = new TextContent(after);
    if (current.isEmpty()) {
      create(content);
    } else if (isSafe()) {
      store.replace(current.get(), content);
    } else {
      store.write(location, content, WriteMode.REPLACE);
    }
    return true;
  }

  private void create(Content content) {
    try {
      store.write(location, content, WriteMode.CREATE_ONLY);
    } catch (ConflictException e) {
      throw new ConflictException(e.problem().mayHelpToRetry(), e);
    }
  }

  private OvmsConfigText parse(String text) {
    try {
      return OvmsConfigText.parse(text);
    } catch (IllegalArgumentException e) {
      throw unreadable(e);
    }
  }

  private BadRequestException unreadable(IllegalArgumentException e) {
    return new BadRequestException(
        Problem.of("use the OVMS configuration")
            .on(location)
            .found(String.valueOf(e.getMessage()))
            .remedy("correct it, or name another file (--ovms-config)"),
        e);
  }

  private String read(Artifact file) {
    if (file.size() > LARGEST) {
      throw unreadable(new IllegalArgumentException("it is larger than any configuration"));
    }
    try (InputStream in = store.read(file, 0, -1)) {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(in.readAllBytes()))
          .toString();
    } catch (CharacterCodingException e) {
      throw unreadable(new IllegalArgumentException("it is not UTF-8", e));
    } catch (IOException e) {
      throw IoErrors.translate(e, "read", location);
    }
  }
}
