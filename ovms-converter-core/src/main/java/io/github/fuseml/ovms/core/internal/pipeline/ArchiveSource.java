package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.core.internal.archive.ArchiveKind;
import io.github.fuseml.ovms.core.internal.archive.Unpacker;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.core.internal.store.FileStoreProvider;
import io.github.fuseml.ovms.core.internal.transfer.TransferEngine;
import io.github.fuseml.ovms.core.internal.transfer.TransferMeter;
import io.github.fuseml.ovms.core.internal.tree.StoreModelTree;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model that comes as one archive. What is in it cannot be seen from afar, so that it is fetched and
 * unpacked already when it is listed.
 */
final class ArchiveSource {
  private final TransferEngine transfer;
  private final long limit;

  /** Unpacks at most so many bytes of each archive. */
  ArchiveSource(TransferEngine transfer, long limit) {
    this.transfer = transfer;
    this.limit = limit;
  }

  /** The tree of what is in an archive. */
  StoreModelTree open(ArchiveKind kind, Artifact archive, ArtifactStore store, RunContext context)
      throws InterruptedException {
    StoredArtifact stored = archive.stored(null);
    Path file = store.localPath(archive).orElse(null);
    if (file == null) {
      Path directory = context.workDirectory("archive");
      stored = transfer
          .download(
              store,
              archive.location(),
              List.of(archive),
              new TransferEngine.Target(context.workParent(), directory, false, true),
              new TransferMeter(archive.size(), 1, context::progress),
              context::info)
          .get(0);
      file = directory.resolve(archive.path());
    }
    Path unpacked = context.workDirectory("unpacked");
    context.info("unpacking " + archive.path());
    Unpacker.unpack(kind, file, archive.location(), unpacked, limit);
    ArtifactStore files = new FileStoreProvider().open(StoreSettings.none(), StoreRole.INPUT);
    Location root = Location.of(onlyDirectory(unpacked).orElse(unpacked));
    return StoreModelTree.ofArchive(files, root, kind.stem(archive.path()), stored);
  }

  /** The one directory that most archives put everything into. */
  private static Optional<Path> onlyDirectory(Path unpacked) {
    try (Stream<Path> children = Files.list(unpacked)) {
      List<Path> all = children.limit(2).toList();
      return all.size() == 1 && Files.isDirectory(all.get(0))
          ? Optional.of(all.get(0))
          : Optional.empty();
    } catch (IOException e) {
      throw IoErrors.translate(e, "list", unpacked);
    }
  }
}
