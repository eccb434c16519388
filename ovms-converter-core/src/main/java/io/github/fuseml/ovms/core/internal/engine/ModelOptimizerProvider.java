package io.github.fuseml.ovms.core.internal.engine;

import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.spi.Optimizer;
import io.github.fuseml.ovms.spi.OptimizerProvider;
import java.util.Set;

/** Opens the engine that runs the legacy Model Optimizer. */
public final class ModelOptimizerProvider implements OptimizerProvider {
  /** The optimizer's id. */
  public static final String ID = "model-optimizer";

  private static final Set<ModelFormat> FORMATS = Set.of(
      ModelFormat.ONNX,
      ModelFormat.TENSORFLOW_SAVED_MODEL,
      ModelFormat.TENSORFLOW_FROZEN_GRAPH,
      new ModelFormat("tensorflow.meta_graph", "TensorFlow MetaGraph"),
      ModelFormat.TENSORFLOW_LITE,
      ModelFormat.PADDLE);

  /** A provider without state. */
  public ModelOptimizerProvider() {}

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Set<ModelFormat> formats() {
    return FORMATS;
  }

  @Override
  public Optimizer open(EngineSettings settings) {
    return new ModelOptimizer(settings);
  }
}
