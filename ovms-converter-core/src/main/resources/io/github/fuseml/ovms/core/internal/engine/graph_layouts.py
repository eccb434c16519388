"""The meaning of a model's dimensions. See ``graph_edits.py``."""

text = load("graph_text")

EXAMPLES = {1: "c", 2: "nc", 3: "hwc", 4: "nhwc", 5: "ndhwc"}


def example_for(port):
    """A layout that fits the port's rank, and its channels where they look like some."""
    shape = port.get_partial_shape()
    rank = text.rank_of(shape)
    if rank == 4 and shape[1].is_static and shape[1].get_length() in (1, 3):
        return "nchw"
    return EXAMPLES.get(rank, "n...")


def example_of(port):
    """The same, as the parameter takes it."""
    return "%s(%s)" % (text.quoted(text.name_of(port)), example_for(port))


def source_layout(by_name, port):
    for name, layout in by_name.items():
        if name in text.names_of(port):
            return layout.get("source")
    return None


def by_name(request, model):
    """Layouts by names; those without a name belong to the inputs in their order."""
    given = request.get("layouts") or []
    if not given:
        return {}
    ends = list(model.inputs) + list(model.outputs)
    if any(layout.get("name") for layout in given):
        ports = [text.find_port(ends, layout["name"], "layout", "input or output") for layout in given]
    elif len(given) == len(model.inputs):
        ports = list(model.inputs)
    else:
        raise text.refuse(
            "layout", "%s without names %s given and the model has %s" % (
                text.count(len(given), "layout"), "is" if len(given) == 1 else "are",
                text.count(len(model.inputs), "input")),
            "give one for each of %s, or name them: --layout '%s'" % (
                text.listed(text.name_of(port) for port in model.inputs), example_of(model.inputs[0])))
    found = {}
    for port, layout in zip(ports, given):
        name = text.name_of(port)
        if name in found:
            raise text.refuse("layout", "'%s' names what has a layout already" % layout["name"], "name it once")
        found[name] = fitting(port, layout)
    return found


def fitting(port, layout):
    """A layout with the letters that the port has dimensions for."""
    source, target = layout.get("source"), layout.get("target")
    if target and not source:
        raise text.refuse(
            "target_layout", "nothing tells the layout that '%s' has, and nothing could be moved" % text.name_of(port),
            "tell it as well: --layout '%s(%s->%s)'" % (
                text.quoted(text.name_of(port)), example_for(port), target))
    for letters in (source, target):
        require_rank(port, letters)
    if source and target and "..." in source + target and source != target:
        raise text.refuse(
            "layout", "'%s->%s' leaves open which dimension goes where" % (source, target),
            "name every dimension: --layout '%s(nhwc->nchw)'" % text.quoted(text.name_of(port)))
    return {**layout, "source": source and written_out(source, text.rank_of(port.get_partial_shape()))}


def require_rank(port, letters):
    rank = text.rank_of(port.get_partial_shape())
    if letters is None or rank is None:
        return
    told = len(letters.replace("...", ""))
    if told > rank or (told < rank and "..." not in letters):
        raise text.refuse(
            "layout", "'%s' names %s and '%s' has %d: %s" % (
                letters, text.count(told, "dimension"), text.name_of(port), rank,
                text.text_of(port.get_partial_shape())),
            "give a letter for each, '?' for one without a meaning, '...' for several")


def written_out(letters, rank):
    """The layout with a '?' for each dimension that '...' stands for."""
    if rank is None or "..." not in letters:
        return letters
    return letters.replace("...", "?" * (rank - len(letters) + 3))
