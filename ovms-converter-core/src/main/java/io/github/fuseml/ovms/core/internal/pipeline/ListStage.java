package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.core.internal.archive.ArchiveKind;
import io.github.fuseml.ovms.core.internal.pipeline.ResolveStage.Stores;
import io.github.fuseml.ovms.core.internal.publish.EarlierOutput;
import io.github.fuseml.ovms.core.internal.store.Place;
import io.github.fuseml.ovms.core.internal.tree.StoreModelTree;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ResolvedLocation;
import java.util.List;
import java.util.Optional;

/** Lists the source. Nothing is read but names and sizes, unless it is an archive. */
final class ListStage {
  private final ArchiveSource archives;

  ListStage(ArchiveSource archives) {
    this.archives = archives;
  }

  StoreModelTree run(ConversionRequest request, Stores stores, RunContext context)
      throws InterruptedException {
    ArtifactStore store = stores.input();
    Location source = request.source();
    Optional<Artifact> file = store.find(source);
    if (file.isPresent()) {
      Optional<ArchiveKind> kind = ArchiveKind.of(file.get().path());
      if (kind.isPresent()) {
        return archives.open(kind.get(), file.get(), store, context);
      }
      return StoreModelTree.ofFile(store, file.get(), source.parent());
    }
    List<Artifact> all = store.list(source);
    if (all.isEmpty()) {
      throw nothingThere("find a model in", stores.from(), store.exists(source));
    }
    List<Artifact> own = request.artifact().isPresent()
        ? EarlierOutput.withoutOutput(all, source, request.output())
        : EarlierOutput.without(all, source, request.output());
    if (own.isEmpty()) {
      throw new NotFoundException(Problem.of("find a model in")
          .on(source)
          .found("it holds nothing but converted models in " + request.output())
          .remedy("give the location of the model that they were made from"));
    }
    return StoreModelTree.ofDirectory(store, source, request.sourceName(), own);
  }

  /** Everything at a location, for people to look at. */
  static List<StoredArtifact> listAll(Place place, ArtifactStore store) {
    Location location = place.location();
    Optional<Artifact> file = store.find(location);
    List<Artifact> found = file.isPresent() ? List.of(file.get()) : store.list(location);
    if (found.isEmpty() && !store.exists(location)) {
      throw nothingThere("list", place, false);
    }
    return found.stream().map(artifact -> artifact.stored(null)).toList();
  }

  /** Whoever knows the name may know what else is there. */
  static NotFoundException nothingThere(String tried, Place place, boolean exists) {
    return new NotFoundException(Problem.of(tried)
        .on(place.location())
        .found(exists ? "the directory is empty" : "no such file or directory")
        .remedy(place
            .resolved()
            .flatMap(ResolvedLocation::whereElse)
            .orElse(exists ? "give one that holds files" : "check the path")));
  }
}
