package io.github.fuseml.ovms.core.internal.detect.unsupported;

import io.github.fuseml.ovms.core.internal.detect.files.MalformedException;
import java.util.List;

/** The table of what is recognised, the particular before the general. */
final class Signatures {
  private static final String HDF5 = "894844460d0a1a0a";
  private static final String GZIP = "1f8b08";
  private static final String NOT_READ = "OpenVINO does not read it";
  private static final String ONLY_PYTHON =
      "a pickle is a program that only its own Python can load";
  private static final String EXPORT_TORCH =
      "export the model: torch.onnx.export(model, inputs, \"model.onnx\")";

  /**
   * The usual exporters, skl2onnx and onnxmltools, are of no use here: they write operators of {@code
   * ai.onnx.ml}, of which OpenVINO reads next to none. Hummingbird makes plain tensor operators.
   */
  private static final String EXPORT_CLASSIC =
      "load it and export tensor operators: hummingbird.ml.convert(model, \"onnx\", X).save(\"out\")";

  static final List<Signature> ALL = List.of(
      new Signature(
          "a Git LFS pointer",
          "it stands for a file that was not fetched",
          "run git lfs pull where it comes from, then copy the file itself",
          sample -> sample.begins("version https://git-lfs.github.com/spec/")),

      // Keras; models are found by a detector of their own
      new Signature(
          "Keras weights without a model (HDF5)",
          "it holds numbers and no graph",
          "build the model in Python, load_weights, then model.export(\"dir\")",
          sample -> sample.beginsHex(HDF5)
              && (sample.name().endsWith(".weights.h5")
                  || (sample.holdsWithin("layer_names") && !sample.holdsWithin("model_config")))),
      new Signature(
          "an HDF5 file",
          "it is a container for data of any kind",
          "export a model from the program that wrote it, for instance to ONNX",
          sample -> sample.beginsHex(HDF5) && !sample.holdsWithin("model_config")),

      // PyTorch
      new Signature(
          "a TorchScript archive",
          "OpenVINO reads it only in a Python that has torch, which runs code",
          "load it with torch.jit.load and " + EXPORT_TORCH,
          sample -> sample.archives(name -> name.endsWith("/constants.pkl"))
              && sample.archives(name -> name.contains("/code/"))),
      new Signature(
          "a PyTorch exported program (.pt2)",
          "OpenVINO reads it only in a Python that has torch, which runs code",
          "load it with torch.export.load and convert it: torch.onnx.export(program, dynamo=True)",
          sample -> sample.archives(name -> name.endsWith("serialized_exported_program.json"))
              || (sample.archives(name -> name.endsWith("archive_format"))
                  && sample.archives(name -> name.contains("models/")))),
      new Signature(
          "a TorchServe archive (.mar)",
          "it is a package around a PyTorch model",
          "unpack it and " + EXPORT_TORCH,
          sample -> sample.archives("MAR-INF/MANIFEST.json"::equals)),
      new Signature(
          "a PyTorch pickle (torch.save)",
          ONLY_PYTHON,
          "load it where its classes are and " + EXPORT_TORCH,
          sample ->
              sample.archives(name -> name.endsWith("/data.pkl")) || Pickles.isLegacyTorch(sample)),
      new Signature(
          "safetensors weights",
          "it holds numbers and no graph",
          "export the model with its code: optimum-cli export onnx --model DIR OUT",
          Signatures::isSafetensors),
      new Signature(
          "a GGUF model",
          "it is made for llama.cpp, and its tensors are no graph",
          "take the model that it was made from: optimum-cli export openvino --model ID OUT",
          sample -> sample.begins("GGUF")),

      // Classical machine learning
      new Signature(
          "a skops archive of scikit-learn",
          NOT_READ,
          EXPORT_CLASSIC,
          sample -> sample.archives("schema.json"::equals)),
      new Signature("an XGBoost model", NOT_READ, EXPORT_CLASSIC, Signatures::isXgboost),
      new Signature(
          "a LightGBM model",
          NOT_READ,
          EXPORT_CLASSIC,
          sample -> sample.begins("tree\n") && sample.holds("num_class=")),
      new Signature(
          "a CatBoost model",
          NOT_READ,
          "save it with format=\"onnx\", then hummingbird.ml.convert(onnx_model, \"onnx\", X).save(\"out\")",
          sample -> sample.begins("CBM1")),
      new Signature(
          "a pickled scikit-learn model",
          ONLY_PYTHON,
          EXPORT_CLASSIC,
          sample -> Pickles.isPickleOf(sample, "sklearn")),
      new Signature(
          "a pickled XGBoost model",
          ONLY_PYTHON,
          EXPORT_CLASSIC,
          sample -> Pickles.isPickleOf(sample, "xgboost")),
      new Signature(
          "a pickled LightGBM model",
          ONLY_PYTHON,
          EXPORT_CLASSIC,
          sample -> Pickles.isPickleOf(sample, "lightgbm")),
      new Signature(
          "a pickled PyTorch model",
          ONLY_PYTHON,
          EXPORT_TORCH,
          sample -> Pickles.isPickleOf(sample, "torch")),
      new Signature(
          "a Python pickle",
          ONLY_PYTHON,
          "load it where its classes are and export the model in it to ONNX",
          Pickles::isPickle),
      new Signature(
          "a compressed pickle (joblib)", ONLY_PYTHON, EXPORT_CLASSIC, Pickles::isCompressed),
      new Signature(
          "a PMML model",
          NOT_READ,
          "export the model that it was made from: hummingbird.ml.convert(model, \"onnx\", X)",
          sample -> sample.holds("<PMML")),

      // Older deep learning
      new Signature(
          "a TensorFlow checkpoint without its graph",
          "it holds the variables' values and no MetaGraph (.meta)",
          "build the model in Python, restore it and save it with tf.saved_model.save",
          Signatures::isLoneCheckpoint),
      new Signature(
          "a TensorFlow.js model",
          NOT_READ,
          "take the model that it was made from, or"
              + " tensorflowjs_converter --input_format=tfjs_layers_model --output_format=keras",
          sample -> sample.begins("{") && sample.holds("\"modelTopology\"")),
      new Signature(
          "a Caffe model",
          "OpenVINO 2024 and later do not read Caffe",
          "convert it to ONNX, or to IR with ovc's predecessor: openvino-dev 2023.3, mo",
          sample -> sample.named("caffemodel")),
      new Signature(
          "an MXNet model",
          "OpenVINO 2024 and later do not read MXNet",
          "export it with mx.onnx.export_model(symbol, params, shapes, types, \"model.onnx\")",
          sample -> sample.begins("{")
              && sample.holds("\"nodes\"")
              && sample.holds("\"null\"")
              && sample.name().endsWith("-symbol.json")),

      // Containers
      new Signature(
          "a NumPy archive (.npz)",
          "it holds numbers and no graph",
          "export the model that they belong to, for instance to ONNX",
          sample -> sample.archives(name -> name.endsWith(".npy"))),
      new Signature(
          "a zip archive",
          "archives are not unpacked",
          "unpack it and give the model's file or directory",
          sample -> sample.archives(name -> true) && !isKeras(sample)),
      new Signature(
          "a damaged zip archive",
          "it is cut off: the directory at its end is missing",
          "fetch it again",
          sample -> sample.beginsHex("504b0304") && isDamaged(sample)),
      new Signature(
          "a tar archive",
          "archives are not unpacked",
          "unpack it and give the model's file or directory",
          sample -> sample.text().startsWith("ustar", 257)
              || (sample.beginsHex(GZIP)
                  && (sample.name().endsWith(".tgz") || sample.name().endsWith(".tar.gz")))),
      new Signature(
          "a gzip file",
          "compressed files are not unpacked",
          "unpack it with gunzip and give the model's file",
          sample -> sample.beginsHex(GZIP)));

  private Signatures() {}

  /** A length, then that many bytes of JSON, which begins with a brace and a name. */
  private static boolean isSafetensors(Sample sample) {
    long length = sample.firstLong();
    return length >= 2
        && length <= sample.size() - 8
        && (sample.text().startsWith("{\"", 8)
            || (sample.at(8) == '{' && sample.named("safetensors")));
  }

  private static boolean isXgboost(Sample sample) {
    boolean json = sample.begins("{\"learner\":")
        || (sample.begins("{") && sample.holds("\"gradient_booster\""));
    boolean universalBinaryJson = sample.begins("{L") && sample.holds("learner");
    return json || universalBinaryJson || sample.begins("binf");
  }

  /** The index of a checkpoint is a table whose first key is empty. */
  private static boolean isLoneCheckpoint(Sample sample) {
    return sample.named("index")
        && sample.at(0) == 0
        && sample.at(1) == 0
        && sample.at(3) == 8
        && !sample.hasSibling(".meta")
        && !sample.isInSavedModel();
  }

  /** An archive that the detector for Keras has found or refused. */
  private static boolean isKeras(Sample sample) throws MalformedException {
    return sample.archives("metadata.json"::equals) && sample.archives("config.json"::equals);
  }

  private static boolean isDamaged(Sample sample) {
    try {
      return !sample.archives(name -> true);
    } catch (MalformedException e) {
      return true;
    }
  }
}
