"""Tells which operations of a SavedModel would reach out of it when it is loaded and run.

A SavedModel is a program: loading it runs the functions that set up its resources, and an operation may
write files, call Python or talk to other machines. What is run here may compute and keep variables and
tables of its own, and nothing else.
"""

import re

# Operations with a state of the model's own, or with a random generator. All others that TensorFlow's
# registry says to be stateful are refused: readers, writers, queues, other machines, Python.
KEEPS_TO_ITSELF = re.compile(
    r"^(VarHandleOp|VarIsInitializedOp|DestroyResourceOp|VariableShape|Variable(V2)?|TemporaryVariable"
    r"|(ReadVariable|Assign(Add|Sub)?Variable)Op|_?ReadVariablesOp|DisableCopyOnRead"
    r"|Resource(Gather(Nd)?|Scatter\w+|StridedSliceAssign|CountUpTo)"
    r"|(Anonymous)?(Mutable)?HashTable(OfTensors)?(V2)?|(Anonymous)?MutableDenseHashTable(V2)?"
    r"|LookupTable\w+V2|InitializeTable(FromTextFile)?V2"
    r"|TensorArray\w*V[23]|TensorArrayGradWithShape|Stack\w*V2|Empty"
    r"|StatefulPartitionedCall|If|While|Case|_Arg|_Retval|Assert|CheckNumerics(V2)?|GuaranteeConst|Restore(V2|Slice)?"
    r"|Random(Uniform|UniformInt|StandardNormal|Gamma|Poisson|PoissonV2|Shuffle)|(Parameterized)?TruncatedNormal"
    r"|Multinomial|Stateful(Uniform\w*|StandardNormal(V2)?|TruncatedNormal|RandomBinomial)|NonDeterministicInts"
    r"|Rng(Skip|ReadAndSkip)|StatelessRandomGetAlg|SampleDistortedBoundingBox(V2)?"
    r"|CudnnRNN(V[23])?|IsTensorFloat32Enabled|DeviceIndex)$"
)

# Operations that the registry says to have no state, and that read or write all the same, or end the process.
REACHES_OUT = re.compile(
    r"PyFunc|File|Dataset|Debug|Snapshot|Reader|ImmutableConst|CustomCall|Remote|TPU|Tpu|^_Host|^Copy(Host)?$|^Abort$"
)


def _reachable(start, edges):
    found, waiting = set(), list(start)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(edges(one))
    return found


def _node_name(reference):
    return reference.lstrip("^").split(":")[0]


def _called(node, library):
    """The functions that a node calls, by its attributes or by its own name."""
    if node.op in library:
        yield node.op
    for value in node.attr.values():
        for function in [value.func] + list(value.list.func):
            if function.name in library:
                yield function.name


def _operations(meta_graph):
    """The names of all operations but those that do nothing but save the variables, which nobody does here."""
    graph = meta_graph.graph_def
    library = {function.signature.name: function for function in graph.library.function}
    nodes = {node.name: node for node in graph.node}

    def inputs(name):
        return [_node_name(each) for each in nodes[name].input if _node_name(each) in nodes]

    def inner(name):
        return [called for node in library[name].node_def for called in _called(node, library)]

    def functions(names):
        return _reachable([called for name in names for called in _called(nodes[name], library)], inner)

    save = _node_name(meta_graph.saver_def.save_tensor_name)
    saving = _reachable([save], inputs) if save in nodes else set()
    run = _reachable(set(nodes) - saving, inputs)
    named = [name for name in meta_graph.object_graph_def.concrete_functions if name in library]
    called = functions(run) | _reachable(named, inner)
    called |= _reachable(set(library) - functions(saving), inner)
    # A gradient is another way to call a function.
    called |= _reachable(
        [each.gradient_func for each in graph.library.gradient if each.gradient_func in library], inner)
    for name in run:
        yield nodes[name].op, library
    for name in called:
        for node in library[name].node_def:
            yield node.op, library


def unsafe(directory):
    """The names of the operations for which a SavedModel is not to be loaded, sorted."""
    from tensorflow.python.framework import op_def_registry
    from tensorflow.python.saved_model import loader_impl

    found = set()
    # By the very function that the loader uses: it reads the same file.
    for meta_graph in loader_impl.parse_saved_model(directory).meta_graphs:
        for operation, library in _operations(meta_graph):
            if operation in library:
                continue
            known = op_def_registry.get(operation)
            if known is None or (
                not KEEPS_TO_ITSELF.match(operation) if known.is_stateful else REACHES_OUT.search(operation)
            ):
                found.add(operation)
    return sorted(found)
