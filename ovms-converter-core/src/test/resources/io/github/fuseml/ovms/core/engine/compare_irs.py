"""Compares pairs of IRs: inputs' and outputs' names, shapes and types, and what they compute.

The first argument names a file with a JSON list of pairs of paths; the answer is a JSON list of what
differs, empty where nothing does, in the file of the second argument.
"""

import json
import sys

import numpy
import openvino

CORE = openvino.Core()
CORE.set_property("CPU", {"INFERENCE_PRECISION_HINT": "f32"})


def signature(ports):
    return [(port.get_partial_shape(), port.get_element_type()) for port in ports]


def values(port, generator):
    shape = [d.get_length() if d.is_static else max(d.get_min_length(), 16 if len(port.get_partial_shape()) == 4 else 2) for d in port.get_partial_shape()]
    kind = port.get_element_type().to_dtype()
    if kind == numpy.bool_:
        return generator.integers(0, 2, shape).astype(kind)
    if numpy.issubdtype(kind, numpy.integer):
        return generator.integers(0, 3, shape).astype(kind)
    return (generator.random(shape) * 4 - 2).astype(kind)


def difference(ours, theirs):
    first, second = CORE.read_model(ours), CORE.read_model(theirs)
    for side in ("inputs", "outputs"):
        one, other = getattr(first, side), getattr(second, side)
        if signature(one) != signature(other):
            return "%s: %s and %s" % (side, one, other)
        for port, peer in zip(one, other):
            if not port.get_names() & peer.get_names():
                return "%s' names: %s and %s" % (side, port.get_names(), peer.get_names())
    generator = numpy.random.default_rng(7)
    given = [values(port, generator) for port in first.inputs]
    results = [list(CORE.compile_model(model, "CPU")(given).values()) for model in (first, second)]
    for index, (one, other) in enumerate(zip(*results)):
        if not numpy.allclose(one, other, rtol=1e-3, atol=1e-4):
            return "output %d: up to %g apart" % (index, numpy.max(numpy.abs(one - other)))
    return ""


with open(sys.argv[1], encoding="utf-8") as file:
    PAIRS = json.load(file)
ANSWERS = []
for pair in PAIRS:
    try:
        ANSWERS.append(difference(*pair))
    except Exception as error:
        ANSWERS.append("cannot be compared: %s" % str(error)[:200])
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump(ANSWERS, file)
