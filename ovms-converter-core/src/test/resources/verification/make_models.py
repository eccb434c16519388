"""Makes the models beside this file: of ONNX with what it needs said nowhere, and SavedModels that do more than compute.

Run it twice, with ``onnx`` and with ``tensorflow`` as its argument, in an environment that has that package.
"""

import sys


def make_onnx():
    import numpy
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    def save(name, nodes, inputs, outputs, constants):
        graph = helper.make_graph(
            nodes, "net", [helper.make_tensor_value_info(*each) for each in inputs],
            [helper.make_tensor_value_info(*each) for each in outputs],
            [numpy_helper.from_array(value, key) for key, value in constants.items()])
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), name)

    real, whole = TensorProto.FLOAT, TensorProto.INT64
    save("one-row-table.onnx", [helper.make_node("Gather", ["w", "i"], ["y"])], [("i", whole, ["n"])],
         [("y", real, ["n", 4])], {"w": numpy.arange(4, dtype="float32").reshape(1, 4)})
    save("thirteen.onnx", [helper.make_node("MatMul", ["x", "w"], ["y"])], [("x", real, ["n", "k"])],
         [("y", real, ["n", 3])], {"w": numpy.ones((13, 3), "float32")})
    save("two-sizes.onnx",
         [helper.make_node("MatMul", ["x", "w"], ["a"]), helper.make_node("MatMul", ["z", "v"], ["b"]),
          helper.make_node("Add", ["a", "b"], ["y"])],
         [("x", real, ["n", "k"]), ("z", real, ["n", "l"])], [("y", real, ["n", 3])],
         {"w": numpy.ones((8, 3), "float32"), "v": numpy.ones((32, 3), "float32")})


def make_tensorflow():
    import tensorflow as tf

    class Resource(tf.saved_model.experimental.TrackableResource):
        def __init__(self):
            super().__init__(device="CPU")

        def _create_resource(self):
            return tf.raw_ops.MutableHashTableV2(key_dtype=tf.string, value_dtype=tf.string)

        def _initialize(self):
            tf.io.write_file("written-by-the-model", "it ran")

    class Linear(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable([[1.0, 2.0], [3.0, 4.0]])

        @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32, name="x")])
        def run(self, x):
            return {"y": tf.matmul(x, self.w)}

    class Python(Linear):
        @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32, name="x")])
        def other(self, x):
            return {"y": tf.numpy_function(lambda each: each, [x], tf.float32)}

    class Table(Linear):
        def __init__(self):
            super().__init__()
            self.names = tf.lookup.StaticHashTable(
                tf.lookup.KeyValueTensorInitializer(tf.constant([0, 1], tf.int64), tf.constant([2.0, 3.0])), 0.0)

        @tf.function(input_signature=[tf.TensorSpec([None], tf.int64, name="i")])
        def look_up(self, i):
            return {"y": self.names.lookup(i)}

    model = Linear()
    model.resource = Resource()
    tf.saved_model.save(model, "writes-a-file", signatures={"serving_default": model.run})
    model = Python()
    tf.saved_model.save(model, "calls-python", signatures={"serving_default": model.run, "other": model.other})
    model = Table()
    tf.saved_model.save(model, "has-a-table", signatures={"serving_default": model.run, "look_up": model.look_up})


{"onnx": make_onnx, "tensorflow": make_tensorflow}[sys.argv[1]]()
