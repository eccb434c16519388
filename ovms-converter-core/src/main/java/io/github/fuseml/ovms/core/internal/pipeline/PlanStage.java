package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionPlan;
import io.github.fuseml.ovms.api.ConversionPlan.PlannedFile;
import io.github.fuseml.ovms.api.ConversionRequest;
import io.github.fuseml.ovms.api.DetectedModel;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OptimizationOptions;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.core.internal.publish.VersionNumbers;
import io.github.fuseml.ovms.core.internal.tree.StoreModelTree;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ModelTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Settles everything that a conversion will do, and refuses what could not be done. */
final class PlanStage {
  private static final int LONGEST_NAME = 128;

  private final Optimizers optimizers;

  PlanStage(Optimizers optimizers) {
    this.optimizers = optimizers;
  }

  ConversionPlan run(
      ConversionRequest request, StoreModelTree tree, DetectedModel model, ArtifactStore output) {
    String optimizer = optimizer(request, model);
    Collection<String> needed =
        isPackageCopy(request, model) ? below(model.scope(), tree) : model.files();
    OptimizationOptions options = SignatureShapes.apply(request.options(), model);
    OptionCheck.run(options, model, optimizer);
    return new ConversionPlan(
        request.withOptions(options),
        OptionCheck.withHints(options, model),
        needed.stream().map(path -> planned(tree, path, request)).toList(),
        tree.files().size(),
        tree.files().stream().mapToLong(Artifact::size).sum(),
        optimizer,
        request.modelName().orElseGet(() -> nameOf(model, tree)),
        request.output(),
        request.publishing().version().orElseGet(() -> next(request, tree, output)));
  }

  /** A file has no room for versions, and who may read it need not be allowed to list anything. */
  private static long next(ConversionRequest request, StoreModelTree tree, ArtifactStore output) {
    return tree.isOneFile() && request.output().equals(request.source())
        ? VersionNumbers.next(Set.of())
        : VersionNumbers.next(output.listDirectories(request.output()));
  }

  private String optimizer(ConversionRequest request, DetectedModel model) {
    ModelFormat wanted = request.outputFormat();
    if (DetectStage.isOfFormat(model, wanted.id())) {
      if (!request.options().equals(OptimizationOptions.defaults())) {
        throw new BadRequestException(Problem.of("apply " + request.options() + " to")
            .on(request.source())
            .found("it is " + model.format() + " already and is moved as it is")
            .remedy("leave these options out, or give the model that it was made from"));
      }
      return Optimizers.COPY;
    }
    if (!wanted.equals(ModelFormat.OPENVINO_IR)) {
      throw new BadRequestException(Problem.of("convert " + model.format() + " to")
          .on("'" + wanted.id() + "'")
          .found("models are converted to 'openvino', or moved in their own format")
          .remedy("choose 'openvino' or '" + model.format().id() + "' (--output-format)"));
    }
    return optimizers.idFor(model.format(), request.optimizer());
  }

  private static boolean isPackageCopy(ConversionRequest request, DetectedModel model) {
    return DetectStage.isOfFormat(model, request.outputFormat().id())
        && !model.format().equals(request.outputFormat());
  }

  private static List<String> below(String scope, ModelTree tree) {
    return tree.files().stream()
        .map(Artifact::path)
        .filter(path -> scope.isEmpty() || path.startsWith(scope + "/"))
        .toList();
  }

  private static PlannedFile planned(ModelTree tree, String path, ConversionRequest request) {
    Artifact file = tree.find(path)
        .orElseThrow(() -> new NotFoundException(Problem.of("find a file of the model in")
            .on(request.source())
            .found("'" + path + "' is not there")
            .remedy("bring the model together with all of its files")));
    return new PlannedFile(path, file.size());
  }

  /** Refuses an output that cannot be published to; who only looks at a model does not care. */
  static void requireDirectory(Location output, ArtifactStore store) {
    if (store.find(output).isPresent()) {
      throw new BadRequestException(Problem.of("publish to")
          .on(output)
          .found("it is a file, and versions need a directory")
          .remedy("give a directory (--output)"));
    }
    if (output.isLocal()) {
      requireWritable(output, "publish to");
    }
  }

  /** A directory that cannot be written is refused before the work is done, not after it. */
  static void requireWritable(Location output, String tried) {
    Path existing = output.toPath();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing != null && !Files.isDirectory(existing)) {
      throw new BadRequestException(Problem.of(tried)
          .on(output)
          .found(existing + " is no directory")
          .remedy("give a directory"));
    }
    if (existing != null && !Files.isWritable(existing)) {
      throw new io.github.fuseml.ovms.api.AccessDeniedException(Problem.of(tried)
          .on(output)
          .found("no permission to write in " + existing)
          .remedy("run as a user with the rights, or give another directory"));
    }
  }

  /** The model's own name, made a plain file name. */
  private static String nameOf(DetectedModel model, ModelTree tree) {
    String name = model.name().isEmpty() ? tree.name() : model.name();
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < name.length() && plain.length() < LONGEST_NAME; i++) {
      char c = name.charAt(i);
      boolean word = (c < 128 && Character.isLetterOrDigit(c)) || c == '_';
      boolean inner = (c == '.' || c == '-') && plain.length() > 0;
      if (word || inner) {
        plain.append(c);
      } else if (plain.length() > 0) {
        plain.append('_');
      }
    }
    return plain.length() == 0 ? "model" : plain.toString();
  }
}
