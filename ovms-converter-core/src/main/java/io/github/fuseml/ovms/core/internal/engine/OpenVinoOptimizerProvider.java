package io.github.fuseml.ovms.core.internal.engine;

import io.github.fuseml.ovms.api.EngineSettings;
import io.github.fuseml.ovms.api.ModelFormat;
import io.github.fuseml.ovms.spi.Optimizer;
import io.github.fuseml.ovms.spi.OptimizerProvider;
import java.util.Set;

/** Opens the engine that converts with OpenVINO itself. */
public final class OpenVinoOptimizerProvider implements OptimizerProvider {
  /** The optimizer's id. */
  public static final String ID = "openvino";

  private static final Set<ModelFormat> FORMATS = Set.of(
      ModelFormat.ONNX,
      ModelFormat.TENSORFLOW_SAVED_MODEL,
      ModelFormat.TENSORFLOW_FROZEN_GRAPH,
      new ModelFormat("tensorflow.meta_graph", "TensorFlow MetaGraph"),
      ModelFormat.TENSORFLOW_LITE,
      ModelFormat.PADDLE,
      ModelFormat.KERAS_H5,
      ModelFormat.KERAS_ARCHIVE,
      ModelFormat.OPENVINO_IR);

  /** A provider without state. */
  public OpenVinoOptimizerProvider() {}

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
    return new OpenVinoOptimizer(settings);
  }
}
