package io.github.fuseml.ovms.core.internal.pipeline;

import com.google.gson.JsonObject;
import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionPlan.PlannedFile;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.StoredArtifact;
import io.github.fuseml.ovms.api.Verification;
import io.github.fuseml.ovms.core.internal.publish.Leftovers;
import io.github.fuseml.ovms.core.internal.publish.ModelRepository;
import io.github.fuseml.ovms.core.internal.publish.Provenance;
import io.github.fuseml.ovms.core.internal.publish.StoredVersion;
import io.github.fuseml.ovms.core.internal.tree.StoreModelTree;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Checksum;
import io.github.fuseml.ovms.spi.ChecksumAlgorithm;
import io.github.fuseml.ovms.spi.StoreCapability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was published last, and whether anything has changed since. Asked three times, each time with
 * more at hand: the listing alone, where revisions stand for contents; the plan and the digests of files
 * of this machine; the digests of what was fetched.
 */
final class History {
  private final @Nullable StoredVersion latest;
  private final @Nullable Provenance record;

  /** The files that the latest version was made from, by their paths. */
  private final Map<String, Provenance> recorded = new HashMap<>();

  private History(@Nullable StoredVersion latest, @Nullable Provenance record) {
    this.latest = latest;
    this.record = record;
    if (record != null) {
      for (JsonObject file : record.objects("source", "files")) {
        Provenance one = new Provenance(file);
        one.text("path").ifPresent(path -> recorded.put(path, one));
      }
    }
  }

  /** Nothing that counts was published. */
  static History none() {
    return new History(null, null);
  }

  /** Looks at the output, unless it does not matter what is there. */
  static History of(ConversionRequest request, ArtifactStore output) {
    boolean asked =
        request.publishing().force() || request.publishing().version().isPresent();
    Leftovers.putBack(output, request.output());
    StoredVersion latest = asked
        ? null
        : new ModelRepository(output, request.output()).latestComplete().orElse(null);
    Provenance record = latest == null ? null : latest.record();
    // A weaker verification than the one that is asked for is done again.
    boolean usable = record != null
        && record.number("schemaVersion").orElse(0) == Provenance.SCHEMA_VERSION
        && wasVerified(record, request.publishing());
    return usable ? new History(latest, record) : none();
  }

  private static boolean wasVerified(Provenance record, PublishOptions wanted) {
    String level = record.text("verification", "level").orElse("");
    for (Verification each : Verification.values()) {
      if (each.toString().equals(level)) {
        return each.compareTo(wanted.verification()) >= 0
            && (wanted.verification() != Verification.COMPARE
                || isWithin(record, wanted.tolerance()));
      }
    }
    return false;
  }

  /** A larger difference may have been allowed then than is now. */
  private static boolean isWithin(Provenance record, double tolerance) {
    return record
        .find("verification", "tolerance")
        .filter(value -> value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber())
        .filter(value -> value.getAsDouble() <= tolerance)
        .isPresent();
  }

  /** The latest version if the listing alone tells that nothing has changed since. */
  Optional<StoredVersion> unchanged(ConversionRequest request, StoreModelTree tree) {
    boolean told = isLikelyUnchanged(request)
        && record != null
        && tree.archive().isEmpty()
        && tree.store().capabilities().contains(StoreCapability.CONTENT_REVISION)
        && isSame(record.text("source", "location"), request.source().toString())
        && isSame(record.text("source", "listing", "sha256"), ConversionKey.ofListing(tree.files()))
        && !recorded.isEmpty()
        && recorded.keySet().stream().allMatch(path -> isListed(tree, path));
    return told ? Optional.ofNullable(latest) : Optional.empty();
  }

  /** Whether the same was asked for last time, so that it is better to wait with the engine. */
  boolean isLikelyUnchanged(ConversionRequest request) {
    return record != null
        && isSame(record.text("keys", "request"), ConversionKey.ofRequest(request));
  }

  private static boolean isSame(Optional<String> recorded, String now) {
    return recorded.filter(now::equals).isPresent();
  }

  /** What lies beside a single file is not in the listing. */
  private boolean isListed(StoreModelTree tree, String path) {
    return tree.find(path)
        .filter(file -> file.revision() != null && hasRevision(file))
        .isPresent();
  }

  private boolean hasRevision(Artifact file) {
    Provenance known = recorded.get(file.path());
    return known != null
        && known.number("size").orElse(-1) == file.size()
        && Objects.equals(known.text("revision").orElse(null), file.revision());
  }

  /** The latest version if the store's checksums, or the bytes on this machine, tell the same. */
  Optional<StoredVersion> unchanged(ConversionPlan plan, StoreModelTree tree, SourceDigests digests)
      throws InterruptedException {
    if (tree.archive().isPresent()) {
      return unchanged(plan, List.of(tree.archive().get()));
    }
    if (!mayBeUnchanged(plan)) {
      return Optional.empty();
    }
    boolean sameLocation = record != null
        && isSame(record.text("source", "location"), plan.request().source().toString());
    List<Artifact> local = new ArrayList<>();
    for (PlannedFile file : plan.files()) {
      Artifact artifact = tree.find(file.path()).orElse(null);
      if (artifact == null) {
        return Optional.empty();
      }
      if (tree.store().localPath(artifact).isPresent()) {
        local.add(artifact);
      } else if (!isSameThere(artifact, tree.store(), sameLocation)) {
        return Optional.empty();
      }
    }
    Map<String, Path> paths = new LinkedHashMap<>();
    local.forEach(
        file -> tree.store().localPath(file).ifPresent(path -> paths.put(file.path(), path)));
    for (PublishedFile file : digests.of(paths)) {
      if (!hasSha256(file.path(), file.sha256())) {
        return Optional.empty();
      }
    }
    return Optional.ofNullable(latest);
  }

  private boolean mayBeUnchanged(ConversionPlan plan) {
    return isOfPlan(plan)
        && recorded.size() == plan.files().size()
        && plan.files().stream().allMatch(file -> {
          Provenance known = recorded.get(file.path());
          return known != null && known.number("size").orElse(-1) == file.size();
        });
  }

  private boolean isOfPlan(ConversionPlan plan) {
    return record != null && isSame(record.text("keys", "plan"), ConversionKey.ofPlan(plan));
  }

  private boolean isSameThere(Artifact file, ArtifactStore store, boolean sameLocation) {
    boolean revisionTells = store.capabilities().contains(StoreCapability.CONTENT_REVISION);
    if (revisionTells && sameLocation && file.revision() != null && hasRevision(file)) {
      return true;
    }
    for (Checksum checksum : store.checksums(file)) {
      if (checksum.algorithm() == ChecksumAlgorithm.SHA256) {
        return hasSha256(file.path(), checksum.hex());
      }
    }
    return false;
  }

  private boolean hasSha256(String path, @Nullable String sha256) {
    Provenance known = recorded.get(path);
    return known != null && sha256 != null && isSame(known.text("sha256"), sha256);
  }

  /** The latest version if what was fetched has the bytes that it was made from. */
  Optional<StoredVersion> unchanged(ConversionPlan plan, List<StoredArtifact> fetched) {
    boolean same = isOfPlan(plan)
        && recorded.size() == fetched.size()
        && fetched.stream().allMatch(file -> hasSha256(file.path(), file.sha256()));
    return same ? Optional.ofNullable(latest) : Optional.empty();
  }
}
