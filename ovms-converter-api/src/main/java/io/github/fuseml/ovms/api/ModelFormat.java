package io.github.fuseml.ovms.api;

import java.util.Objects;

/**
 * The format of a model. A value with an id and not an enum: an extension may add one.
 *
 * @param id the format's name in options, plans and results, for example {@code onnx}
 * @param title the format's name for people
 */
public record ModelFormat(String id, String title) {
  /** OpenVINO's intermediate representation: {@code .xml} and {@code .bin}. */
  public static final ModelFormat OPENVINO_IR = new ModelFormat("openvino", "OpenVINO IR");

  /** ONNX, with or without external data. */
  public static final ModelFormat ONNX = new ModelFormat("onnx", "ONNX");

  /** A directory with a {@code saved_model.pb}. */
  public static final ModelFormat TENSORFLOW_SAVED_MODEL =
      new ModelFormat("tensorflow.saved_model", "TensorFlow SavedModel");

  /** A TensorFlow {@code GraphDef} with constants in place of variables. */
  public static final ModelFormat TENSORFLOW_FROZEN_GRAPH =
      new ModelFormat("tensorflow.frozen_graph", "TensorFlow frozen graph");

  /** A TensorFlow Lite flat buffer. */
  public static final ModelFormat TENSORFLOW_LITE =
      new ModelFormat("tensorflow.lite", "TensorFlow Lite");

  /** Paddle's {@code .pdmodel} with {@code .pdiparams}. */
  public static final ModelFormat PADDLE = new ModelFormat("paddle", "PaddlePaddle");

  /** A Keras model in HDF5 ({@code .h5}): its configuration and its weights. */
  public static final ModelFormat KERAS_H5 = new ModelFormat("keras.h5", "Keras HDF5");

  /** A Keras model as the zip archive that Keras writes since 2.12 ({@code .keras}). */
  public static final ModelFormat KERAS_ARCHIVE = new ModelFormat("keras.v3", "Keras archive");

  /**
   * Refuses missing parts.
   *
   * @param id the format's name in options, plans and results, for example {@code onnx}
   * @param title the format's name for people
   */
  public ModelFormat {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(title, "title");
  }

  /** Formats are the same when their ids are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ModelFormat that && id.equals(that.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  /**
   * The format for people.
   *
   * @return the title
   */
  @Override
  public String toString() {
    return title;
  }
}
