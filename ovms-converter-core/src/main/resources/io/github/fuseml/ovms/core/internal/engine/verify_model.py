"""Runs a converted model once on the CPU; sent to the engine's process with the first request for it.

The inputs are an example that was saved with the model where one fits, else values from a fixed seed.
What went in and came out is kept in files for a comparison with the source model.

``native`` and ``Failure`` are put into this module by the worker.
"""

import itertools
import json
import re

import numpy

# What is tried for dimensions that the model leaves open, besides the first one, which is mostly the
# batch's: a convolution needs room, an attention may want few tokens.
OPEN_SIZES = (8, 32, 64, 224, 1, 2, 16, 128)

# How far sizes are looked for by which the shapes of a model's operations agree, and for how many operations
# in all: a large model is asked less often.
LARGEST_SIZE = 4096
MOST_OPERATIONS = 2_000_000

FLOATS = ("f16", "bf16", "f32", "f64")


def run(request, core):
    try:
        model = core.read_model(request["xml"])
        compiled = core.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    except Exception as error:
        raise Failure("damaged", "it cannot be compiled for the CPU: %s" % _first_line(error))
    note = ""
    attempts = []
    if request.get("example"):
        try:
            attempts.append(("example", _from_example(request["example"], compiled.inputs)))
        except Exception as error:
            note = "the saved input example does not fit and was not used: %s" % _first_line(error)
    problem = None
    # A source model that rejects the inputs of one attempt is compared by those of the next.
    tried = 0
    for source, inputs in itertools.chain(attempts, _seeded(model, compiled.inputs)):
        tried += 1
        if tried <= request.get("rejected", 0):
            continue
        try:
            outputs = _infer(compiled, inputs)
        except Exception as error:
            problem = problem or _first_line(error)
            if source == "example":
                note = "the saved input example cannot be run and was not used: %s" % _first_line(error)
            continue
        return dict(_result(request, compiled, source, note, inputs, outputs), attempts=tried)
    raise Failure("damaged", "it cannot be run: %s" % problem)


def _first_line(error):
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if not re.match(r"^(Exception from|Check '.*' failed at) ?\S*:?\d*:?$", line)]
    return (told or lines or [type(error).__name__])[-1][:500]


def _infer(compiled, inputs):
    request = compiled.create_infer_request()
    request.start_async({index: native.Tensor(array) for index, array in enumerate(inputs)}, None)
    request.wait()
    return [numpy.array(request.get_output_tensor(index).data) for index in range(len(compiled.outputs))]


def _name(port):
    names = sorted(port.get_names(), key=lambda name: (len(name), name))
    return names[0] if names else port.get_node().get_friendly_name()


def _result(request, compiled, source, note, inputs, outputs):
    told = []
    for port, array in zip(compiled.outputs, outputs):
        kind = port.get_element_type().get_type_name()
        if kind in FLOATS and not numpy.isfinite(array.astype(numpy.float64)).all():
            raise Failure("not-finite", "its output '%s' is not finite on %s" % (
                _name(port), "the saved example" if source == "example" else "inputs from a seed"))
        told.append({"name": _name(port), "shape": str(list(array.shape)).replace(" ", "")})
    if request.get("inputs"):
        numpy.savez(request["inputs"], **{"i%d" % index: array for index, array in enumerate(inputs)})
        numpy.savez(request["outputs"], **{"o%d" % index: array for index, array in enumerate(outputs)})
        with open(request["names"], "w", encoding="utf-8") as file:
            json.dump({
                "inputs": [sorted(port.get_names()) for port in compiled.inputs],
                "outputs": [sorted(port.get_names()) or [_name(port)] for port in compiled.outputs],
            }, file)
    return {"inputs": source, "note": note, "outputs": told}


def _dtype(kind):
    known = {"f64": "float64", "f32": "float32", "f16": "float16", "i64": "int64", "i32": "int32", "i16": "int16",
             "i8": "int8", "u64": "uint64", "u32": "uint32", "u16": "uint16", "u8": "uint8", "boolean": "bool",
             "string": "str"}
    if kind not in known:
        raise Failure("damaged", "it has an input of the type %s, for which there are no values" % kind)
    return known[kind]


def _seeded(model, ports):
    """Values from 0 to 1, or 0 and 1; then zeros for whole numbers, the one index that every table has."""
    shapes = [port.get_partial_shape() for port in ports]
    whole = any(not port.get_element_type().is_real() for port in ports)
    for sizes in _sizes(model, shapes):
        for largest in (1, 0) if whole else (1,):
            random = numpy.random.default_rng(20240229)
            yield "seed", [_values(port, size, largest, random) for port, size in zip(ports, sizes)]


def _sizes(model, shapes):
    """Sizes of the inputs that may suit the model, the likeliest ones first."""
    if all(not shape.is_dynamic for shape in shapes):
        yield [[dimension.get_length() for dimension in shape] for shape in shapes]
        return
    tried = []
    for size in OPEN_SIZES:
        tried.append([_guessed(shape, size) for shape in shapes])
        if len(tried) == 1:
            agreed = _agreed(model, shapes, tried[0])
            if agreed and agreed != tried[0]:
                yield agreed
        yield tried[-1]


def _guessed(shape, size):
    if shape.rank.is_dynamic:
        return [1, size]
    return [_size(dimension, 1 if index == 0 else size) for index, dimension in enumerate(shape)]


def _agreed(model, shapes, guessed):
    """Sizes by which the shapes of all operations agree, one open dimension after the other; None if in vain."""
    if any(shape.rank.is_dynamic for shape in shapes):
        return None
    left = max(64, min(2 * LARGEST_SIZE, MOST_OPERATIONS // max(1, len(model.get_ops()))))
    settled = [native.PartialShape(shape) for shape in shapes]
    for index, shape in enumerate(shapes):
        for place, dimension in enumerate(shape):
            if not dimension.is_dynamic:
                continue
            sizes = [guessed[index][place]] + [_size(dimension, size) for size in OPEN_SIZES]
            for size in dict.fromkeys(itertools.chain(sizes, range(1, LARGEST_SIZE + 1))):
                if size != _size(dimension, size):
                    continue
                left -= 1
                if left < 0:
                    return None
                settled[index][place] = native.Dimension(size)
                if _agrees(model, settled):
                    break
            else:
                return None
    return [[dimension.get_length() for dimension in shape] for shape in settled]


def _agrees(model, shapes):
    try:
        model.reshape({model.input(index): shape for index, shape in enumerate(shapes)})
        return True
    except Exception:
        return False


def _values(port, sizes, largest, random):
    dtype = _dtype(port.get_element_type().get_type_name())
    if dtype == "str":
        return numpy.full(sizes, "a")
    if dtype.startswith("float"):
        return random.random(sizes, dtype="float32").astype(dtype)
    return random.integers(0, largest + 1, sizes).astype(dtype)


def _size(dimension, wanted):
    least, most = dimension.get_min_length(), dimension.get_max_length()
    return max(least, wanted if most < 0 else min(most, wanted))


def _from_example(path, ports):
    with open(path, encoding="utf-8") as file:
        example = json.load(file)
    for key in ("inputs", "instances", "dataframe_split"):
        if isinstance(example, dict) and key in example and len(example) <= 2:
            example = example[key]
            break
    if isinstance(example, dict) and "columns" in example and "data" in example:
        rows = example["data"]
        example = {str(name): [row[index] for row in rows] for index, name in enumerate(example["columns"])}
        if len(ports) == 1:
            example = rows
    arrays = []
    for port in ports:
        values = example
        if isinstance(example, dict):
            names = [name for name in port.get_names() if name in example]
            if not names and len(ports) == 1 and len(example) == 1:
                names = list(example)
            if not names:
                raise ValueError("it has no value for the input '%s'" % _name(port))
            values = example[names[0]]
        elif len(ports) > 1:
            raise ValueError("it has one value, and the model has %d inputs" % len(ports))
        arrays.append(_fitted(numpy.asarray(values, dtype=_dtype(port.get_element_type().get_type_name())), port))
    return arrays


def _fitted(array, port):
    shape = port.get_partial_shape()
    if shape.rank.is_dynamic:
        return array
    rank = shape.rank.get_length()
    if array.ndim == rank - 1 and rank > 0:
        # A column of a table, or one row alone.
        array = array[:, None] if rank == 2 and not shape[1].is_dynamic and shape[1].get_length() == 1 else array[None]
    if array.ndim != rank:
        raise ValueError("it has %d dimensions, and the input '%s' has %d" % (array.ndim, _name(port), rank))
    for index, dimension in enumerate(shape):
        least, most = dimension.get_min_length(), dimension.get_max_length()
        if index == 0 and 0 < most < array.shape[0]:
            array = array[:most]  # A batch of its own size was asked for.
        elif array.shape[index] < least or (most >= 0 and array.shape[index] > most):
            raise ValueError("its shape is %s, and that of the input '%s' is %s" % (
                list(array.shape), _name(port), shape))
    return numpy.ascontiguousarray(array)
