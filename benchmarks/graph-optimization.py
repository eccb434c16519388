"""The measuring part of graph-optimization.sh, which sees to it that everything is installed."""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

STEADY = 30
WAYS = ("runtime", "offline")


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    return parser.parse_args()


class Graph:
    """An ONNX model that is put together node by node, with random weights."""

    def __init__(self, seed=1):
        import numpy
        import onnx

        self.numpy, self.onnx = numpy, onnx
        self.random = numpy.random.default_rng(seed)
        self.nodes, self.weights = [], []

    def weight(self, *shape, scale=0.05, kind="float32", value=None):
        array = self.random.standard_normal(shape) * scale if value is None else self.numpy.array(value)
        name = "w%d" % len(self.weights)
        self.weights.append(self.onnx.numpy_helper.from_array(array.astype(kind), name))
        return name

    def add(self, kind, *inputs, outputs=1, **attributes):
        names = ["t%d_%d" % (len(self.nodes), each) for each in range(outputs)]
        self.nodes.append(self.onnx.helper.make_node(kind, list(inputs), names, **attributes))
        return names[0]

    def save(self, path, shape, output):
        helper, floats = self.onnx.helper, self.onnx.TensorProto.FLOAT
        graph = helper.make_graph(
            self.nodes, "graph", [helper.make_tensor_value_info("x", floats, shape)],
            [helper.make_tensor_value_info(output, floats, None)], self.weights)
        self.onnx.save(helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(path))
        return path


def conv(path, root):
    """Sixteen convolutions with batch normalisation and residuals, as exported in training mode's form."""
    graph = Graph()
    x = graph.add("Conv", "x", graph.weight(64, 3, 7, 7), strides=[2, 2], pads=[3, 3, 3, 3])
    for block in range(8):
        before = x
        for _ in range(2):
            x = graph.add("Conv", x, graph.weight(64, 64, 3, 3), pads=[1, 1, 1, 1])
            ones = graph.weight(64, value=[1.0] * 64)
            x = graph.add("BatchNormalization", x, ones, graph.weight(64), graph.weight(64), ones)
            x = graph.add("Relu", x)
        x = graph.add("Add", x, before)
    x = graph.add("Flatten", graph.add("GlobalAveragePool", x))
    x = graph.add("Gemm", x, graph.weight(1000, 64), graph.weight(1000), transB=1)
    return graph.save(path / "conv.onnx", ["n", 3, 224, 224], x)


def mlp(path, root):
    """Six fully connected layers of 4096: 400 MB of weights."""
    graph, x = Graph(), "x"
    for _ in range(6):
        x = graph.add("Relu", graph.add("Gemm", x, graph.weight(4096, 4096, scale=0.01), graph.weight(4096)))
    return graph.save(path / "mlp.onnx", ["n", 4096], x)


def lstm(path, root):
    """Two layers of 512 over 64 steps."""
    graph = Graph()
    x = graph.add("Transpose", "x", perm=[1, 0, 2])
    for width in (128, 512):
        x = graph.add("LSTM", x, graph.weight(1, 2048, width), graph.weight(1, 2048, 512), graph.weight(1, 4096),
                      hidden_size=512)
        x = graph.add("Squeeze", x, graph.weight(value=[1], kind="int64"))
    return graph.save(path / "lstm.onnx", ["n", 64, 128], x)


def normalized(graph, x):
    """A layer normalisation in the operations that exporters write."""
    x = graph.add("Sub", x, graph.add("ReduceMean", x, axes=[-1]))
    squares = graph.add("Pow", x, graph.weight(value=2.0))
    variance = graph.add("Add", graph.add("ReduceMean", squares, axes=[-1]), graph.weight(value=1e-5))
    x = graph.add("Div", x, graph.add("Sqrt", variance))
    return graph.add("Add", graph.add("Mul", x, graph.weight(512)), graph.weight(512))


def heads(graph, x, shape, order):
    x = graph.add("Add", graph.add("MatMul", x, graph.weight(512, 512)), graph.weight(512))
    return graph.add("Transpose", graph.add("Reshape", x, shape), perm=order)


def transformer(path, root):
    """Six encoder blocks of 512 with 8 heads, whose shapes are computed as exporters do."""
    graph, x = Graph(), "x"
    for _ in range(6):
        size = graph.add("Shape", x)
        batch = graph.add("Gather", size, graph.weight(value=[0], kind="int64"))
        steps = graph.add("Gather", size, graph.weight(value=[1], kind="int64"))
        split = graph.add("Concat", batch, steps, graph.weight(value=[8, 64], kind="int64"), axis=0)
        query, key, value = (heads(graph, x, split, order) for order in ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]))
        scores = graph.add("Div", graph.add("MatMul", query, key), graph.weight(value=8.0))
        mixed = graph.add("MatMul", graph.add("Softmax", scores, axis=-1), value)
        joined = graph.add("Concat", batch, steps, graph.weight(value=[512], kind="int64"), axis=0)
        mixed = graph.add("Reshape", graph.add("Transpose", mixed, perm=[0, 2, 1, 3]), joined)
        x = normalized(graph, graph.add("Add", x, graph.add("MatMul", mixed, graph.weight(512, 512))))
        inner = graph.add("Add", graph.add("MatMul", x, graph.weight(512, 2048)), graph.weight(2048))
        erf = graph.add("Erf", graph.add("Div", inner, graph.weight(value=1.41421356)))
        inner = graph.add("Mul", graph.add("Mul", inner, graph.add("Add", erf, graph.weight(value=1.0))),
                          graph.weight(value=0.5))
        x = normalized(graph, graph.add("Add", x, graph.add("MatMul", inner, graph.weight(2048, 512))))
    return graph.save(path / "transformer.onnx", ["n", "steps", 512], x)


def quantized(path, root):
    """Eight convolutions in 8 bits, between QuantizeLinear and DequantizeLinear."""
    graph = Graph()
    zero, scale = graph.weight(value=0, kind="int8"), graph.weight(value=0.02)

    def narrow(x):
        return graph.add("DequantizeLinear", graph.add("QuantizeLinear", x, scale, zero), scale, zero)

    x = graph.add("Conv", "x", graph.weight(64, 3, 7, 7), strides=[2, 2], pads=[3, 3, 3, 3])
    for _ in range(8):
        numbers = graph.random.integers(-127, 127, (64, 64, 3, 3))
        weight = graph.add("DequantizeLinear", graph.weight(value=numbers, kind="int8"), scale, zero)
        x = graph.add("Relu", graph.add("Conv", narrow(x), weight, pads=[1, 1, 1, 1]))
    x = graph.add("Flatten", graph.add("GlobalAveragePool", x))
    return graph.save(path / "quantized.onnx", ["n", 3, 224, 224], x)


def saved_model(path, root):
    """The convolutional SavedModel of the examples, written by TensorFlow."""
    return pathlib.Path(root, "examples", "models", "digits-savedmodel")


MODELS = {"conv": conv, "mlp": mlp, "lstm": lstm, "transformer": transformer, "quantized": quantized,
          "saved_model": saved_model}
SIZES = {"transformer": (1, 128, 512)}


def memory(name):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name)) / 1024


def without_telemetry():
    for module in ("openvino_telemetry", "torch"):
        sys.modules[module] = None
    import openvino

    return openvino


def convert(model, way, xml):
    """What the engine does: reads, simplifies if asked to, writes."""
    openvino = without_telemetry()
    core = openvino.Core()
    before = memory("RssAnon")
    start = time.perf_counter()
    read = core.read_model(model)
    if way == "offline":
        from openvino._offline_transformations import apply_moc_transformations

        apply_moc_transformations(read, cf=False)
    held = memory("RssAnon")
    openvino.save_model(read, xml, compress_to_fp16=False)
    seconds = time.perf_counter() - start
    return {"conversion, s": seconds, "its memory, MiB": max(held, memory("RssAnon")) - before,
            "IR, MB": (os.path.getsize(xml) + os.path.getsize(xml[:-4] + ".bin")) / 1e6}


def serve(xml, size):
    """What a server does: loads, and infers one at a time."""
    openvino = without_telemetry()
    import numpy

    core = openvino.Core()
    start = time.perf_counter()
    compiled = core.compile_model(core.read_model(xml), "CPU")
    loaded = time.perf_counter()
    shape = size or [d.get_length() if d.is_static else 1 for d in compiled.inputs[0].partial_shape]
    value = numpy.full(shape, 0.5, numpy.float32)
    request = compiled.create_infer_request()
    before = time.perf_counter()
    request.infer([value])
    first = time.perf_counter() - before
    steady = []
    for _ in range(STEADY):
        before = time.perf_counter()
        request.infer([value])
        steady.append(time.perf_counter() - before)
    return {"load, s": loaded - start, "first inference, ms": 1000 * first,
            "steady inference, ms": 1000 * min(steady), "server's memory, MiB": memory("VmRSS")}


def one(what, subject, rest):
    if what == "convert":
        way, xml = rest.split("|")
        print(json.dumps(convert(subject, way, xml)))
    else:
        print(json.dumps(serve(subject, json.loads(rest))))


def measured(options, *words):
    command = [sys.executable, __file__, "--root", options.root, "--one", *words]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("failed: %s\n%s" % (" ".join(command), done.stderr[-2000:]))
    return json.loads(done.stdout.splitlines()[-1])


def measure(options, name, scratch):
    model = MODELS[name](scratch, options.root)
    results = {way: [] for way in WAYS}
    for number in range(options.rounds + 1):
        for way in WAYS if number % 2 else reversed(WAYS):
            xml = str(scratch / way / "model.xml")
            os.makedirs(scratch / way, exist_ok=True)
            result = measured(options, "convert", str(model), way + "|" + xml)
            result.update(measured(options, "serve", xml, json.dumps(SIZES.get(name))))
            if number > 0:  # The first round fills caches.
                results[way].append(result)
    return results


def show(name, results):
    for figure in results["runtime"][0]:
        runtime, offline = ([one[figure] for one in results[way]] for way in WAYS)
        ratio = statistics.median(late / early for late, early in zip(offline, runtime)) if min(runtime) > 0 else 0
        print("| %s | %s | %.3g | %.3g | %s |" % (
            name.replace("_", " "), figure, statistics.median(runtime), statistics.median(offline),
            "%.2f" % ratio if ratio else ""))
        name = ""
    sys.stdout.flush()


def main():
    options = arguments()
    if options.one:
        one(*options.one)
        return
    print("| model | | runtime | offline | offline / runtime |")
    print("| --- | --- | --- | --- | --- |")
    for name in options.models.split(","):
        scratch = pathlib.Path(tempfile.mkdtemp(prefix="graph-benchmark-"))
        try:
            show(name, measure(options, name, scratch))
        finally:
            shutil.rmtree(scratch)


main()
