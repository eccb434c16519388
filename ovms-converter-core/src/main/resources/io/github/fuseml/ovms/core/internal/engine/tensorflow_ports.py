"""How many inputs a TensorFlow operation has, read from the file. See ``graph_places.py``.

OpenVINO's front end takes any number for a port: it means another tensor then, or ends the process. The
fields are those of ``graph.proto``, ``node_def.proto``, ``meta_graph.proto`` and ``saved_model.proto``
of TensorFlow.
"""

import mmap
import os
import re

NODE, NODE_NAME, NODE_INPUT = 1, 1, 3
META_GRAPH, META_GRAPH_GRAPH = 2, 2
LENGTH_DELIMITED = 2


def inputs_of(path, operation):
    """The number of an operation's inputs, without those that only order; None where it cannot be told."""
    saved_model = os.path.isdir(path)
    file = os.path.join(path, "saved_model.pb") if saved_model else path
    if not os.path.isfile(file) or not os.path.getsize(file):
        return None
    with open(file, "rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            for graph in graphs(data, saved_model, file.endswith(".meta")):
                found = inputs_in(data, graph, operation.encode())
                if found is not None:
                    return found
        except (IndexError, ValueError):
            return inputs_in_text(file, operation)  # No protocol buffer: the graph is written as text.
    return None


def inputs_in_text(file, operation):
    """The same of protocol buffers' text format, which has two spaces for each level."""
    with open(file, encoding="utf-8", errors="replace") as opened:
        for node in re.split(r"(?m)^node \{", opened.read()):
            if re.search(r'(?m)^  name: "%s"$' % re.escape(operation), node):
                return len(re.findall(r'(?m)^  input: "[^^]', node))
    return None


def graphs(data, saved_model, meta_graph):
    whole = (0, len(data))
    metas = fields(data, whole, META_GRAPH) if saved_model else [whole]
    for meta in metas:
        yield from fields(data, meta, META_GRAPH_GRAPH) if saved_model or meta_graph else [meta]


def inputs_in(data, graph, operation):
    for node in fields(data, graph, NODE):
        if any(data[start:end] == operation for start, end in fields(data, node, NODE_NAME)):
            return sum(data[start:start + 1] != b"^" for start, end in fields(data, node, NODE_INPUT))
    return None


def fields(data, message, wanted):
    """The places of a message's fields of one number that have a length."""
    position, end = message
    while position < end:
        key, position = varint(data, position)
        kind = key & 7
        if kind == LENGTH_DELIMITED:
            length, position = varint(data, position)
            if position + length > end:
                raise ValueError("a field ends behind its message")
            if key >> 3 == wanted:
                yield position, position + length
            position += length
        elif kind == 0:
            _, position = varint(data, position)
        elif kind in (1, 5):
            position += 8 if kind == 1 else 4
        else:
            raise ValueError("no wire type: %d" % kind)


def varint(data, position):
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, position
        if shift > 63:
            raise ValueError("a number of more than 64 bits")
