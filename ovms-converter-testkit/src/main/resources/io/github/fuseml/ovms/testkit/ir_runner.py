"""Runs converted models and compares what they compute with recorded samples.

One JSON line in, one JSON line out. A request names an IR, a file of samples and the tolerance; the
keys of the samples are ``<case>/in:<name>`` and ``<case>/out:<index>:<name>``, and a name may hold
colons. Ports are found by their names: an order is not a contract.
"""

import json
import os
import sys

ANSWERS = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)

import numpy  # noqa: E402
import openvino  # noqa: E402

CORE = openvino.Core()


def port(ports, name):
    for candidate in ports:
        if name in candidate.get_names():
            return candidate
    raise LookupError("no port %r among %s" % (name, [sorted(p.get_names()) for p in ports]))


def cases(samples):
    found = {}
    for key in samples.files:
        case, side = key.split("/", 1)
        inputs, outputs = found.setdefault(case, ({}, {}))
        if side.startswith("in:"):
            inputs[side.split(":", 1)[1]] = samples[key]
        else:
            outputs[side.split(":", 2)[2]] = samples[key]
    return found


def difference(actual, expected, tolerance):
    if actual.shape != expected.shape:
        raise ValueError("the shape %s instead of %s" % (actual.shape, expected.shape))
    actual, expected = actual.astype(numpy.float64), expected.astype(numpy.float64)
    if not actual.size:
        return 0.0, 0.0, 0.0
    if not numpy.isfinite(actual).all():
        raise ValueError("it holds values that are not finite")
    absolute = numpy.abs(actual - expected)
    relative = absolute / numpy.maximum(numpy.abs(expected), 1e-30)
    beyond = absolute - (tolerance["abs"] + tolerance["rel"] * numpy.abs(expected))
    return float(absolute.max()), float(relative.max()), float(beyond.max())


def run(request):
    model = CORE.read_model(request["xml"])
    compiled = CORE.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    outputs = {}
    count = 0
    for case, (given, expected) in cases(numpy.load(request["samples"])).items():
        count += 1
        feed = {port(compiled.inputs, name): value for name, value in given.items()}
        result = compiled(feed)
        for name, value in expected.items():
            try:
                absolute, relative, beyond = difference(result[port(compiled.outputs, name)], value, request["tolerance"])
            except ValueError as error:
                raise ValueError("case %s, output %s: %s" % (case, name, error))
            worst = outputs.setdefault(name, {"abs": 0.0, "rel": 0.0, "beyond": -1e300})
            worst["abs"] = max(worst["abs"], absolute)
            worst["rel"] = max(worst["rel"], relative)
            worst["beyond"] = max(worst["beyond"], beyond)
    weights = sorted({op.get_element_type().get_type_name() for op in model.get_ops() if op.get_type_name() == "Constant"})
    return {"cases": count, "outputs": outputs, "constants": weights}


for line in sys.stdin:
    try:
        answer = run(json.loads(line))
    except Exception as error:
        answer = {"error": "%s: %s" % (type(error).__name__, error)}
    ANSWERS.write(json.dumps(answer) + "\n")
    ANSWERS.flush()
