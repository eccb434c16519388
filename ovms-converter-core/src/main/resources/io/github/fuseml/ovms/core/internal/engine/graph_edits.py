"""What a conversion changes in a model: its inputs and outputs, their shapes, types and layouts, values
frozen into it, and the preparation of its input.

The Java side sends this file with the first request that asks for such changes, so that a plain
conversion does not pay for it. It runs in a module that has ``native`` (OpenVINO's extension module),
``wrap`` (makes the ``openvino.Model`` of a native one), ``Failure`` and ``clean`` of the worker. All values come checked and typed; a dimension is ``[least,
greatest]``, the greatest -1 without a bound.

Inputs and outputs are changed through OpenVINO's front ends, before the conversion: only there the
names are those of the model's own framework, inner ones included. Everything else is changed after it.
"""

import difflib
import re

FROM_TEXT = {"true": True, "false": False}
RANK_3_TO_5 = {3: (0, 2), 4: (1, 3), 5: (1, 4)}


def refuse(parameter, found, remedy):
    """A request that does not fit this model."""
    failure = Failure("option", "%s: %s" % (parameter, found))
    failure.remedy = remedy
    return failure


def shape_of(dimensions):
    if dimensions == "dynamic":
        return native.PartialShape.dynamic()
    return native.PartialShape([native.Dimension(least, greatest) for least, greatest in dimensions])


def text_of(shape):
    return "[" + str(shape).strip("[]") + "]" if not shape.rank.is_dynamic else "[...]"


def numbers(values):
    return "(" + ",".join("%g" % value for value in values) + ")"


def nearest(name, known):
    """The known names that somebody may have meant, else the first few there are."""
    plain = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(name.lower(), list(plain), n=3, cutoff=0.6)
    if close:
        return "did you mean %s?" % " or ".join("'%s'" % plain[key] for key in close)
    shown = ", ".join("'%s'" % candidate for candidate in known[:8])
    return "use one of %s%s" % (shown, ", ..." if len(known) > 8 else "")


def names_of(port):
    """All names of an input or output, those that people use first."""
    names = sorted(port.get_names(), key=lambda name: (len(name), name))
    friendly = port.get_node().get_friendly_name()
    return names + ([friendly] if friendly not in names else [])


def find_port(ports, name, parameter, what):
    for port in ports:
        if name in names_of(port):
            return port
    known = [names_of(port)[0] for port in ports]
    raise refuse(parameter, "the model has no %s '%s'" % (what, name), nearest(name, known))


def plain_names(place):
    """The names of a place; 'x:0' is TensorFlow's name for what the operation 'x' makes."""
    return {name.removesuffix(":0") for name in place.get_names()}


def same_data(place, other):
    """Whether two places hold the same data; front ends refuse the question for places without a producer."""
    if place.is_equal(other) or plain_names(place) & plain_names(other):
        return True
    try:
        return place.is_equal_data(other)
    except Exception:
        return False


def plain_names_of(port):
    return {name.removesuffix(":0") for name in names_of(port)}


def cut(model, edits, outputs):
    """A model of what lies between inner tensors that become inputs, and those that become outputs."""
    ports = {}
    for operation in model.get_ordered_ops():
        if operation.get_type_name() != "Result":
            for port in operation.outputs():
                for name in port.get_names():
                    ports[name] = port

    def port_of(name, names, parameter):
        port = next((ports[each] for each in sorted(names) if each in ports), None)
        if port is None:
            raise refuse(parameter, "the model cannot be cut at '%s': the conversion replaces it" % name,
                         nearest(name, list(ports)))
        return port

    # Found before anything is replaced: an output may be the very tensor that becomes an input.
    ends = [port_of(name, place.get_names(), "output") for name, place in outputs]
    parameters = []
    for edit in edits:
        if not edit.get("inner"):
            continue
        port = port_of(edit["name"], edit["names"], "input")
        source = replacement(port, edit)
        if edit.get("value") is None:
            parameters.append(source)
            source.set_friendly_name(edit["name"])
            source.output(0).set_names({edit["name"]})
        for target in port.get_target_inputs():
            target.replace_source_output(source.output(0))
    ends = ends or [result.input_value(0) for result in model.get_results()]
    needed = reachable(ends)
    kept = [own for own in model.get_parameters() if own.get_instance_id() in needed]
    made = native.Model(ends, kept + parameters, model.get_friendly_name())
    made.validate_nodes_and_infer_types()
    return made


def replacement(port, edit):
    shape = shape_of(edit["shape"]) if edit.get("shape") is not None else port.get_partial_shape()
    kind = type_of(edit["type"]) if edit.get("type") else port.get_element_type()
    if edit.get("value") is None:
        return native.op.Parameter(kind, shape)
    import numpy

    values = [typed(value, kind, edit["name"]) for value in edit["value"]]
    array = numpy.array(values if edit["list"] else values[0], dtype=kind.to_dtype())
    return native.op.Constant(array.reshape(list(shape.to_shape())) if shape.is_static else array)


def reachable(ends):
    """The operations that some tensors are computed from."""
    seen, pending = set(), [end.get_node() for end in ends]
    while pending:
        operation = pending.pop()
        if operation.get_instance_id() not in seen:
            seen.add(operation.get_instance_id())
            pending += [value.get_node() for value in operation.input_values()]
    return seen


class SourceGraph:
    """A model before its conversion, in the front end of its framework."""

    def __init__(self, path, changes, full_model):
        self._changes = changes
        self._full_model = full_model
        self._front_end = native.FrontEndManager().load_by_model(path)
        if self._front_end is None:
            raise Failure("unreadable", "no front end of OpenVINO takes it")
        self._model = self._front_end.load(path, True)
        self._onnx = self._front_end.get_name() == "onnx"
        self._frozen = 0
        self._late = []
        self._cut = False
        self._cut_outputs = []

    def convert(self, request):
        edits = self._edits(request)
        self._rewire(edits, request.get("outputs") or [], bool(request.get("inputs_chosen")))
        for edit in edits:
            if not edit.get("inner"):
                self._set_shape_and_type(edit)
        for edit in edits:
            if edit.get("value") is not None and not edit.get("inner"):
                self._freeze(edit)
        if self._frozen and self._frozen == len(self._model.get_inputs()):
            raise refuse("input", "every input is frozen and none is left", "leave one input without a value")
        model = self._front_end.convert(self._model)
        for names, array in self._late:
            self._replace_input(model, names, array)
        if self._cut:
            model = cut(model, edits, self._cut_outputs)
        self._keep_names(model, edits)
        return model

    @staticmethod
    def _keep_names(model, edits):
        """Whoever names an input expects to find it by that name."""
        for edit in edits:
            names = edit["names"]
            for port in model.inputs:
                if names & plain_names_of(port) and edit["name"] not in port.get_names():
                    port.add_names({edit["name"]})

    @staticmethod
    def _replace_input(model, names, array):
        port = next(port for port in model.inputs if names & set(names_of(port)))
        constant = native.op.Constant(array)
        for target in port.get_target_inputs():
            target.replace_source_output(constant.output(0))
        model.remove_parameter(next(p for p in model.get_parameters() if p.output(0) == port))
        model.validate_nodes_and_infer_types()

    def _edits(self, request):
        """The inputs that are named, or meant by their position, with their places in the graph."""
        edits = []
        inputs = list(self._model.get_inputs())
        frozen = [edit["name"] for edit in request.get("inputs") or [] if edit.get("value") is not None]
        unnamed = [place for place in inputs if not set(place.get_names()) & set(frozen)]
        for edit in request.get("inputs") or []:
            edit = dict(edit)
            if edit.get("name"):
                found = self._place(edit["name"], "input")
                # An operation that only stands for an input is the input.
                edit["place"] = next((place for place in inputs if same_data(place, found)), found)
            elif not unnamed:
                raise refuse(
                    edit["parameter"],
                    "there are more values than the model's %d inputs" % len(inputs),
                    "give at most one for each of %s" % ", ".join("'%s'" % name for name in self._names(inputs)),
                )
            else:
                edit["place"] = unnamed.pop(0)
                edit["name"] = edit["place"].get_names()[0]
            for other in edits:
                if same_data(other["place"], edit["place"]):
                    raise refuse(
                        edit["parameter"],
                        "'%s' and '%s' are the same tensor" % (other["name"], edit["name"]),
                        "name it once",
                    )
            edits.append(edit)
        shapes = [edit for edit in edits if edit["parameter"] == "input_shape"]
        if shapes and not request.get("inputs_chosen") and unnamed and len(inputs) > 1:
            raise refuse(
                "input_shape",
                "%d of the model's %d inputs have a shape" % (len(shapes), len(inputs) - len(frozen)),
                "give a shape for each of %s, or name the one that is meant: --input 'name[shape]' keeps that "
                "input alone" % ", ".join("'%s'" % name for name in self._names(inputs)),
            )
        return edits

    @staticmethod
    def _names(places):
        return [place.get_names()[0] for place in places]

    def _rewire(self, edits, outputs, chosen):
        inputs = [edit["place"] for edit in edits]
        if not chosen:
            others = [p for p in self._model.get_inputs() if not any(same_data(p, q) for q in inputs)]
            # What is frozen may be an inner tensor, which becomes an input first.
            inputs = others + inputs
        new_outputs = [self._place(name, "output") for name in outputs]
        inputs_same = self._same(self._model.get_inputs(), inputs)
        outputs_same = not outputs or self._same(self._model.get_outputs(), new_outputs)
        for edit in edits:
            edit["names"] = plain_names(edit["place"]) | {edit["name"]}
        if inputs_same and outputs_same:
            self._reorder(edits, chosen, outputs, new_outputs)
            return
        for edit in edits:
            self._cut_input(edit)
        for name in outputs:
            self._changes.append("output '%s' ends the model" % name)
        if self._onnx:
            # The front end for ONNX cannot cut; its tensors keep their names, so the converted model is.
            self._cut, self._cut_outputs = True, list(zip(outputs, new_outputs))
            own = self._model.get_inputs()
            for edit in edits:
                edit["inner"] = not any(same_data(edit["place"], place) for place in own)
            return
        kept = [place.get_names()[0] for place in inputs]
        try:
            if not inputs_same and not outputs_same:
                self._model.extract_subgraph(inputs, new_outputs)
            elif not inputs_same:
                self._model.override_all_inputs(inputs)
            else:
                self._model.override_all_outputs(new_outputs)
        except Exception as error:
            raise refuse(
                "input" if not inputs_same else "output",
                "the model cannot be cut there: %s" % clean(error),
                "choose tensors that lie on every way from the inputs to the outputs",
            )
        # The places of before are not those of the graph that is left.
        for edit, name in zip(edits, kept[len(kept) - len(edits):]):
            edit["place"] = self._again(name, edit["place"])

    def _reorder(self, edits, chosen, outputs, new_outputs):
        """The same inputs or outputs in another order; the order is part of what was asked for."""
        order = [names_first(place) for place in new_outputs]
        if outputs and order != self._names(self._model.get_outputs()):
            self._model.override_all_outputs(new_outputs)
        if not self._onnx and chosen and [names_first(edit["place"]) for edit in edits] != self._names(self._model.get_inputs()):
            self._model.override_all_inputs([edit["place"] for edit in edits])

    def _again(self, name, place):
        found = self._model.get_place_by_tensor_name(name) or self._model.get_place_by_operation_name(name)
        return found or place

    @staticmethod
    def _same(places, others):
        return len(places) == len(others) and all(any(same_data(p, q) for q in others) for p in places)

    def _cut_input(self, edit):
        if not any(same_data(edit["place"], place) for place in self._model.get_inputs()):
            self._changes.append("input '%s' replaces what computed it" % edit["name"])

    def _set_shape_and_type(self, edit):
        shape, kind = edit.get("shape"), edit.get("type")
        if shape is not None:
            new = shape_of(shape)
            old = self._model.get_partial_shape(edit["place"])
            require_rank(edit["parameter"], edit["name"], old, new)
            self._model.set_partial_shape(edit["place"], new)
            if edit.get("value") is None:
                self._changes.append("input '%s': shape %s -> %s" % (edit["name"], text_of(old), text_of(new)))
        if kind is not None:
            self._model.set_element_type(edit["place"], type_of(kind))
            self._changes.append("input '%s': type %s" % (edit["name"], kind))

    def _freeze(self, edit):
        import numpy

        place, name = edit["place"], edit["name"]
        try:
            kind = type_of(edit["type"]) if edit.get("type") else self._model.get_element_type(place)
        except Exception:  # Not every front end tells it.
            kind = native.Type.dynamic
        if kind == native.Type.dynamic:
            kind = native.Type.f32
        values = [typed(value, kind, name) for value in edit["value"]]
        array = numpy.array(values if edit["list"] else values[0], dtype=kind.to_dtype())
        if edit.get("shape") is not None:
            array = array.reshape([least for least, _ in edit["shape"]])
        else:
            array = self._fit(array, self._model.get_partial_shape(place), name)
        self._model.set_element_type(place, kind)
        self._model.set_partial_shape(place, native.PartialShape(list(array.shape)))
        try:
            self._model.set_tensor_value(place, array)
        except Exception:  # The front end for ONNX cannot: it becomes a constant after the conversion.
            self._late.append((set(place.get_names()), array))
        self._frozen += 1
        self._changes.append("input '%s' is the constant %s of type %s" % (
            name, ",".join(edit["value"][:8]) + (",..." if len(values) > 8 else ""), kind.get_type_name()))

    @staticmethod
    def _fit(array, shape, name):
        if shape.rank.is_dynamic:
            return array
        if shape.is_static:
            wanted = list(shape.to_shape())
            count = 1
            for dimension in wanted:
                count *= dimension
            if array.size not in (1, count):
                raise refuse(
                    "input", "'%s' has %d elements and %d values are given" % (name, count, array.size),
                    "give %d values, or one for all of them" % count)
            import numpy

            return numpy.broadcast_to(array.reshape(wanted) if array.size == count else array, wanted).copy()
        if array.ndim != shape.rank.get_length():
            raise refuse(
                "input", "'%s' has the shape %s, which does not say how the values lie" % (name, text_of(shape)),
                "give it a shape as well: --input '%s[%d]->[...]'" % (name, array.size))
        return array

    def _place(self, name, side):
        """The place of a name: a tensor, an operation, ``operation:output port`` or ``input port:operation``.

        Where several are meant they must hold the same data, as in the Model Optimizer.
        """
        model, found = self._model, []
        place = model.get_place_by_tensor_name(name)
        if place is None:
            place = self._operation(name, side)
        if place is not None:
            found.append(place)
        after = re.fullmatch(r"(.+):(\d+)", name)
        before = re.fullmatch(r"(\d+):(.+)", name)
        if after:
            found += self._port(after.group(1), int(after.group(2)), "output")
        if before:
            found += self._port(before.group(2), int(before.group(1)), "input")
        if not found:
            raise refuse(side, "the model has no tensor or operation '%s'" % name, nearest(name, self._all_names(side)))
        if not all(same_data(place, found[0]) for place in found):
            raise refuse(
                side, "'%s' names both a tensor and a port, which differ" % name,
                "name the operation that makes it, or give the tensor's full name")
        return found[0]

    def _operation(self, name, side):
        operation = self._model.get_place_by_operation_name(name)
        if operation is None or not self._onnx:
            return operation
        if side == "output":
            return operation.get_output_port(output_port_index=0).get_target_tensor()
        return operation.get_input_port(input_port_index=0).get_producing_port().get_target_tensor()

    def _port(self, name, number, kind):
        operation = self._model.get_place_by_operation_name(name)
        if operation is None and self._onnx:
            tensor = self._model.get_place_by_tensor_name(name)
            if tensor is not None and (tensor.is_input() or tensor.is_output()):
                operation = tensor
            elif tensor is not None:
                operation = tensor.get_producing_operation()
        if operation is None:
            return []
        try:
            if kind == "output":
                port = operation.get_output_port(output_port_index=number)
                return [port.get_target_tensor() if self._onnx else port] if port is not None else []
            port = operation.get_input_port(input_port_index=number)
            if port is None:
                return []
            return [port.get_producing_port().get_target_tensor() if self._onnx else port]
        except Exception:  # No such port.
            return []

    def _all_names(self, side):
        """The names of the whole model, for a suggestion."""
        try:
            model = self._full_model()
        except Exception:
            return self._names(self._model.get_inputs())
        ends = model.inputs if side == "input" else model.outputs
        names = [names_of(port)[0] for port in ends]
        for operation in model.get_ordered_ops():
            if operation.get_type_name() in ("Constant", "Result"):
                continue
            names.append(operation.get_friendly_name())
            for port in operation.outputs():
                names += sorted(port.get_names())
        return list(dict.fromkeys(names))


def names_first(place):
    return place.get_names()[0]


def type_of(name):
    return getattr(native.Type, name)


def typed(text, kind, name):
    """A literal as a value of an element type."""
    lowered = text.lower()
    if kind == native.Type.boolean:
        if lowered in FROM_TEXT:
            return FROM_TEXT[lowered]
        if text in ("0", "1"):
            return text == "1"
    elif kind.is_real():
        return float(FROM_TEXT.get(lowered, text))
    else:
        try:
            return int(FROM_TEXT.get(lowered, text))
        except ValueError:
            pass
    raise refuse(
        "input", "'%s' is of the type %s, which has no value %s" % (name, kind.get_type_name(), text),
        "give values of that type, or another type: --input '%s{f32}->%s'" % (name, text))


def require_rank(parameter, name, old, new):
    if old.rank.is_dynamic or new.rank.is_dynamic:
        return
    if old.rank.get_length() != new.rank.get_length():
        raise refuse(
            parameter,
            "the shape %s has %d dimensions and the input '%s' has %d: %s"
            % (text_of(new), new.rank.get_length(), name, old.rank.get_length(), text_of(old)),
            "give a shape of %d dimensions; '?' leaves one open" % old.rank.get_length(),
        )


def set_batch(model, batch, layouts, changes):
    """The batch dimension of every input: where the layout has N, else the first."""
    shapes, before = {}, []
    for port in model.inputs:
        shape = port.get_partial_shape()
        if shape.rank.is_dynamic or shape.rank.get_length() == 0:
            continue
        layout = source_layout(layouts, port)
        index = 0
        if layout:
            if not native.Layout(layout).has_name("N"):
                continue
            index = native.Layout(layout).get_index_by_name("N") % shape.rank.get_length()
        elif shape[0].is_static and shape[0].get_length() not in (0, 1):
            raise refuse(
                "batch",
                "the first dimension of the input '%s' is %s, which does not look like a batch: %s"
                % (names_of(port)[0], shape[0], text_of(shape)),
                "tell where the batch is: --layout '%s(nchw)', or give its whole shape with --input-shape"
                % names_of(port)[0],
            )
        new = native.PartialShape(shape)
        new[index] = native.Dimension(batch)
        shapes[port] = new
        before.append("input '%s': batch %s -> %s" % (names_of(port)[0], shape[index], batch))
    if not shapes:
        raise refuse("batch", "no input of the model has a batch dimension", "leave it out")
    reshape(model, shapes, "batch")
    changes += before


def reshape(model, shapes, parameter):
    try:
        model.reshape(shapes)
    except Exception as error:
        raise refuse(
            parameter, "the model does not work with it: %s" % clean(error),
            "the model was made for %s; give shapes that it can compute with"
            % ", ".join(names_of(port)[0] + text_of(port.get_partial_shape()) for port in model.inputs))


def source_layout(layouts, port):
    for name, layout in layouts.items():
        if name in names_of(port):
            return layout.get("source")
    return None


def layouts_by_name(request, model):
    """Layouts by names; those without a name belong to the inputs in their order."""
    given = request.get("layouts") or []
    if not given:
        return {}
    named = [layout for layout in given if layout.get("name")]
    if named:
        ends = list(model.inputs) + list(model.outputs)
        return {
            names_of(find_port(ends, layout["name"], "layout", "input or output"))[0]: layout for layout in named
        }
    if len(given) != len(model.inputs):
        raise refuse(
            "layout", "%d layouts without names are given and the model has %d inputs" % (len(given), len(model.inputs)),
            "give one for each of %s, or name them: --layout 'name(nhwc)'"
            % ", ".join("'%s'" % names_of(port)[0] for port in model.inputs))
    return {names_of(port)[0]: layout for port, layout in zip(model.inputs, given)}


class Preparation:
    """Channel order, mean, scale and layouts: work on the input that moves into the model."""

    def __init__(self, model, request, changes):
        self._model = model
        self._changes = changes
        self._layouts = layouts_by_name(request, model)
        self._guessed = {}
        self._mean = self._by_input(request.get("mean") or [], "mean_values")
        self._scale = self._by_input(request.get("scale") or [], "scale_values")
        self._divisor = request.get("scale_all")
        self._reverse = bool(request.get("reverse_channels"))
        # Frozen values and inner tensors are not what the scale is meant for.
        self._new_inputs = set(request.get("new_inputs") or [])

    def apply(self):
        model = self._model
        steps = native.preprocess.PrePostProcessor(wrap(model))
        self._guess_channels()
        reversed_ports = self._reversible() if self._reverse else []
        for port in list(model.inputs) + list(model.outputs):
            self._set_layouts(steps, port)
        for port in reversed_ports:
            self._step(steps, port).reverse_channels()
            self._say(port, "channels reversed")
        for port in model.inputs:
            self._subtract_and_divide(steps, port)
        try:
            steps.build()
        except Exception as error:
            raise refuse(self._parameters(), clean(error), "correct the values or the layout; see --help")
        self._forget_guesses()

    def _parameters(self):
        used = [("layout", self._layouts), ("reverse_input_channels", self._reverse), ("mean_values", self._mean),
                ("scale_values", self._scale), ("scale", self._divisor)]
        return ", ".join(name for name, given in used if given)

    def _say(self, port, what):
        self._changes.append("input '%s': %s" % (names_of(port)[0], what))

    def _index(self, port):
        return self._model.inputs.index(port)

    def _step(self, steps, port):
        return steps.input(self._index(port)).preprocess()

    def _by_input(self, given, parameter):
        inputs = list(self._model.inputs)
        found = {}
        if given and not given[0].get("name"):
            if len(given) > len(inputs):
                raise refuse(
                    parameter, "%d tuples are given and the model has %d inputs" % (len(given), len(inputs)),
                    "give one tuple for each input, or name them: '%s(1,2,3)'" % names_of(inputs[0])[0])
            if 1 < len(inputs) != len(given):
                raise refuse(
                    parameter,
                    "%d tuples without names are given and the model has %d inputs" % (len(given), len(inputs)),
                    "name the inputs that are meant, for instance '%s%s'"
                    % (names_of(inputs[0])[0], numbers(given[0]["values"])))
            return {names_of(port)[0]: item["values"] for port, item in zip(inputs, given)}
        for item in given:
            port = find_port(inputs, item["name"], parameter, "input")
            if names_of(port)[0] in found:
                raise refuse(parameter, "'%s' names an input that has values already" % item["name"], "name it once")
            found[names_of(port)[0]] = item["values"]
        return found

    def _guess_channels(self):
        for port in self._model.inputs:
            name = names_of(port)[0]
            lengths = {len(v[name]) for v in (self._mean, self._scale) if name in v and len(v[name]) > 1}
            if not lengths:
                continue
            if len(lengths) > 1:
                raise refuse(
                    "scale_values", "%d mean values and %d scale values are given for the input '%s'"
                    % (len(self._mean[name]), len(self._scale[name]), name), "give one of each for every channel")
            layout = source_layout(self._layouts, port)
            count = lengths.pop()
            parameter = "mean_values" if len(self._mean.get(name, ())) == count else "scale_values"
            index = self._channel(layout, port) if layout else self._find_channels(port, count)
            if index is None:
                raise refuse(
                    parameter, "%d values are given and nothing tells which dimension of '%s' are the channels: %s"
                    % (count, name, text_of(port.get_partial_shape())),
                    "tell its layout: --layout '%s(nhwc)'" % name)
            dimension = port.get_partial_shape()[index]
            if dimension.is_static and dimension.get_length() != count:
                raise refuse(
                    parameter, "%d values are given and the input '%s' has %d channels: %s"
                    % (count, name, dimension.get_length(), text_of(port.get_partial_shape())),
                    "give %d values, or one for all channels" % dimension.get_length())
            if not layout:
                self._remember(port, index)

    def _remember(self, port, index):
        layout = ["?"] * port.get_partial_shape().rank.get_length()
        layout[index] = "C"
        self._guessed[names_of(port)[0]] = "".join(layout)

    @staticmethod
    def _channel(layout, port):
        shape = port.get_partial_shape()
        parsed = native.Layout(layout)
        if not parsed.has_name("C") or shape.rank.is_dynamic:
            return None
        index = parsed.get_index_by_name("C")
        return index % shape.rank.get_length() if -shape.rank.get_length() <= index < shape.rank.get_length() else None

    @staticmethod
    def _find_channels(port, count):
        """The one dimension of that size, where channels may be."""
        shape = port.get_partial_shape()
        if shape.rank.is_dynamic:
            return None
        rank = shape.rank.get_length()
        fitting = [i for i in range(rank) if shape[i].is_static and shape[i].get_length() == count]
        allowed = RANK_3_TO_5.get(rank, (rank - 1,))
        return fitting[0] if len(fitting) == 1 and fitting[0] in allowed else None

    def _reversible(self):
        ports = []
        for port in self._model.inputs:
            layout = source_layout(self._layouts, port)
            name = names_of(port)[0]
            index = self._channel(layout, port) if layout else self._find_channels(port, 3)
            if index is None:
                continue
            dimension = port.get_partial_shape()[index]
            if dimension.is_dynamic or dimension.get_length() == 3:
                ports.append(port)
                if not layout and name not in self._guessed:
                    self._remember(port, index)
        if not ports:
            inputs = ", ".join(names_of(port)[0] + text_of(port.get_partial_shape()) for port in self._model.inputs)
            raise refuse(
                "reverse_input_channels", "no input has exactly one dimension of 3 channels: %s" % inputs,
                "tell which dimension it is: --layout '%s(nhwc)', or leave it out" % names_of(self._model.inputs[0])[0])
        return ports

    def _set_layouts(self, steps, port):
        name = names_of(port)[0]
        layout = self._layouts.get(name, {})
        source, target = layout.get("source") or self._guessed.get(name), layout.get("target")
        inputs = self._model.inputs
        end = steps.input(inputs.index(port)) if port in inputs else steps.output(self._model.outputs.index(port))
        for text, part in ((source, "model"), (target, "tensor")):
            if text:
                try:
                    getattr(end, part)().set_layout(native.Layout(text))
                except Exception as error:
                    raise refuse("layout", "'%s' is no layout of '%s': %s" % (text, name, clean(error)),
                                 "use letters such as nhwc, '?' and '...'")
        if source and target:
            self._say(port, "layout %s -> %s" % (source, target))

    def _subtract_and_divide(self, steps, port):
        name = names_of(port)[0]
        mean, scale = self._mean.get(name), self._scale.get(name)
        if self._divisor is not None and not set(names_of(port)) & self._new_inputs:
            scale = [self._divisor]
        if mean is None and scale is None:
            return
        if not port.get_element_type().is_real():
            if name not in self._mean and name not in self._scale:
                return  # A scale for all inputs is not meant for identifiers and masks.
            raise refuse(
                "mean_values" if mean is not None else "scale_values",
                "the input '%s' is of the type %s, and only floating-point ones can be prepared"
                % (name, port.get_element_type().get_type_name()),
                "give it a type: --input '%s{f32}', or leave this input out" % name)
        step = self._step(steps, port)
        if mean is not None:
            step.mean(mean[0] if len(mean) == 1 else mean)
            self._say(port, "mean %s subtracted" % numbers(mean))
        if scale is not None:
            step.scale(scale[0] if len(scale) == 1 else scale)
            self._say(port, "divided by %s" % numbers(scale))

    def _forget_guesses(self):
        for parameter, port in zip(self._model.get_parameters(), self._model.inputs):
            if names_of(port)[0] in self._guessed:
                parameter.layout = native.Layout()


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
        model = SourceGraph(path, changes, lambda: read(path)).convert(request)
    else:
        model = read(path)
    if request.get("batch"):
        set_batch(model, request["batch"], layouts_by_name(request, model), changes)
    prepared = ("mean", "scale", "scale_all", "reverse_channels", "layouts")
    if any(request.get(name) for name in prepared):
        Preparation(model, request, changes).apply()
    if request.get("static_shape"):
        fold(model, changes)
    return model, changes
