"""Trains and writes the example models, in the directory of this file.

    python3.11 -m venv examples-env
    examples-env/bin/pip install mlflow==3.17.2 onnx==1.23.2 onnxruntime==1.32.0 \\
        scikit-learn==1.9.1 tensorflow-cpu==2.21.0
    examples-env/bin/python make_examples.py

It prints each model's accuracy on the quarter of the data that it was not trained on.
"""

import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import mlflow
import numpy as np
import onnx
import onnxruntime
import tensorflow as tf
from mlflow.models import infer_signature
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits, load_iris
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

HERE = Path(__file__).resolve().parent


def split(data):
    return train_test_split(data.data.astype(np.float32), data.target, test_size=0.25,
                            random_state=7, stratify=data.target)


def report(name, probabilities, labels):
    accuracy = np.mean(np.argmax(probabilities, axis=1) == labels)
    print(f"{name}: {100 * accuracy:.1f}% of {len(labels)} unseen examples")


def train_mlp(data, hidden, input_name):
    """Trains an MLP with scikit-learn and returns it as ONNX, its inputs' scaling included."""
    features, unseen, labels, unseen_labels = split(data)
    mean, deviation = features.mean(axis=0), features.std(axis=0) + np.float32(1e-3)
    classifier = MLPClassifier([hidden], max_iter=3000, random_state=7)
    classifier.fit((features - mean) / deviation, labels)
    (w1, w2), (b1, b2) = classifier.coefs_, classifier.intercepts_
    constants = {"mean": mean, "deviation": deviation, "w1": w1, "b1": b1, "w2": w2, "b2": b2}
    graph = helper.make_graph(
        [helper.make_node("Sub", [input_name, "mean"], ["centred"]),
         helper.make_node("Div", ["centred", "deviation"], ["scaled"]),
         helper.make_node("Gemm", ["scaled", "w1", "b1"], ["hidden"]),
         helper.make_node("Relu", ["hidden"], ["active"]),
         helper.make_node("Gemm", ["active", "w2", "b2"], ["logits"]),
         helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1)],
        "mlp",
        [helper.make_tensor_value_info(input_name, TensorProto.FLOAT, ["batch", len(mean)])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", len(b2)])],
        [numpy_helper.from_array(value.astype(np.float32), name)
         for name, value in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model, unseen, unseen_labels


def run(model, feed):
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return session.run(None, feed)[0]


def iris():
    model, unseen, labels = train_mlp(load_iris(), 8, "features")
    onnx.save(model, HERE / "iris.onnx")
    report("iris.onnx", run(model, {"features": unseen}), labels)


def digits_mlflow():
    model, unseen, labels = train_mlp(load_digits(), 32, "pixels")
    feed = {"pixels": unseen[:2]}
    signature = infer_signature(feed, {"probabilities": run(model, feed)})
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as scratch:
        # By a relative path, so that the metadata names no directory of this machine.
        os.chdir(scratch)
        mlflow.onnx.save_model(model, "digits-mlflow", signature=signature, input_example=feed,
                               pip_requirements=[f"onnx=={onnx.__version__}"],
                               save_as_external_data=False)
        os.chdir(here)
        shutil.rmtree(HERE / "digits-mlflow", ignore_errors=True)
        shutil.copytree(Path(scratch) / "digits-mlflow", HERE / "digits-mlflow")
    report("digits-mlflow", run(model, {"pixels": unseen}), labels)


def digits_saved_model():
    keras.utils.set_random_seed(7)
    features, unseen, labels, unseen_labels = split(load_digits())
    features, unseen = features.reshape(-1, 8, 8, 1), unseen.reshape(-1, 8, 8, 1)
    net = keras.Sequential([
        keras.Input((8, 8, 1), name="image"),
        keras.layers.Rescaling(1 / 16),
        keras.layers.Conv2D(8, 3, padding="same", activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 3, padding="same", activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Flatten(),
        keras.layers.Dense(10, activation="softmax")])
    net.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy")
    net.fit(features, labels, batch_size=32, epochs=15, verbose=0)
    # An endpoint of our own, so that the output has a name; Keras alone calls it output_0.
    archive = keras.export.ExportArchive()
    archive.track(net)
    archive.add_endpoint(
        "serving_default", lambda image: {"probabilities": net(image, training=False)},
        [tf.TensorSpec((None, 8, 8, 1), tf.float32, "image")])
    path = HERE / "digits-savedmodel"
    shutil.rmtree(path, ignore_errors=True)
    archive.write_out(str(path), verbose=False)
    serve = tf.saved_model.load(str(path)).signatures["serving_default"]
    report("digits-savedmodel", serve(image=tf.constant(unseen))["probabilities"], unseen_labels)


if __name__ == "__main__":
    iris()
    digits_saved_model()
    digits_mlflow()
