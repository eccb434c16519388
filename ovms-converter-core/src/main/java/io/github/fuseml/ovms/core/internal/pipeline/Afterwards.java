package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConfigEntry;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.core.internal.publish.Housekeeping;
import io.github.fuseml.ovms.core.internal.publish.OvmsConfigFile;
import io.github.fuseml.ovms.core.internal.publish.SourceFiles;
import io.github.fuseml.ovms.core.internal.store.StoreRegistry;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreRole;
import java.util.List;
import java.util.Optional;

/** What is done when the version that was asked for is there: OVMS hears of it, old ones go. */
final class Afterwards {
  private final StoreRegistry stores;

  Afterwards(StoreRegistry stores) {
    this.stores = stores;
  }

  /** Finds out before anything is published what could not be done afterwards. */
  void check(ConversionPlan plan, RunContext context) throws InterruptedException {
    OvmsConfigEntry entry = plan.request().publishing().ovmsConfig().orElse(null);
    if (entry != null) {
      try (ArtifactStore store = open(entry)) {
        OvmsConfigFile file = new OvmsConfigFile(store, entry.location());
        file.requireUsable();
        if (entry.location().isLocal()) {
          PlanStage.requireWritable(entry.location().parent(), "change the OVMS configuration in");
        }
        file.policy(entry.name(), basePath(plan, entry));
        if (!file.isSafe()) {
          context.warn("the store of " + entry.location()
              + " cannot tell whether somebody else changes it at the same time:"
              + " one of two changes may be lost");
        }
        if (entry.basePath() == null && isWeb(plan.output())) {
          context.warn("OVMS reads from no web server: mount " + plan.output()
              + " where it runs, and say where (--ovms-base-path)");
        }
      }
    }
  }

  private static boolean isWeb(Location output) {
    return output.scheme().equals("http") || output.scheme().equals("https");
  }

  /** The versions that were removed. */
  List<Long> run(
      ConversionPlan plan,
      long version,
      SourceFiles sources,
      ArtifactStore output,
      RunContext context)
      throws InterruptedException {
    PublishOptions options = plan.request().publishing();
    Optional<Housekeeping.Policy> policy = Optional.empty();
    if (options.ovmsConfig().isPresent()) {
      OvmsConfigEntry entry = options.ovmsConfig().get();
      try (ArtifactStore store = open(entry)) {
        policy = Optional.of(configure(plan, entry, store, context));
      }
    }
    return options.keep().isPresent()
        ? removeOld(plan, version, sources, output, policy, context)
        : List.of();
  }

  private static Housekeeping.Policy configure(
      ConversionPlan plan, OvmsConfigEntry entry, ArtifactStore store, RunContext context)
      throws InterruptedException {
    OvmsConfigFile file = new OvmsConfigFile(store, entry.location());
    String path = basePath(plan, entry);
    boolean changed = file.put(entry.name(), path);
    context.info(
        (changed ? "told OVMS of '" : "OVMS knows '") + entry.name() + "' in " + entry.location());
    return file.policy(entry.name(), path);
  }

  private static String basePath(ConversionPlan plan, OvmsConfigEntry entry) {
    String given = entry.basePath();
    return given != null ? given : basePath(plan.output());
  }

  private static String basePath(Location output) {
    return output.isLocal()
        ? output.toPath().toAbsolutePath().normalize().toString()
        : output.toString();
  }

  /** The version is there: that an old one is still there, too, does not make it a failure. */
  private static List<Long> removeOld(
      ConversionPlan plan,
      long version,
      SourceFiles sources,
      ArtifactStore output,
      Optional<Housekeeping.Policy> policy,
      RunContext context) {
    try {
      int keep = plan.request().publishing().keep().orElseThrow();
      List<Long> removed =
          Housekeeping.remove(output, plan.output(), keep, version, policy, sources);
      if (!removed.isEmpty()) {
        context.info("removed the versions " + removed);
      }
      return removed;
    } catch (OvmsConverterException e) {
      context.warn("could not remove old versions: " + e.problem().summary());
      return List.of();
    }
  }

  private ArtifactStore open(OvmsConfigEntry entry) {
    return ResolveStage.openOutput(
        stores, stores.resolve(entry.location(), entry.settings(), StoreRole.OUTPUT));
  }
}
