"""A model before its conversion: its inputs and outputs chosen, shaped, typed and frozen. See ``graph_edits.py``."""

import os

text = load("graph_text")
values = load("graph_values")
places = load("graph_places")
cutting = load("graph_cut")

first_name, same_data = places.first_name, places.same_data


class ReadableOnnx:
    """OpenVINO's newer reader of ONNX finds no operation by its name, and ends the process if asked for a port."""

    NAME = "ONNX_ITERATOR"

    def __enter__(self):
        self._before = os.environ.get(self.NAME)
        os.environ[self.NAME] = "0"

    def __exit__(self, *_):
        if self._before is None:
            del os.environ[self.NAME]
        else:
            os.environ[self.NAME] = self._before


def convert(path, request, changes, read):
    """The converted model with its inputs and outputs as asked for."""
    with ReadableOnnx():
        return SourceGraph(path, request, changes, read).convert()


class SourceGraph:
    """A model in the front end of its framework, and the edits of its inputs with their places in it."""

    def __init__(self, path, request, changes, read):
        self._request = request
        self._changes = changes
        self._front_end = native.FrontEndManager().load_by_model(path)
        if self._front_end is None:
            raise Failure("unreadable", "no front end of OpenVINO takes it")
        self._model = self._front_end.load(path, True)
        self._places = places.Places(self._front_end, self._model, path, read)
        self._outputs = request.get("outputs") or []
        self._chosen = bool(request.get("inputs_chosen"))
        self._own = list(self._model.get_inputs())
        self._own_names = [self._places.user_name(place) for place in self._own]
        self._late = []
        self._cut_outputs = None

    def convert(self):
        edits = Edits(self._request, self._own, self._own_names, self._places).resolve()
        self._rewire(edits)
        for edit in edits:
            if not edit["inner"]:
                self._set_shape_and_type(edit)
        frozen = [edit for edit in edits if edit.get("value") is not None and not edit["inner"]]
        if frozen and len(frozen) == len(self._model.get_inputs()):
            raise cutting.no_input_left()
        for edit in frozen:
            self._freeze(edit)
        model = self._front_end.convert(self._model)
        for names, array in self._late:
            replace_input(model, names, array)
        if self._cut_outputs is not None:
            model = cutting.cut(model, edits, self._cut_outputs, self._changes)
        self._check_inputs(model, edits)
        if self._outputs and not model.inputs:
            raise text.refuse(
                "output", "%s computed from no input of the model" % (
                    text.listed(self._outputs) + (" is" if len(self._outputs) == 1 else " are")),
                "choose outputs that need %s" % (text.listed(self._own_names) or "an input"))
        return model

    def _rewire(self, edits):
        inputs = [edit["place"] for edit in edits]
        if not self._chosen:
            others = [place for place in self._own if not any(same_data(place, other) for other in inputs)]
            # What is frozen may be an inner tensor, which becomes an input first.
            inputs = others + inputs
        ends = [self._places.find(name, "output") for name in self._outputs]
        inputs_same = same_places(self._own, inputs)
        outputs_same = not self._outputs or same_places(self._model.get_outputs(), ends)
        for edit in edits:
            edit["names"] = places.plain_names(edit["place"]) | {edit["name"]}
            edit["new"] = not any(same_data(edit["place"], place) for place in self._own)
            if not edit["new"]:
                # A signature's input loses its name inside the graph, 'serving_default_x', for its own, 'x'.
                edit["names"].add(self._places.user_name(edit["place"]))
            edit["inner"] = False
        if inputs_same and outputs_same:
            self._reorder(edits, ends)
            return
        self._changes += ["input '%s' replaces what computed it" % edit["name"] for edit in edits if edit["new"]]
        self._changes += ["output '%s' ends the model" % name for name in self._outputs]
        if self._places.onnx:
            # The front end for ONNX loses names where it cuts; its tensors keep theirs, so the converted model is cut.
            self._cut_outputs = list(zip(self._outputs, ends))
            for edit in edits:
                edit["inner"] = edit["new"]
            return
        kept = [first_name(place) for place in inputs]
        self._cut_source(inputs, ends, inputs_same, outputs_same)
        # The places of before are not those of the graph that is left.
        for edit, name in zip(edits, kept[len(kept) - len(edits):]):
            edit["place"] = self._places.again(name, edit["place"])

    def _cut_source(self, inputs, ends, inputs_same, outputs_same):
        try:
            if not inputs_same and not outputs_same:
                self._model.extract_subgraph(inputs, ends)
            elif not inputs_same:
                self._model.override_all_inputs(inputs)
            else:
                self._model.override_all_outputs(ends)
        except Exception as error:
            raise text.refuse(
                "input" if not inputs_same else "output",
                "the model cannot be cut there: %s" % clean(error),
                "choose tensors that lie on every way from the inputs to the outputs")

    def _reorder(self, edits, ends):
        """The same inputs or outputs in another order; the order is part of what was asked for."""
        if self._outputs and [first_name(end) for end in ends] != [first_name(end) for end in self._model.get_outputs()]:
            self._model.override_all_outputs(ends)
        wanted = [edit["place"] for edit in edits]
        if not self._places.onnx and self._chosen and [first_name(place) for place in wanted] != [
                first_name(place) for place in self._own]:
            self._model.override_all_inputs(wanted)

    def _set_shape_and_type(self, edit):
        shape, kind = edit.get("shape"), edit.get("type")
        if shape is not None:
            new = text.shape_of(shape)
            old = self._model.get_partial_shape(edit["place"])
            require_rank(edit["parameter"], edit["name"], old, new)
            self._model.set_partial_shape(edit["place"], new)
            if edit.get("value") is None:
                self._changes.append(
                    "input '%s': shape %s -> %s" % (edit["name"], text.text_of(old), text.text_of(new)))
        if kind is not None:
            self._model.set_element_type(edit["place"], text.type_of(kind))
            self._changes.append("input '%s': type %s" % (edit["name"], kind))

    def _freeze(self, edit):
        place = edit["place"]
        try:
            kind = text.type_of(edit["type"]) if edit.get("type") else self._model.get_element_type(place)
        except places.NO_ANSWER:  # Not every front end tells it.
            kind = native.Type.dynamic
        if kind == native.Type.dynamic:
            kind = native.Type.f32
        array = values.array_of(edit, kind, self._model.get_partial_shape(place))
        self._model.set_element_type(place, kind)
        self._model.set_partial_shape(place, native.PartialShape(list(array.shape)))
        try:
            self._model.set_tensor_value(place, array)
        except places.NO_ANSWER:  # The front end for ONNX cannot: it becomes a constant after the conversion.
            self._late.append((set(place.get_names()), array))
        self._changes.append(values.told(edit, kind))

    def _check_inputs(self, model, edits):
        """The inputs that were asked for are there, by those names, and feed something."""
        needed = cutting.reachable(cutting.results_of(model))
        unclaimed = {index for index, _ in enumerate(model.inputs)}
        for edit in edits:
            if edit.get("value") is not None:
                continue
            index = next((i for i in sorted(unclaimed) if edit["names"] & plain_names_of(model.inputs[i])), None)
            used = index is not None and model.inputs[index].get_node().get_instance_id() in needed
            if not used and edit["parameter"] == "input" and (edit["new"] or (self._chosen and self._outputs)):
                raise text.refuse(
                    "input", "nothing that leads to the outputs is computed from '%s'" % edit["name"],
                    "leave it out, or choose the outputs that need it (--model-outputs)")
            if index is not None:
                unclaimed.discard(index)
                # Whoever names an input expects to find it by that name.
                if edit["name"] not in model.inputs[index].get_names():
                    model.inputs[index].add_names({edit["name"]})
        if self._chosen:
            self._changes += ["input '%s' stays: %s" % (text.name_of(model.inputs[i]), needs(model, model.inputs[i]))
                              for i in sorted(unclaimed)]


def needs(model, port):
    names = [
        text.name_of(result) for result in model.outputs
        if port.get_node().get_instance_id() in cutting.reachable([result.get_node().input_value(0)])]
    return "the output%s %s need%s it" % (
        "" if len(names) == 1 else "s", text.listed(names), "s" if len(names) == 1 else "") if names else "it is the model's own"


class Edits:
    """Finds the inputs that are named, or meant by their position."""

    def __init__(self, request, own, own_names, all_places):
        self._request = request
        self._own = own
        self._own_names = own_names
        self._places = all_places
        self._given = request.get("inputs") or []

    def resolve(self):
        frozen = [self._places.find(edit["name"], "input")
                  for edit in self._given if edit.get("value") is not None and edit.get("name")]
        unnamed = [place for place in self._own if not any(same_data(place, other) for other in frozen)]
        self._require_shapes_for_all(unnamed)
        edits = []
        for given in self._given:
            edit = dict(given)
            if edit.get("name"):
                found = self._places.find(edit["name"], "input")
                # An operation that only stands for an input is the input.
                edit["place"] = next((place for place in self._own if same_data(place, found)), found)
            else:
                edit["place"] = unnamed.pop(0)
                edit["name"] = self._places.user_name(edit["place"])
            for other in edits:
                if same_data(other["place"], edit["place"]):
                    raise text.refuse(
                        edit["parameter"], "'%s' and '%s' are the same tensor" % (other["name"], edit["name"]),
                        "name it once")
            edits.append(edit)
        return edits

    def _require_shapes_for_all(self, unnamed):
        """Shapes without names are for all inputs that are not frozen."""
        shapes = sum(not edit.get("name") for edit in self._given)
        if shapes > len(unnamed):
            raise text.refuse(
                "input_shape", "%s given and the model has %s to take them" % (
                    "1 value is" if shapes == 1 else "%d values are" % shapes, text.count(len(unnamed), "input")),
                "give at most one for each of %s" % text.listed(self._own_names))
        if shapes and shapes < len(unnamed) and len(self._own) > 1 and not self._request.get("inputs_chosen"):
            raise text.refuse(
                "input_shape", "%d of the model's %s a shape" % (
                    shapes, "%d inputs %s" % (len(unnamed), "has" if shapes == 1 else "have")),
                "give a shape for each of %s, or name the one that is meant: --input '%s[...]'" % (
                    text.listed(self._own_names), text.quoted(self._own_names[0])))


def replace_input(model, names, array):
    port = next(port for port in model.inputs if names & set(text.names_of(port)))
    constant = native.op.Constant(array)
    for target in port.get_target_inputs():
        target.replace_source_output(constant.output(0))
    model.remove_parameter(next(own for own in model.get_parameters() if own.output(0) == port))
    model.validate_nodes_and_infer_types()


def plain_names_of(port):
    return {name.removesuffix(":0") for name in text.names_of(port)}


def same_places(some, others):
    return len(some) == len(others) and all(any(same_data(place, other) for other in others) for place in some)


def require_rank(parameter, name, old, new):
    was, now = text.rank_of(old), text.rank_of(new)
    if None not in (was, now) and was != now:
        raise text.refuse(
            parameter,
            "the shape %s has %s and the input '%s' has %d: %s"
            % (text.text_of(new), text.count(now, "dimension"), name, was, text.text_of(old)),
            "give a shape of %s; '?' leaves one open" % text.count(was, "dimension"))
