"""How a converted model stores its weights: in halves, or in 8 or 4 bits.

The Java side sends this file with the first request that asks for it, so that a plain conversion does
not pay for it. It runs in a module that has ``native`` (OpenVINO's extension module), ``Failure`` and
``clean`` of the worker.
"""

import os
import shutil
import sys

# What a 16-bit float can hold, and when OpenVINO keeps a tensor as it is: one value in the range of halves
# would be off by more than 1, or too many are out of it (its transformation CompressFloatConstants;
# measured with 2026.4).
HALF_MAX, HALF_MIN = 65504.0, 5.960464477539063e-08
MOST_OUT_OF_RANGE, MOST_OFF = 0.75, 1.0

CHUNK = 1 << 22

# A description of weights in halves that are widened where they are used: the mark on the conversion
# keeps the server from widening them when it loads the model. Only a description can carry that mark.
HALVED = """<?xml version="1.0"?>
<net name="halved" version="11"><layers>
<layer id="0" name="{name}_compressed" type="Const" version="opset1">
<data element_type="f16" shape="{shape}" offset="0" size="{size}"/>
<output><port id="0" precision="FP16">{dimensions}</port></output></layer>
<layer id="1" name="{name}" type="Convert" version="opset1"><data destination_type="f32"/>
<rt_info><attribute name="decompression" version="0"/></rt_info>
<input><port id="0" precision="FP16">{dimensions}</port></input>
<output><port id="1" precision="FP32">{dimensions}</port></output></layer>
<layer id="2" name="result" type="Result" version="opset1">
<input><port id="0" precision="FP32">{dimensions}</port></input></layer>
</layers><edges><edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>
<edge from-layer="1" from-port="1" to-layer="2" to-port="0"/></edges></net>
"""


def constants(model):
    return [operation for operation in model.get_ops() if operation.get_type_name() == "Constant"]


def size(model):
    """The bytes that the model's constants take as they are."""
    return sum(constant.get_byte_size() for constant in constants(model))


def halve_large(model, most, directory, read):
    """Halves the weights whose halves alone take more than ``most`` bytes by way of files.

    OpenVINO makes the halves of one tensor at a time in memory as it writes them. Those of a large one
    may be more than the process is allowed to have; a file of them is mapped and counts for nothing.
    """
    large = [constant for constant in constants(model)
             if constant.get_element_type() == native.Type.f32 and constant.get_byte_size() // 2 > most]
    if not large:
        return
    os.mkdir(directory)
    try:
        for number, constant in enumerate(large):
            halve(constant, os.path.join(directory, "%d" % number), read)
    finally:
        shutil.rmtree(directory)  # What is mapped stays readable.


def halve(constant, path, read):
    import numpy

    values = constant.data.reshape(-1)
    outside = 0
    with open(path + ".bin", "wb") as file:
        for start in range(0, values.size, CHUNK):
            chunk = values[start:start + CHUNK]
            sizes = numpy.abs(chunk)
            is_outside = (sizes > HALF_MAX) | ((sizes < HALF_MIN) & (sizes != 0))
            outside += int(is_outside.sum())
            halves = numpy.clip(chunk, -HALF_MAX, HALF_MAX).astype(numpy.float16)
            if bool(((numpy.abs(halves.astype(numpy.float32) - chunk) > MOST_OFF) & ~is_outside).any()):
                return
            halves.tofile(file)
    if outside >= MOST_OUT_OF_RANGE * values.size:
        return
    shape = [int(length) for length in constant.get_output_shape(0)]
    with open(path + ".xml", "w", encoding="utf-8") as file:
        file.write(HALVED.format(
            name="weights", shape=",".join(str(length) for length in shape), size=2 * values.size,
            dimensions="".join("<dim>%d</dim>" % length for length in shape)))
    widened = read(path + ".xml").get_results()[0].input_value(0).get_node()
    widened.set_friendly_name(constant.get_friendly_name())
    widened.input_value(0).get_node().set_friendly_name(constant.get_friendly_name() + "_compressed")
    widened.output(0).set_names(constant.output(0).get_names())
    for target in constant.output(0).get_target_inputs():
        target.replace_source_output(widened.output(0))


def quantize(model, kind):
    """The model with its weights in 8 or 4 bits, made by NNCF without data; and what was done."""
    openvino, nncf = _nncf()
    mode = {"INT8": nncf.CompressWeightsMode.INT8_ASYM, "INT4": nncf.CompressWeightsMode.INT4_SYM}[kind]
    wrapped = openvino.Model(model)
    # Weights are found where they are constants, not where they are computed from some.
    from openvino._offline_transformations import apply_moc_transformations

    apply_moc_transformations(wrapped, cf=False)
    before = _narrow(wrapped)
    options = {"mode": mode}
    if kind == "INT4":
        # 128 values share a scale; layers of other widths get groups that divide them, or 8 bits.
        options["advanced_parameters"] = nncf.AdvancedCompressionParameters(
            group_size_fallback_mode=nncf.GroupSizeFallbackMode.ADJUST)
    try:
        compressed = nncf.compress_weights(wrapped, **options)
    except MemoryError:
        raise
    except Exception as error:
        raise Failure("unsuitable", "its weights cannot be compressed: %s" % clean(error), str(error)[-8000:])
    if _narrow(compressed) <= before:
        failure = Failure("option", "data_type: the model has no weights that %s could be made of" % kind)
        failure.remedy = ("use FP16, or leave it out; the weights of matrix multiplications, convolutions and "
                          "embeddings are compressed, where they are floating-point")
        raise failure
    return compressed, "weights compressed to %s by NNCF %s" % (kind, nncf.__version__)


def _narrow(model):
    """How many constants of at most 8 bits there are."""
    kinds = ("i8", "u8", "i4", "u4")
    return sum(constant.get_element_type().get_type_name() in kinds for constant in constants(model))


def _nncf():
    """NNCF, which wants the whole of OpenVINO's package and not its extension module alone."""
    lean = sys.modules["openvino"]
    if not hasattr(lean, "__file__"):
        del sys.modules["openvino"]
    try:
        import openvino
        import nncf
    except ImportError as error:
        sys.modules.setdefault("openvino", lean)
        raise Failure("no-compression", "%s: %s" % (type(error).__name__, error))
    nncf.set_log_level(40)
    return openvino, nncf
