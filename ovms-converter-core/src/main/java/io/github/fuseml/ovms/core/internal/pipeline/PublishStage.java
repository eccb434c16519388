package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import io.github.fuseml.ovms.core.internal.pipeline.ResolveStage.Stores;
import io.github.fuseml.ovms.core.internal.publish.Leftovers;
import io.github.fuseml.ovms.core.internal.publish.ModelPublisher;
import io.github.fuseml.ovms.core.internal.publish.ModelPublisher.Contents;
import io.github.fuseml.ovms.core.internal.publish.ModelRepository;
import io.github.fuseml.ovms.core.internal.publish.Provenance;
import io.github.fuseml.ovms.core.internal.publish.Replacing;
import io.github.fuseml.ovms.core.internal.publish.StoredVersion;
import io.github.fuseml.ovms.core.internal.transfer.TransferEngine;
import io.github.fuseml.ovms.core.internal.transfer.TransferMeter;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Publication;
import io.github.fuseml.ovms.spi.ResolvedLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** Makes the verified files, and the record of where they come from, appear as a version. */
final class PublishStage {
  /** How many random characters tell replaced files from those before. */
  private static final int MARK = 8;

  private final TransferEngine transfer;

  PublishStage(TransferEngine transfer) {
    this.transfer = transfer;
  }

  /**
   * What is to be published.
   *
   * @param contents paths below the version's directory and their content
   * @param files the same with sizes and digests
   */
  record Result(Map<String, Path> contents, List<PublishedFile> files) {}

  /** The number of the version that was published. */
  long run(
      ConversionPlan plan,
      Result result,
      Function<Long, Provenance> record,
      Stores stores,
      RunContext context) {
    long version = publish(plan, result, record, stores.output(), context);
    Location location = plan.output().resolve(Long.toString(version));
    Publication publication = new Publication(plan.output(), version, location, result.files());
    tell(stores, publication, context);
    return version;
  }

  /** Lets whoever named the source know, if anybody did. */
  static void tell(Stores stores, Publication publication, RunContext context) {
    stores.from().resolved().ifPresent(source -> tell(source, publication, context));
  }

  /** What was published stays, whatever comes of it. */
  private static void tell(ResolvedLocation source, Publication publication, RunContext context) {
    try {
      source.published(publication).ifPresent(context::info);
    } catch (OvmsConverterException e) {
      context.warn("the model is published, but: " + e.getMessage());
    }
  }

  private long publish(
      ConversionPlan plan,
      Result result,
      Function<Long, Provenance> record,
      ArtifactStore output,
      RunContext context) {
    PublishOptions options = plan.request().publishing();
    removeLeftovers(plan, output, context);
    long bytes = result.files().stream().mapToLong(PublishedFile::size).sum();
    TransferMeter meter = new TransferMeter(bytes, result.files().size() + 1, context::progress);
    ModelPublisher publisher = new ModelPublisher(output, meter);
    Contents contents = new Recorded(
        result.contents(), record, context.workDirectory("record").resolve(Provenance.FILE));
    if (options.version().isEmpty()) {
      return publisher.publish(plan.output(), contents);
    }
    long version = options.version().getAsLong();
    if (options.replace()) {
      publisher.replace(plan.output(), version, contents, replacing(context));
    } else {
      publisher.publishAs(plan.output(), version, contents);
    }
    return version;
  }

  private Replacing replacing(RunContext context) {
    return new Replacing(
        context.workDirectory("kept"),
        (store, source, files, target) -> fetch(store, source, files, target, context),
        context::info,
        context::warn);
  }

  private void fetch(
      ArtifactStore store, Location source, List<Artifact> files, Path target, RunContext context) {
    long bytes = files.stream().mapToLong(Artifact::size).sum();
    context.info("brings a copy of the old version here, so that it can be put back");
    try {
      transfer.download(
          store,
          source,
          files,
          new TransferEngine.Target(context.workParent(), target, false, false),
          new TransferMeter(bytes, files.size(), progress -> {}),
          context::info);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransferException(
          Problem.of("read").on(source).found("the thread was interrupted").mayHelpToRetry(), e);
    }
  }

  /** The files of a version and its record, which tells its number. */
  record Recorded(Map<String, Path> files, Function<Long, Provenance> record, Path file)
      implements Contents {
    @Override
    public Map<String, Path> of(long version) {
      try {
        Files.write(file, record.apply(version).bytes());
      } catch (IOException e) {
        throw IoErrors.translate(e, "write", file);
      }
      Map<String, Path> all = new LinkedHashMap<>(files);
      all.put(Provenance.FILE, file);
      return all;
    }
  }

  /** What cannot be removed is no reason not to publish. */
  private static void removeLeftovers(
      ConversionPlan plan, ArtifactStore output, RunContext context) {
    try {
      int removed = Leftovers.remove(
          output,
          plan.output(),
          plan.request().publishing().leftoverAge(),
          () -> context.workDirectory("put-back"),
          // So it is at each run, and the run's own work is done: nothing to be warned of.
          () -> context.detail("uploads that killed publishers never completed are not looked for,"
              + " which takes the right to list and to abort them (s3:ListBucketMultipartUploads,"
              + " s3:AbortMultipartUpload); a lifecycle rule of the bucket removes them as well"));
      if (removed > 0) {
        context.info("removed " + removed + " leftovers of publishers that were killed");
      }
    } catch (OvmsConverterException e) {
      context.warn(
          "could not remove what killed publishers have left: " + e.problem().summary());
    }
  }

  /**
   * The same files under other names, where they replace files of the same names: a reader who has
   * listed the old ones must not find new ones in their places. OVMS goes by the suffix.
   */
  static Result renamed(ConversionPlan plan, Result result, ArtifactStore output) {
    PublishOptions options = plan.request().publishing();
    if (!options.replace()) {
      return result;
    }
    List<String> taken = new ModelRepository(output, plan.output())
            .version(options.version().orElseThrow())
            .map(StoredVersion::files)
            .orElse(List.of())
            .stream()
            .map(file -> file.path())
            .toList();
    String mark = "-" + UUID.randomUUID().toString().substring(0, MARK);
    Map<String, Path> contents = new LinkedHashMap<>();
    List<PublishedFile> files = new ArrayList<>();
    for (PublishedFile file : result.files()) {
      String path = file.path();
      int dot = path.lastIndexOf('.');
      boolean renamable = path.endsWith(".xml") || path.endsWith(".bin");
      boolean collides = taken.stream()
          .anyMatch(each -> each.startsWith(path.substring(0, Math.max(dot, 0)) + "."));
      String name =
          renamable && collides ? path.substring(0, dot) + mark + path.substring(dot) : path;
      contents.put(name, result.contents().get(path));
      files.add(new PublishedFile(name, file.size(), file.sha256()));
    }
    return new Result(contents, files);
  }
}
