"""Names, shapes and refusals of a model's graph, as people are told them. See ``graph_edits.py``."""

import difflib


def refuse(parameter, found, remedy):
    """A request that does not fit this model."""
    failure = Failure("option", "%s: %s" % (parameter, found))
    failure.remedy = remedy
    return failure


def shape_of(dimensions):
    if dimensions == "dynamic":
        return native.PartialShape.dynamic()
    return native.PartialShape([native.Dimension(least, greatest) for least, greatest in dimensions])


def type_of(name):
    return getattr(native.Type, name)


def rank_of(shape):
    """The number of dimensions; None where it is open."""
    return None if shape.rank.is_dynamic else shape.rank.get_length()


def text_of(shape):
    return "[" + str(shape).strip("[]") + "]" if not shape.rank.is_dynamic else "[...]"


def count(number, thing):
    return "%d %s%s" % (number, thing, "" if number == 1 else "s")


def numbers(values):
    return "(" + ",".join("%g" % value for value in values) + ")"


def quoted(name):
    """A name as the parameters take it: in quotes where it has characters of their syntax."""
    plain = name and name.strip() == name and "->" not in name and not set(name) & set(",[](){}\"'\\")
    return name if plain else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def shown(name):
    """A name in a sentence, ready to be copied: in the double quotes that it needs, else in single ones."""
    return "'%s'" % name if quoted(name) == name else quoted(name)


def listed(names):
    return ", ".join(shown(name) for name in names)


def nearest(name, known):
    """The known names that somebody may have meant, else the first few there are."""
    plain = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(name.lower(), list(plain), n=3, cutoff=0.6)
    if close:
        return "did you mean %s?" % " or ".join(shown(plain[key]) for key in close)
    return "use one of %s%s" % (listed(known[:8]), ", ..." if len(known) > 8 else "")


def names_of(port):
    """All names of an input or output, those that people use first."""
    names = sorted(port.get_names(), key=lambda name: (len(name), name))
    friendly = port.get_node().get_friendly_name()
    return names + ([friendly] if friendly not in names else [])


def name_of(port):
    return names_of(port)[0]


def find_port(ports, name, parameter, what):
    for port in ports:
        # 'x:0' is TensorFlow's name for what 'x' makes.
        if name in names_of(port) or name + ":0" in names_of(port):
            return port
    raise refuse(parameter, "the model has no %s '%s'" % (what, name), nearest(name, [name_of(port) for port in ports]))


def all_names(model, side):
    """The names in a model, its own inputs or outputs first."""
    ends = model.inputs if side == "input" else model.outputs
    names = [name_of(port) for port in ends]
    for operation in model.get_ordered_ops():
        if operation.get_type_name() in ("Constant", "Result"):
            continue
        names.append(operation.get_friendly_name())
        for port in operation.outputs():
            names += sorted(port.get_names())
    return list(dict.fromkeys(names))


def shapes_text(model):
    """The inputs as ``--input`` takes them."""
    return ", ".join(quoted(name_of(port)) + text_of(port.get_partial_shape()) for port in model.inputs)
