"""Values that take the place of an input: literals as the elements of a tensor. See ``graph_edits.py``."""

text = load("graph_text")

TRUTH = {"true": True, "false": False}


def typed(literal, kind, name):
    """A literal as a value of an element type."""
    lowered = literal.lower()
    if kind == native.Type.boolean:
        if lowered in TRUTH:
            return TRUTH[lowered]
        if literal in ("0", "1"):
            return literal == "1"
    elif kind.is_real():
        return float(TRUTH.get(lowered, literal))
    else:
        try:
            return int(TRUTH.get(lowered, literal))
        except ValueError:
            pass
    raise out_of(kind, name, literal)


def out_of(kind, name, literal):
    return text.refuse(
        "input", "'%s' is of the type %s, which has no value %s" % (name, kind.get_type_name(), literal),
        "give values of that type, or another type: --input '%s{f32}->%s'" % (text.quoted(name), literal))


def told(edit, kind):
    """What a frozen value does to the model."""
    return "input '%s' is the constant %s of type %s" % (
        edit["name"], ",".join(edit["value"][:8]) + (",..." if len(edit["value"]) > 8 else ""), kind.get_type_name())


def array_of(edit, kind, shape):
    """The values of an edit in a shape: its own, else the one that the model has there."""
    import numpy

    name, literals = edit["name"], edit["value"]
    values = [typed(literal, kind, name) for literal in literals]
    for literal, value in zip(literals, values):
        if not fits_in(value, kind):
            raise out_of(kind, name, literal)
    array = numpy.array(values if edit["list"] else values[0], dtype=kind.to_dtype())
    if edit.get("shape") is not None:
        return spread(array, text.shape_of(edit["shape"]), name)
    return spread(array, shape, name)


def fits_in(value, kind):
    """Whether a number is one of the type, and no infinity or its remainder."""
    import numpy

    if kind == native.Type.boolean:
        return True
    dtype = numpy.dtype(kind.to_dtype())
    if kind.is_real():
        return dtype.itemsize >= 8 or kind == native.Type.bf16 or abs(value) <= float(numpy.finfo(dtype).max)
    limits = numpy.iinfo(dtype)
    return limits.min <= value <= limits.max


def spread(array, shape, name):
    """An array in a shape: as many values as it takes, or fewer that are repeated over the outer dimensions."""
    import numpy

    if shape.rank.is_dynamic:
        return array
    sizes = [dimension.get_length() if dimension.is_static else None for dimension in shape]
    open_dimensions = sizes.count(None)
    known = 1
    for size in sizes:
        known *= 1 if size is None else size
    if open_dimensions == 1 and known and array.size % known == 0 and array.ndim:
        return array.reshape([array.size // known if size is None else size for size in sizes])
    if open_dimensions:
        raise text.refuse(
            "input", "'%s' has the shape %s, which leaves open how %s there" % (
                name, text.text_of(shape), "often the value is" if array.size == 1 else "the %d values lie" % array.size),
            "give it a shape as well: --input '%s[%s]->...'" % (
                text.quoted(name), ",".join("1" if size is None else str(size) for size in sizes)))
    if array.size == known:
        return array.reshape(sizes)
    try:
        return numpy.broadcast_to(array, sizes).copy()
    except ValueError:
        raise text.refuse(
            "input", "'%s' has %s and %s given" % (
                name, text.count(known, "element"),
                "1 value is" if array.size == 1 else "%d values are" % array.size),
            "give %d values, or one for all of them" % known)
