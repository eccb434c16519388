package io.github.fuseml.ovms.core.internal.publish;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.core.internal.transfer.TransferEngine;
import io.github.fuseml.ovms.core.internal.transfer.TransferMeter;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Small steps with the files of a version, of whose progress nobody needs to hear. */
final class StoredFiles {
  private StoredFiles() {}

  /** Brings a file, in the very version that was listed, to this machine. */
  static void fetch(ArtifactStore store, Artifact file, Path target) {
    try (InputStream in = store.read(file, 0, -1)) {
      Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw IoErrors.translate(e, "read", file.location());
    }
  }

  static Artifact upload(ArtifactStore store, Path file, Location target, WriteMode mode) {
    return TransferEngine.upload(store, file, target, mode, new TransferMeter(0, 0, at -> {}));
  }

  /** 0 for the record of provenance, 2 for a description, 1 for everything else. */
  static int rank(String path) {
    if (path.equals(Provenance.FILE)) {
      return 0;
    }
    return OvmsFiles.isDescription(path) ? 2 : 1;
  }

  static List<Artifact> ofRank(List<Artifact> files, int rank) {
    return files.stream().filter(file -> rank(file.path()) == rank).toList();
  }
}
