package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.spi.Optimizer;
import io.github.fuseml.ovms.spi.OptimizerProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The engines of a converter, each opened when it is first needed. Thread-safe. */
final class Optimizers implements AutoCloseable {
  /** Stands for no engine in a plan: the files are moved as they are. */
  static final String COPY = "copy";

  private final Map<String, OptimizerProvider> providers = new LinkedHashMap<>();
  private final Map<String, Optimizer> open = new LinkedHashMap<>();
  private final EngineSettings settings;
  private boolean closed;

  Optimizers(List<OptimizerProvider> providers, EngineSettings settings) {
    this.settings = settings;
    providers.forEach(provider -> this.providers.put(provider.id(), provider));
  }

  /** The engine that was asked for, or the first that takes the format. */
  String idFor(ModelFormat format, Optional<String> wanted) {
    if (wanted.isPresent()) {
      OptimizerProvider provider = providers.get(wanted.get());
      if (provider == null) {
        throw refused(wanted.get(), "it is not installed");
      }
      if (!provider.formats().contains(format)) {
        throw refused(wanted.get(), "it does not take " + format);
      }
      return provider.id();
    }
    return providers.values().stream()
        .filter(provider -> provider.formats().contains(format))
        .map(OptimizerProvider::id)
        .findFirst()
        .orElseThrow(() -> refused("for " + format, "none of those installed takes this format"));
  }

  private BadRequestException refused(String subject, String found) {
    return new BadRequestException(Problem.of("use the optimizer")
        .on("'" + subject + "'")
        .found(found)
        .remedy("choose one of " + providers.keySet() + " (--optimizer)"));
  }

  /** The first engine: the one that is started ahead, installed and asked for its version. */
  Optimizer standard() {
    return get(providers.keySet().iterator().next());
  }

  /** The engine that has an optional part of this name. */
  Optional<Optimizer> withExtra(String name) {
    return List.copyOf(providers.keySet()).stream()
        .map(this::get)
        .filter(optimizer -> optimizer.extras().contains(name))
        .findFirst();
  }

  synchronized Optimizer get(String id) {
    if (closed) {
      throw new IllegalStateException("the converter is closed");
    }
    Optimizer optimizer = open.get(id);
    if (optimizer == null) {
      OptimizerProvider provider = providers.get(id);
      if (provider == null) {
        throw refused(id, "it is not installed");
      }
      optimizer = provider.open(settings);
      open.put(id, optimizer);
    }
    return optimizer;
  }

  @Override
  public synchronized void close() {
    closed = true;
    open.values().forEach(Optimizer::close);
    open.clear();
  }
}
