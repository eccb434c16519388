"""Cutting a converted model at inner tensors. See ``graph_edits.py``."""

text = load("graph_text")
values = load("graph_values")


def cut(model, edits, outputs, changes):
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
            raise text.refuse(
                parameter, "the model cannot be cut at '%s': the conversion replaces it" % name,
                text.nearest(name, list(ports)))
        return port

    # Found before anything is replaced: an output may be computed from what becomes an input, or be it.
    ends = [port_of(name, place.get_names(), "output") for name, place in outputs]
    parameters = []
    for edit in edits:
        if not edit.get("inner"):
            continue
        port = port_of(edit["name"], edit["names"], "input")
        source = replacement(port, edit)
        names = port.get_names()
        if edit.get("value") is None:
            parameters.append(source)
            source.set_friendly_name(edit["name"])
            names = names | {edit["name"]}
        else:
            changes.append(values.told(edit, source.get_output_element_type(0)))
        # What was the tensor's is its replacement's: an output of that name is the same tensor.
        port.set_names(set())
        source.output(0).set_names(names)
        ends = [source.output(0) if end == port else end for end in ends]
        for target in port.get_target_inputs():
            target.replace_source_output(source.output(0))
    ends = ends or results_of(model)
    needed = reachable(ends)
    kept = [own for own in model.get_parameters() if own.get_instance_id() in needed]
    if not kept + parameters:
        raise no_input_left()
    made = native.Model(ends, kept + parameters, model.get_friendly_name())
    made.validate_nodes_and_infer_types()
    return made


def no_input_left():
    return text.refuse(
        "input", "every input is frozen or cut off and none is left", "leave one input without a value")


def replacement(port, edit):
    shape = text.shape_of(edit["shape"]) if edit.get("shape") is not None else port.get_partial_shape()
    kind = text.type_of(edit["type"]) if edit.get("type") else port.get_element_type()
    if edit.get("value") is None:
        return native.op.Parameter(kind, shape)
    return native.op.Constant(values.array_of(edit, kind, shape))


def reachable(ends):
    """The operations that some tensors are computed from."""
    seen, pending = set(), [end.get_node() for end in ends]
    while pending:
        operation = pending.pop()
        if operation.get_instance_id() not in seen:
            seen.add(operation.get_instance_id())
            pending += [value.get_node() for value in operation.input_values()]
    return seen


def results_of(model):
    return [result.input_value(0) for result in model.get_results()]
