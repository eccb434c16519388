package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.CopyRequest;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.core.internal.pipeline.ResolveStage.Stores;
import io.github.fuseml.ovms.core.internal.publish.EarlierOutput;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/**
 * What is to be copied, and where to.
 *
 * @param artifacts the files, by their paths below the source; one by its name
 * @param target the copy of the one file; the directory of the copies of several
 * @param single whether it is one file
 */
record CopySelection(List<Artifact> artifacts, Location target, boolean single) {
  /** Finds out what there is to copy. */
  static CopySelection of(CopyRequest request, Stores stores) {
    ArtifactStore input = stores.input();
    Optional<Artifact> file = input.find(request.source());
    if (file.isPresent()) {
      return new CopySelection(List.of(file.get()), targetOfFile(request), true);
    }
    requireOutside(request);
    List<Artifact> all = EarlierOutput.withoutClaims(input.list(request.source()));
    if (all.isEmpty()) {
      throw ListStage.nothingThere("copy", stores.from(), input.exists(request.source()));
    }
    return new CopySelection(all, request.target(), false);
  }

  private static Location targetOfFile(CopyRequest request) {
    Location target = request.target();
    boolean into =
        target.value().endsWith("/") || (target.isLocal() && Files.isDirectory(target.toPath()));
    return into ? target.resolve(request.source().name()) : target;
  }

  /** A directory in itself would grow with every copy. */
  private static void requireOutside(CopyRequest request) {
    boolean samePlace = request.inputSettings().equals(request.outputSettings());
    if (samePlace && request.source().relativize(request.target()) != null) {
      throw new BadRequestException(Problem.of("copy")
          .on(request.source())
          .found("the target " + request.target() + " lies in it")
          .remedy("give a target beside it"));
    }
  }

  Location targetOf(Artifact artifact) {
    return targetOf(artifact.path());
  }

  Location targetOf(String path) {
    return single ? target : target.resolve(path);
  }

  /** The directory that the copies are in or below. */
  Location directory() {
    return single ? target.parent() : target;
  }

  long bytes() {
    return artifacts.stream().mapToLong(Artifact::size).sum();
  }
}
