package io.github.fuseml.ovms.core.internal.diagnose;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.core.internal.io.DurableFiles;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the store itself lets one do at a location. */
final class StoreChecks {
  private static final String CREDENTIALS = "credentials are accepted";
  private static final String EXISTS = "the place exists";
  private static final String LIST = "it can be listed";
  private static final String READ = "files can be read";
  private static final String WRITE = "files can be written";

  private final Checks checks;
  private final ArtifactStore store;
  private final Location location;
  private final boolean write;

  StoreChecks(Checks checks, ArtifactStore store, Location location, boolean write) {
    this.checks = checks;
    this.store = store;
    this.location = location;
    this.write = write;
  }

  void skip(String why) {
    checks.skipped(why, CREDENTIALS, EXISTS, LIST, READ, WRITE);
  }

  void run() {
    boolean exists;
    try {
      exists = store.exists(location);
    } catch (NotFoundException e) {
      checks.passed(CREDENTIALS, "accepted, or not needed");
      checks.failed(EXISTS, e);
      checks.skipped("there is no such place", LIST, READ, WRITE);
      return;
    } catch (AccessDeniedException e) {
      denied(e);
      return;
    } catch (BadRequestException e) {
      checks.revise(Doctor.SETTINGS, e.problem().found(), e.problem().remedy());
      skip("a setting is wrong");
      return;
    } catch (OvmsConverterException e) {
      checks.skipped("the store did not answer as it should", CREDENTIALS);
      checks.failed(EXISTS, e);
      checks.skipped("the store did not answer as it should", LIST, READ, WRITE);
      return;
    }
    checks.passed(CREDENTIALS, "accepted, or not needed");
    checks.passed(EXISTS, exists ? "there is something" : "there is nothing at it yet");
    read(list());
    write();
  }

  private void denied(AccessDeniedException error) {
    switch (error.reason()) {
      case CREDENTIALS_MISSING, CREDENTIALS_REFUSED -> {
        checks.failed(CREDENTIALS, error);
        checks.skipped("the credentials are not accepted", EXISTS, LIST, READ, WRITE);
      }
      case CLOCK -> {
        checks.revise(
            NetworkChecks.CLOCK, error.problem().found(), error.problem().remedy());
        checks.skipped("the clock is wrong", CREDENTIALS, EXISTS, LIST, READ, WRITE);
      }
      case RIGHTS -> {
        checks.passed(CREDENTIALS, "they are known there");
        checks.skipped("without the right to list it cannot be seen", EXISTS);
        checks.failed(LIST, error);
        read(find());
        write();
      }
    }
  }

  /** The artifact to try to read: of those that are listed the smallest that is not empty. */
  private @Nullable Artifact list() {
    try {
      Optional<Artifact> file = store.find(location);
      List<Artifact> all = file.isPresent() ? List.of(file.get()) : store.list(location);
      checks.passed(
          LIST,
          "%d %s, %d bytes"
              .formatted(
                  all.size(),
                  all.size() == 1 ? "file" : "files",
                  all.stream().mapToLong(Artifact::size).sum()));
      return all.stream()
          .filter(artifact -> artifact.size() > 0)
          .min(Comparator.comparingLong(Artifact::size))
          .orElse(null);
    } catch (OvmsConverterException e) {
      checks.failed(LIST, e);
      return null;
    }
  }

  private @Nullable Artifact find() {
    try {
      return store.find(location).orElse(null);
    } catch (OvmsConverterException e) {
      return null; // The right to list decides in some stores whether one may look, too.
    }
  }

  private void read(@Nullable Artifact artifact) {
    if (artifact == null) {
      checks.skipped("there is no file to try it with", READ);
      return;
    }
    try (InputStream in = store.read(artifact, 0, 1)) {
      int first = in.read();
      checks.passed(
          READ, first < 0 ? "an empty file" : "the first byte of '" + artifact.path() + "'");
    } catch (IOException e) {
      checks.failed(READ, String.valueOf(e.getMessage()), "check the connection to the store");
    } catch (OvmsConverterException e) {
      checks.failed(READ, e);
    }
  }

  private void write() {
    if (!write) {
      checks.skipped("not asked for (--write)", WRITE);
      return;
    }
    try {
      Location probe = placeToWrite().resolve(DurableFiles.temporaryName());
      store.write(probe, new Probe(), WriteMode.CREATE_ONLY);
      remove(probe);
    } catch (OvmsConverterException e) {
      checks.failed(WRITE, e);
    }
  }

  private void remove(Location probe) {
    String why;
    try {
      store.delete(probe);
      if (store.find(probe).isEmpty()) {
        checks.passed(WRITE, "a small file was written and removed again");
        return;
      }
      why = "it is still there";
    } catch (OvmsConverterException e) {
      why = e.problem().found();
    }
    checks.warned(
        WRITE,
        "a small file was written and could not be removed again: " + why,
        "remove " + probe + "; without the right to delete, nothing that fails can be taken back,"
            + " and no old version removed");
  }

  /** On a disk a directory that is there already: one that the store makes would stay behind. */
  private Location placeToWrite() {
    Location place = store.find(location).isPresent() ? location.parent() : location;
    while (place.isLocal() && !store.exists(place) && !place.parent().equals(place)) {
      place = place.parent();
    }
    return place;
  }

  /** A few bytes to write. */
  private static final class Probe implements Content {
    private static final byte[] TEXT =
        "written to see whether it can be; it may be removed\n".getBytes(StandardCharsets.UTF_8);

    @Override
    public long size() {
      return TEXT.length;
    }

    @Override
    public InputStream open(long offset, long length) {
      return new ByteArrayInputStream(TEXT, (int) offset, (int) length);
    }
  }
}
