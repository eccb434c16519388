"""What a conversion changes in a model: its inputs and outputs, their shapes, types and layouts, values
frozen into it, and the preparation of its input.

The Java side sends this file and those that it loads with a request that asks for such changes, so that
a plain conversion does not pay for them. Each runs in a module that has ``native`` (OpenVINO's extension
module), ``wrap`` (makes the ``openvino.Model`` of a native one), ``load`` (another of these modules),
``Failure`` and ``clean`` of the worker. All values come checked and typed; a dimension is ``[least,
greatest]``, the greatest -1 without a bound.

Inputs and outputs are changed through OpenVINO's front ends, before the conversion: only there the
names are those of the model's own framework, inner ones included. Everything else is changed after it.
"""

import re

text = load("graph_text")
layouts = load("graph_layouts")
source = load("graph_source")
preparation = load("graph_preparation")


def set_batch(model, batch, given, changes):
    """The batch dimension of every input: where the layout has N, else the first."""
    shapes, before = {}, []
    for port in model.inputs:
        shape = port.get_partial_shape()
        if shape.rank.is_dynamic or shape.rank.get_length() == 0:
            continue
        layout = layouts.source_layout(given, port)
        index = 0
        if layout:
            if not native.Layout(layout).has_name("N"):
                continue
            index = native.Layout(layout).get_index_by_name("N") % shape.rank.get_length()
        elif shape[0].is_static and shape[0].get_length() not in (0, 1):
            raise text.refuse(
                "batch",
                "the first dimension of the input '%s' is %s, which does not look like a batch: %s"
                % (text.name_of(port), shape[0], text.text_of(shape)),
                "leave it out, or give the whole shape with --input-shape; if this is where the batch is, say so:"
                " --layout '%s(n...)'" % text.quoted(text.name_of(port)),
            )
        new = native.PartialShape(shape)
        new[index] = native.Dimension(batch)
        shapes[port] = new
        before.append("input '%s': batch %s -> %s" % (text.name_of(port), shape[index], batch))
    if not shapes:
        raise text.refuse("batch", "no input of the model has a batch dimension", "leave it out")
    reshape(model, shapes, "batch")
    changes += before


def reshape(model, shapes, parameter):
    try:
        model.reshape(shapes)
    except Exception as error:
        raise text.refuse(
            parameter, "the model does not work with it: %s" % reason(Failure("option", str(error), str(error))),
            "the model was made for %s; give shapes that it can compute with"
            % text.shapes_text(model))


def fold(model, changes):
    """Computes ahead what does not depend on an input's values, such as shapes."""
    before = len(model.get_ops())
    manager = native.passes.Manager()
    manager.register_pass(native.passes.ConstantFolding())
    manager.run_passes(wrap(model))
    changes.append("shapes are computed ahead: %d operations -> %d" % (before, len(model.get_ops())))


def convert(path, request, read):
    """The model with all changes, and what they were."""
    changes = []
    if request.get("inputs") or request.get("outputs"):
        model = source.convert(path, request, changes, lambda: read(path))
    else:
        model = read(path)
    if request.get("batch"):
        set_batch(model, request["batch"], layouts.by_name(request, model), changes)
    prepared = ("mean", "scale", "scale_all", "reverse_channels", "layouts")
    if any(request.get(name) for name in prepared):
        preparation.Preparation(model, request, changes).apply()
    if request.get("static_shape"):
        fold(model, changes)
    return model, changes


def blame(path, request, read, failure):
    """Why a conversion failed: the changes, if the model converts without them."""
    if failure.kind == "memory":
        return failure
    try:
        model = read(path)
    except Exception:
        return failure
    used = [edit["parameter"] for edit in request.get("inputs") or []]
    used += [name for name, given in (
        ("output", "outputs"), ("batch", "batch"), ("layout", "layouts"), ("static_shape", "static_shape"),
    ) if request.get(given)]
    refused = text.refuse(
        ", ".join(dict.fromkeys(used)) or "the parameters", "the model does not work with it: %s" % reason(failure),
        "correct it or leave it out; the model converts as it is, with the inputs %s" % text.shapes_text(model))
    refused.detail = failure.detail
    return refused


# Lines of OpenVINO's that tell where in its code it is, not what is wrong.
PLACES = ("Check ", "Exception from ", "While validating ", "FrontEnd API failed", "Model wasn't fully", "-- ")


def reason(failure):
    """The part of OpenVINO's message that tells what is wrong, and at which operation."""
    told = failure.detail or str(failure)
    operation = re.search(r"ONNX node '<Node\((\w+)\): ([^>']+)>'", told) or re.search(
        r"While validating node '\w+::(\w+) [^']*' with friendly_name '([^']+)'", told)
    lines = [line.strip() for line in told.split("Summary:")[0].splitlines() if line.strip()]
    plain = [line for line in lines if not line.startswith(PLACES) and "failed at src/" not in line]
    where = "at the operation %s '%s': " % operation.groups() if operation else ""
    return where + (" ".join(plain)[:400] or clean(told)[:400])
