package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.PublishOptions;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.api.Verification;
import io.github.fuseml.ovms.core.internal.publish.SourceFiles;
import io.github.fuseml.ovms.core.internal.publish.VersionNumbers;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.StoreCapability;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Refuses a version that cannot be published before a byte is moved, and tells what is not promised. */
final class PublishCheck {
  /** The options that leave a model's inputs and outputs what they mean. */
  private static final Set<String> COMPARABLE = Set.of(
      "input_shape",
      "batch",
      "static_shape",
      "data_type",
      "graph_optimization",
      "weight_compression",
      "weights",
      "shapes");

  private PublishCheck() {}

  /** What the user should know. */
  static List<String> run(ConversionPlan plan, SourceFiles sources, ArtifactStore output) {
    List<String> warnings = new ArrayList<>();
    if (!output.capabilities().contains(StoreCapability.CREATE_ONLY)) {
      warnings.add(
          "the output's store cannot refuse to overwrite: two publishers at the same time may"
              + " mix their files in one version; run one at a time");
      requireListing(plan.output(), output);
    }
    PublishOptions options = plan.request().publishing();
    requireComparable(plan);
    if (options.version().isPresent()) {
      Set<String> directories = output.listDirectories(plan.output());
      requireFree(plan, options, directories);
      requireNoSource(plan, sources);
      boolean stepwise = !output.capabilities().contains(StoreCapability.ATOMIC_DIRECTORY);
      if (stepwise && directories.contains(Long.toString(plan.version()))) {
        warnings.add("this store replaces a version step by step: it is not served from its first"
            + " step to its last, and who is killed in between leaves a version that the next run"
            + " puts back or removes, once it is old enough (--leftover-age)");
      }
      long highest = VersionNumbers.highest(directories);
      if (highest > plan.version()) {
        warnings.add("OVMS serves the highest version, which is %d and not %d, unless the model's"
                .formatted(highest, plan.version())
            + " version policy says otherwise");
      }
    }
    return warnings;
  }

  /**
   * Such a store may take files and list none, and what was written there could be neither counted nor
   * checked. That shows at what is there already: of what is not, nothing can be listed anywhere.
   */
  private static void requireListing(Location output, ArtifactStore store) {
    Location place = output;
    while (!store.exists(place) && !place.parent().equals(place)) {
      place = place.parent();
    }
    try {
      store.listDirectories(place);
    } catch (NotFoundException e) {
      return; // Nothing is there at all.
    } catch (TransferException e) {
      throw new BadRequestException(
          Problem.of("publish to")
              .on(output)
              .found("versions cannot be counted there, for the directories of " + place
                  + " cannot be listed: " + e.problem().found())
              .remedy("let the server list them, or make " + output
                  + " first if that is listed; or choose a store that lists"),
          e);
    }
  }

  /** The source model does not know what the options build into the converted one. */
  private static void requireComparable(ConversionPlan plan) {
    if (plan.request().publishing().verification() != Verification.COMPARE) {
      return;
    }
    List<String> changing = plan.request().options().parameters().keySet().stream()
        .filter(name -> !COMPARABLE.contains(name))
        .toList();
    if (!changing.isEmpty() || plan.optimizer().equals(Optimizers.COPY)) {
      throw new BadRequestException(Problem.of("compare the converted model with its source")
          .found(
              changing.isEmpty()
                  ? "nothing is converted"
                  : "the options " + changing + " make it take or give something else")
          .remedy("verify by running the converted model alone (--verify infer)"));
    }
  }

  /** What is replaced is gone, and with it what the model is made from. */
  private static void requireNoSource(ConversionPlan plan, SourceFiles sources) {
    Location version = plan.output().resolve(Long.toString(plan.version()));
    if (sources.areIn(version)) {
      throw new BadRequestException(Problem.of("replace the version")
          .on(version)
          .found("the source lies in it and would be removed")
          .remedy("publish another version (--version), or in another directory (--output)"));
    }
  }

  private static void requireFree(
      ConversionPlan plan, PublishOptions options, Set<String> directories) {
    String own = Long.toString(plan.version());
    for (String name : directories) {
      boolean replaced = options.replace() && name.equals(own);
      if (VersionNumbers.parse(name) == plan.version() && !replaced) {
        throw new ConflictException(Problem.of("publish the version")
            .on(plan.output().resolve(own))
            .found(name.equals(own) ? "it is there already" : "OVMS takes '" + name + "' for it")
            .remedy(
                options.replace()
                    ? "remove that directory first"
                    : "leave the number out to publish the next one, or replace it (--replace)"));
      }
    }
  }
}
