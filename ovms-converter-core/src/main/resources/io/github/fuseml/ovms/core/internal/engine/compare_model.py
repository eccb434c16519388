"""Runs a source model by its own runtime and compares its outputs with those of the converted one.

Started in an environment of its own; reads one JSON object from the standard input and writes one to
the standard output: {"runtime", "outputs": [{"absolute", "relative", "beyond"}]} or {"error"}; with
{"error", "rejected"} the model takes no such inputs, with {"unsafe"} it was not even loaded.
"""

import json
import os
import sys

answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


class Rejected(Exception):
    """The source model does not run on these inputs."""


class Unsafe(Exception):
    """The source model would do more than to compute."""


def _run(work):
    try:
        return work()
    except Exception as error:
        raise Rejected("%s: %s" % (type(error).__name__, error))


def _pick(names, present, index):
    """The name that both know; else the one at the same place."""
    found = [name for name in names if name in present]
    found += [name for name in present if name.split(":")[0] in [each.split(":")[0] for each in names]]
    return found[0] if found else list(present)[index]


def _onnx(request, names, inputs):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(request["model"], options, providers=["CPUExecutionProvider"])
    present = [port.name for port in session.get_inputs()]
    if len(present) != len(inputs):
        raise ValueError("it has %d inputs, and the converted model has %d" % (len(present), len(inputs)))
    feeds = {_pick(names["inputs"][index], present, index): array for index, array in enumerate(inputs)}
    results = [port.name for port in session.get_outputs()]
    outputs = dict(zip(results, _run(lambda: session.run(results, feeds))))
    return "ONNX Runtime " + onnxruntime.__version__, outputs


def _tensorflow(request, names, inputs):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    import saved_model_check
    import tensorflow

    unsafe = saved_model_check.unsafe(request["model"])
    if unsafe:
        raise Unsafe(", ".join(unsafe[:5]))
    loaded = tensorflow.saved_model.load(request["model"])
    signatures = loaded.signatures
    key = request.get("signature") or ("serving_default" if "serving_default" in signatures else sorted(signatures)[0])
    function = signatures[key]
    present = list(function.structured_input_signature[1])
    feeds = {
        _pick(names["inputs"][index], present, index): tensorflow.constant(array) for index, array in enumerate(inputs)
    }
    outputs = _run(lambda: {name: value.numpy() for name, value in function(**feeds).items()})
    return "TensorFlow " + tensorflow.__version__, outputs


def _difference(expected, actual, tolerance):
    import numpy

    if expected.shape != actual.shape:
        if expected.size != actual.size:
            raise ValueError("the shapes of an output differ: %s and %s" % (list(expected.shape), list(actual.shape)))
        actual = actual.reshape(expected.shape)
    if expected.dtype.kind in "OSU" or actual.dtype.kind in "OSU":
        same = [str(one) == str(other) for one, other in zip(expected.ravel(), actual.ravel())]
        return {"absolute": 0.0 if all(same) else 1.0, "relative": 0.0 if all(same) else 1.0, "beyond": not all(same)}
    one, other = expected.astype(numpy.float64), actual.astype(numpy.float64)
    both = (one == other) | (numpy.isnan(one) & numpy.isnan(other))
    gap = numpy.where(both, 0.0, numpy.abs(one - other))
    gap = numpy.where(numpy.isnan(gap), numpy.finfo(numpy.float64).max, gap)
    relative = gap / numpy.maximum(numpy.abs(one), 1e-12)
    beyond = bool((gap > tolerance + tolerance * numpy.abs(one)).any())
    limit = numpy.finfo(numpy.float64).max
    return {
        "absolute": float(min(gap.max(initial=0.0), limit)),
        "relative": float(min(numpy.nanmax(relative, initial=0.0), limit)),
        "beyond": beyond,
    }


def main():
    request = json.load(sys.stdin)
    import numpy

    with open(request["names"], encoding="utf-8") as file:
        names = json.load(file)
    saved = numpy.load(request["inputs"])
    inputs = [saved["i%d" % index] for index in range(len(names["inputs"]))]
    made = numpy.load(request["outputs"])
    runtime, outputs = {"onnx": _onnx, "tensorflow": _tensorflow}[request["kind"]](request, names, inputs)
    differences = []
    for index, known in enumerate(names["outputs"]):
        expected = numpy.asarray(outputs[_pick(known, outputs, index)])
        differences.append(_difference(expected, made["o%d" % index], request["tolerance"]))
    return {"runtime": runtime, "outputs": differences}


try:
    # What lies beside this file; no other directory of the work is one of code.
    sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "code"))
    answer = main()
except ImportError as error:
    answer = {"error": "%s" % error, "missing": True}
except Unsafe as error:
    answer = {"unsafe": "%s" % error}
except Rejected as error:
    answer = {"error": str(error)[:2000], "rejected": True}
except Exception as error:
    answer = {"error": "%s: %s" % (type(error).__name__, str(error)[:2000])}
answers.write(json.dumps(answer))
answers.flush()
