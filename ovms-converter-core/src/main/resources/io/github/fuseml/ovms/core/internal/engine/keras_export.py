"""Exports one Keras model as a SavedModel, in a process of its own.

Started and spoken to like the engine's worker (see worker.py): JSON lines, a handshake first, then one
answer for each request. The one operation, ``export``, takes ``{"path", "target", "home"}`` and answers
``{"version", "library"}``.

Nothing in the file is trusted. What it consists of is looked at before TensorFlow is imported: a Lambda
layer holds Python's byte code, a layer of somebody's own needs code that is not here, and some of Keras's
own layers read other files or load other models. All of these are refused. Pickles are never opened: there
are none in these formats, and those that MLflow puts beside them are not looked at.
"""

import json
import os
import re
import sys
import zipfile

PROTOCOL = 1
LARGEST_TEXT = 64 << 20
LARGEST_UNPACKED = 64 << 30
LARGEST_RATIO = 200
DEEPEST = 200

# Modules whose classes build a model. Not keras.utils and keras.saving, which have functions that fetch
# files and load models; nor whatever lies outside of Keras.
PARTS = (
    "layers|models|ops|activations|initializers|regularizers|constraints|dtype_policies|random|quantizers"
    "|mixed_precision|engine|backend|losses|metrics|optimizers"
)
KERAS_MODULE = re.compile(r"^(tf_)?keras(\.src)?(\.(%s)(\.\w+)*)?$|^tensorflow\.keras\.(%s)(\.\w+)*$" % (PARTS, PARTS))

FUNCTIONS = re.compile(r"^(tf_)?keras(\.src)?\.(activations|ops)(\.\w+)*$")

# They run code from the file, load another model or read files that the configuration names.
FORBIDDEN = {
    "Lambda": "it holds Python byte code, which would run",
    "__lambda__": "it holds Python byte code, which would run",
    "TFSMLayer": "it loads a SavedModel from a path on the machine",
    "TorchModuleWrapper": "it unpickles a PyTorch module",
    "JaxLayer": "it calls code that is not in the file",
    "FlaxLayer": "it calls code that is not in the file",
    "function": "it names a Python function",
}
# Layers whose vocabulary may be the name of a file.
LOOKUPS = {"StringLookup", "IntegerLookup", "TextVectorization", "Hashing", "IndexLookup"}

# What an operator layer of Keras 2 may call: namespaces of TensorFlow that only compute.
COMPUTING = {
    "__operators__", "bitwise", "dtypes", "image", "linalg", "math", "nn", "quantization", "random", "ragged",
    "signal", "sparse", "strings",
}
NOT_COMPUTING = re.compile(r"^(load|import|py_|numpy_|function$|custom_|recompute|init_scope|print$|device$)")

REMEDY = 'export it where it was made: model.export("dir"), and convert the SavedModel'


class Failure(Exception):
    """A refusal, with a kind that the Java side maps to its errors."""

    def __init__(self, kind, message, remedy=REMEDY):
        super().__init__(message)
        self.kind = kind
        self.remedy = remedy


def _take_over_streams():
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return answers


ANSWERS = _take_over_streams()


def send(message):
    rest = memoryview((json.dumps(message, allow_nan=False) + "\n").encode("utf-8", "backslashreplace"))
    while rest:
        rest = rest[ANSWERS.write(rest):]


def _limit(settings):
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit = settings.get("memory_limit", 0)
    if limit:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _die_with_parent(parent):
    try:
        import ctypes

        set_parent_death_signal, kill = 1, 9
        ctypes.CDLL(None).prctl(set_parent_death_signal, kill)
    except Exception:
        return
    if parent and os.getppid() != parent:
        os._exit(4)


class Described:
    """What a file tells of itself before anything of it is loaded."""

    def __init__(self, config, version, weights):
        self.config = config
        self.version = version
        self.weights = weights

    def is_keras_3(self):
        return self.version.split(".")[0] not in ("", "0", "1", "2")


def _text(value):
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _json(text, what):
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Failure("unreadable", "its %s is no JSON" % what, "save the model again with Keras") from None


def describe(path):
    """Tells the two formats apart by content, as the names need not be right."""
    with open(path, "rb") as file:
        start = file.read(8)
    if start.startswith(b"PK\x03\x04"):
        return _describe_archive(path)
    if start == b"\x89HDF\r\n\x1a\n":
        return _describe_hdf5(path)
    raise Failure("unreadable", "it is neither a Keras archive nor an HDF5 file")


def _describe_archive(path):
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive, os.path.getsize(path))
            config = _json(_entry(archive, "config.json"), "config.json")
            metadata = _json(_entry(archive, "metadata.json"), "metadata.json")
            for name in archive.namelist():
                if name.endswith(".h5"):
                    _check_weights(archive, name)
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError) as error:
        raise Failure("unreadable", "its archive is damaged: %s" % error) from None
    version = metadata.get("keras_version", "") if isinstance(metadata, dict) else ""
    return Described(config, _text(version), path)


def _check_entries(archive, size):
    total = 0
    for entry in archive.infolist():
        parts = entry.filename.split("/")
        if entry.filename.startswith("/") or "\\" in entry.filename or ".." in parts:
            raise Failure("unsafe", "its archive holds %r, which leads out of it" % entry.filename[:120])
        total += entry.file_size
    if total > LARGEST_UNPACKED or total > LARGEST_RATIO * max(size, 1 << 16):
        raise Failure("unsafe", "its archive of %d bytes unpacks to %d" % (size, total))


def _entry(archive, name):
    if archive.getinfo(name).file_size > LARGEST_TEXT:
        raise Failure("unreadable", "its %s has more than %d bytes" % (name, LARGEST_TEXT))
    return archive.read(name).decode("utf-8", "replace")


def _check_weights(archive, name):
    import h5py

    with archive.open(name) as stream, h5py.File(stream, "r") as file:
        _check_links(file, h5py)


def _describe_hdf5(path):
    import h5py

    try:
        with h5py.File(path, "r") as file:
            if "model_config" not in file.attrs:
                raise Failure(
                    "unreadable",
                    "it holds weights and no model",
                    'build the model in Python, load_weights, then model.export("dir")',
                )
            config = _json(_text(file.attrs["model_config"]), "model_config")
            version = _text(file.attrs.get("keras_version", ""))
            _check_links(file, h5py)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise Failure("unreadable", "its HDF5 is damaged: %s" % error, "fetch or save the file again") from None
    return Described(config, version, path)


def _check_links(group, h5py, depth=0):
    """HDF5 can take its data from other files of this machine; a model has no use for that."""
    if depth > DEEPEST:
        raise Failure("unsafe", "its groups are nested too deep")
    for name in group:
        link = group.get(name, getlink=True)
        if not isinstance(link, h5py.HardLink):
            raise Failure("unsafe", "%r in it is a link, which may lead to another file" % name[:120])
        item = group[name]
        if isinstance(item, h5py.Group):
            _check_links(item, h5py, depth + 1)
        elif isinstance(item, h5py.Dataset) and (item.external or item.is_virtual):
            raise Failure("unsafe", "%r in it takes its data from another file" % name[:120])


def check(described):
    """Refuses what is not made of Keras's own parts alone."""
    found = []
    _walk(described.config, found, 0)
    if found:
        raise Failure("custom", "; ".join(found[:3]) + (" and %d more" % (len(found) - 3) if len(found) > 3 else ""))
    return described


def _walk(value, found, depth):
    if depth > DEEPEST:
        raise Failure("unsafe", "its configuration is nested too deep")
    if isinstance(value, list):
        for element in value:
            _walk(element, found, depth + 1)
    elif isinstance(value, dict):
        complaint = _complaint(value)
        if complaint:
            found.append(complaint)
        for key, element in value.items():
            # The optimizer, the loss and the metrics are not built: nothing of them is exported.
            if key not in ("compile_config", "training_config"):
                _walk(element, found, depth + 1)


def _complaint(value):
    name, module, registered = value.get("class_name"), value.get("module"), value.get("registered_name")
    if not isinstance(name, str):
        return None
    config = value.get("config") if isinstance(value.get("config"), dict) else {}
    shown = "%s '%s'" % (name[:60], str(config.get("name", ""))[:60]) if config.get("name") else name[:60]
    if name == "function" and isinstance(module, str) and FUNCTIONS.match(module):
        return None
    if name in FORBIDDEN:
        return "%s: %s" % (shown, FORBIDDEN[name])
    if ">" in name or (isinstance(registered, str) and ">" in registered):
        return "%s: it is a custom object, whose code is not in the file" % (registered or shown)
    if isinstance(module, str) and module and not KERAS_MODULE.match(module) and module != "builtins":
        return "%s: it is a custom object of the module %s, whose code is not in the file" % (shown, module[:60])
    if name in LOOKUPS and isinstance(config.get("vocabulary"), str):
        return "%s: its vocabulary is a file on the machine" % shown
    function = config.get("function")
    if name in ("TFOpLambda", "TensorFlowOpLayer", "ClassMethod") and isinstance(function, str):
        return None if _computes(function) else "%s: it calls %s" % (shown, function[:60])
    return None


def _computes(symbol):
    parts = [part for part in symbol.split(".") if part not in ("tf", "compat", "v1", "v2")]
    if not parts:
        return False
    return parts[0] in COMPUTING if len(parts) > 1 else not NOT_COMPUTING.match(parts[0])


def _library(described, home):
    """The Keras that wrote the file; each fails on the other's."""
    # A configuration in somebody's home directory would choose another backend or precision.
    os.environ["KERAS_HOME"] = home
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    if described.is_keras_3():
        import keras

        return keras
    import tf_keras

    return tf_keras


def _load(keras, path):
    # Both go by the name's suffix.
    try:
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except MemoryError:
        raise
    except Exception as error:
        text = " ".join(str(error).split())[:1500]
        unknown = re.search(
            r"Unknown (?:layer|initializer|object|regularizer|constraint|activation[\w ]*)\W+'?([\w>]+)"
            r"|Could not (?:locate|find) (?:class|function|object) '?([\w>]+)",
            text,
        )
        if unknown:
            name = unknown.group(1) or unknown.group(2)
            if _is_operator(keras, name):
                raise Failure(
                    "unreadable",
                    "Keras %s loads no operators from HDF5, and it has a %s" % (keras.__version__, name[:60]),
                    'save it as .keras, or export it where it was made: model.export("dir")',
                ) from None
            raise Failure("custom", "%s: it is a custom object, whose code is not in the file" % name[:60]) from None
        raise Failure("unreadable", "Keras %s cannot load it: %s" % (keras.__version__, text)) from None


def _is_operator(keras, name):
    parts = (getattr(getattr(keras, "src", None), "ops", None), "core", "math", "nn", "numpy")
    return any(hasattr(getattr(parts[0], part, None), name) for part in parts[1:])


def _named(tensors, history):
    """Tensors by the names of their layers, numbered where one layer has several."""
    named = {}
    for tensor in tensors:
        base = history(tensor)
        name, number = base, 0
        while name in named:
            number += 1
            name = "%s_%d" % (base, number)
        named[name] = tensor
    return named


def _layer_name(tensor):
    history = tensor._keras_history
    return (history.operation if hasattr(history, "operation") else history.layer).name


def _outputs(model):
    """A dictionary's keys where the model answers with one, else the names of the last layers."""
    answer = getattr(model, "output", None)  # A Sequential model of Keras 3 has none.
    if isinstance(answer, dict) and all(not isinstance(part, (dict, list, tuple)) for part in answer.values()):
        return {str(name): tensor for name, tensor in answer.items()}
    return _named(model.outputs, _layer_name)


def _ports(model):
    try:
        inputs, outputs = _named(model.inputs, _layer_name), _outputs(model)
    except (AttributeError, TypeError, ValueError):
        inputs, outputs = {}, {}
    if not inputs or not outputs:
        raise Failure(
            "unbuilt",
            "it does not tell the shape of its inputs",
            "call it once or model.build(input_shape), then save it again",
        )
    return inputs, outputs


def _save(keras, model, target):
    import tensorflow as tf

    inputs, outputs = _ports(model)
    flat = keras.Model(list(inputs.values()), list(outputs.values()))
    specs = {name: tf.TensorSpec(tensor.shape, tensor.dtype, name) for name, tensor in inputs.items()}

    @tf.function(input_signature=[specs], autograph=False)
    def serve(features):
        answers = flat([features[name] for name in inputs], training=False)
        answers = answers if isinstance(answers, (list, tuple)) else [answers]
        return {name: tf.identity(answer) for name, answer in zip(outputs, answers)}

    module = tf.Module()
    # The variables alone: the model would bring the traces of all its functions along.
    module.variables_of_the_model = [getattr(variable, "value", variable) if not isinstance(variable, tf.Variable)
                                     else variable for variable in model.variables]
    module.serve = serve
    try:
        tf.saved_model.save(module, target, signatures=serve)
    except AssertionError:
        # Tables of lookup layers are no variables and found only in their layers.
        module.model = model
        tf.saved_model.save(module, target, signatures=serve)


def export(request):
    described = check(describe(request["path"]))
    keras = _library(described, request["home"])
    model = _load(keras, request["path"])
    try:
        _save(keras, model, request["target"])
    except (Failure, MemoryError):
        raise
    except Exception as error:
        text = " ".join(str(error).split())[:1500]
        raise Failure("unreadable", "TensorFlow cannot export it: %s" % text) from None
    return {"version": described.version, "library": "%s %s" % (keras.__name__, keras.__version__)}


def _handle(request):
    try:
        return {"id": request.get("id"), "result": export(request)}
    except Failure as failure:
        error = {"kind": failure.kind, "message": str(failure), "remedy": failure.remedy}
    except MemoryError:
        error = {"kind": "memory", "message": "the export ran out of memory"}
    except Exception as failure:
        error = {"kind": "unexpected", "message": "%s: %s" % (type(failure).__name__, failure)}
    return {"id": request.get("id"), "error": error}


def main():
    settings = json.loads(sys.stdin.buffer.readline())
    _limit(settings)
    send({"hello": "ovms-keras-export", "protocol": PROTOCOL, "python": "%d.%d.%d" % sys.version_info[:3]})
    _die_with_parent(settings.get("parent"))
    for line in sys.stdin.buffer:
        send(_handle(json.loads(line)))


main()
