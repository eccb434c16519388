"""Trains a classifier, logs and registers it, and writes what MLflow itself predicts with it."""

import sys

import mlflow
import numpy
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

features, species = load_iris(return_X_y=True)
features = features.astype(numpy.float32)
classifier = LogisticRegression(max_iter=500).fit(features, species)

graph = helper.make_graph(
    [
        helper.make_node("Gemm", ["features", "weights", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ],
    "iris",
    [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 4])],
    [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 3])],
    [
        numpy_helper.from_array(classifier.coef_.T.astype(numpy.float32), "weights"),
        numpy_helper.from_array(classifier.intercept_.astype(numpy.float32), "bias"),
    ],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)

mlflow.set_experiment("iris")
with mlflow.start_run():
    mlflow.onnx.log_model(
        model, name="classifier", registered_model_name="iris", input_example=features[:2]
    )
mlflow.MlflowClient().set_registered_model_alias("iris", "champion", 1)

predicted = mlflow.pyfunc.load_model("models:/iris@champion").predict(features)
numpy.savez(
    sys.argv[1],
    **{"iris/in:features": features, "iris/out:0:probabilities": predicted["probabilities"]},
)
