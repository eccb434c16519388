"""Logs a model by MLflow's own client, as a registered one and as MLflow 2 did; prints what it is."""

import copy
import json
import sys
import tempfile

import mlflow
import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

name, columns = sys.argv[1], int(sys.argv[2])

# Weights of several MiB lie in a file of their own, as MLflow saves them; it changes the model for that.
weights = numpy.random.default_rng(1).normal(size=(4, columns)).astype(numpy.float32)
graph = helper.make_graph(
    [helper.make_node("MatMul", ["x", "w"], ["y"])],
    "linear",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 4])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", columns])],
    [numpy_helper.from_array(weights, "w")],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)

mlflow.set_experiment("linear models")
with mlflow.start_run() as run:
    logged = mlflow.onnx.log_model(copy.deepcopy(model), name="linear", registered_model_name=name)
    with tempfile.TemporaryDirectory() as directory:
        mlflow.onnx.save_model(model, directory + "/saved", save_as_external_data=False)
        mlflow.log_artifacts(directory + "/saved", "as before")

client = mlflow.MlflowClient()
client.set_registered_model_alias(name, "champion", 1)
mlflow.register_model(logged.model_uri, name)
client.delete_model_version(name, mlflow.register_model(logged.model_uri, name).version)
client.transition_model_version_stage(name, 1, "Staging")
print(json.dumps({"run": run.info.run_id, "model": logged.model_id, "artifacts": run.info.artifact_uri}))
