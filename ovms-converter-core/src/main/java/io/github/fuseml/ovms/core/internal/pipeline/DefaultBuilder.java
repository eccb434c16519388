package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConversionListener;
import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.Extension;
import io.github.fuseml.ovms.api.OvmsConverter;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferSettings;
import io.github.fuseml.ovms.core.internal.detect.BuiltInDetectors;
import io.github.fuseml.ovms.core.internal.engine.ModelOptimizerProvider;
import io.github.fuseml.ovms.core.internal.engine.OpenVinoOptimizerProvider;
import io.github.fuseml.ovms.core.internal.store.FileStoreProvider;
import io.github.fuseml.ovms.core.internal.store.StoreRegistry;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.FormatDetector;
import io.github.fuseml.ovms.spi.OptimizerProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Collects the extensions of a converter. Found by {@link ServiceLoader}. */
public final class DefaultBuilder implements OvmsConverter.Builder {
  private final List<ArtifactStoreProvider> stores = new ArrayList<>();
  private final List<FormatDetector> detectors = new ArrayList<>();
  private final List<OptimizerProvider> optimizers = new ArrayList<>();
  private final List<ConversionListener> listeners = new ArrayList<>();
  private Path workDirectory = Path.of(System.getProperty("java.io.tmpdir"));
  private EngineSettings engine = EngineSettings.defaults();
  private TransferSettings transfer = TransferSettings.defaults();

  /** A builder with the built-in store, detectors and engine registered. */
  public DefaultBuilder() {
    stores.add(new FileStoreProvider());
    detectors.addAll(BuiltInDetectors.all());
    optimizers.add(new OpenVinoOptimizerProvider());
    optimizers.add(new ModelOptimizerProvider());
  }

  @Override
  public OvmsConverter.Builder register(Extension extension) {
    boolean known = false;
    if (extension instanceof ArtifactStoreProvider store) {
      known = stores.add(store);
    }
    if (extension instanceof FormatDetector detector) {
      known = detectors.add(detector);
    }
    if (extension instanceof OptimizerProvider optimizer) {
      known = optimizers.add(optimizer);
    }
    if (!known) {
      throw new BadRequestException(Problem.of("register the extension")
          .on(extension.getClass().getName())
          .found("it is no store provider, no format detector and no optimizer provider")
          .remedy("implement one of the interfaces of io.github.fuseml.ovms.spi"));
    }
    return this;
  }

  @Override
  public OvmsConverter.Builder discover(ClassLoader loader) {
    registerAll(ArtifactStoreProvider.class, loader);
    registerAll(FormatDetector.class, loader);
    registerAll(OptimizerProvider.class, loader);
    return this;
  }

  private <T extends Extension> void registerAll(Class<T> kind, ClassLoader loader) {
    try {
      for (T extension : ServiceLoader.load(kind, loader)) {
        register(extension);
      }
    } catch (ServiceConfigurationError e) {
      throw new BadRequestException(
          Problem.of("load an extension")
              .found(String.valueOf(e.getMessage()))
              .remedy("correct or remove the jar that names it in META-INF/services"),
          e);
    }
  }

  @Override
  public OvmsConverter.Builder listener(ConversionListener listener) {
    listeners.add(listener);
    return this;
  }

  @Override
  public OvmsConverter.Builder workDirectory(Path directory) {
    workDirectory = directory;
    return this;
  }

  @Override
  public OvmsConverter.Builder transfer(TransferSettings settings) {
    transfer = settings;
    return this;
  }

  @Override
  public OvmsConverter.Builder engine(EngineSettings settings) {
    engine = settings;
    return this;
  }

  @Override
  public OvmsConverter build() {
    requireUniqueIds("store", stores);
    requireUniqueIds("format detector", detectors);
    requireUniqueIds("optimizer", optimizers);
    return new DefaultOvmsConverter(
        new StoreRegistry(stores),
        List.copyOf(detectors),
        new Optimizers(optimizers, engine),
        List.copyOf(listeners),
        transfer,
        workDirectory.toAbsolutePath());
  }

  private static void requireUniqueIds(String kind, List<? extends Extension> extensions) {
    Map<String, Extension> byId = new LinkedHashMap<>();
    for (Extension extension : extensions) {
      Extension other = byId.putIfAbsent(extension.id(), extension);
      if (other != null) {
        throw new BadRequestException(Problem.of("register the " + kind)
            .on("'" + extension.id() + "'")
            .found("both %s and %s have this id"
                .formatted(other.getClass().getName(), extension.getClass().getName()))
            .remedy("keep one of them, registered once"));
      }
    }
  }
}
