"""The engine's process: reads, converts and checks models with OpenVINO.

Started as ``python -I`` by the Java side, which sends this file over the standard input. Speaks JSON
lines: requests come on the standard input, answers leave on the standard output; everything that
OpenVINO or a library prints goes to the standard error.

The first line out is the handshake ``{"hello": "ovms-worker", "protocol": 1, ...}``, or ``{"fatal":
{"kind", "message"}}``. Each request ``{"id", "op", ...}`` gets exactly one answer: ``{"id", "result":
{...}}`` or ``{"id", "error": {"kind", "message", "remedy", "detail"}}``. Requests are handled one after
another.
"""

import json
import os
import re
import sys
import types

PROTOCOL = 1

# With torch importable, OpenVINO tries its loaders on every file, and a pickle inside a file can then
# run code. Telemetry phones home. None in sys.modules makes both unimportable.
for _module in ("torch", "torchvision", "openvino_telemetry"):
    sys.modules[_module] = None


def _take_over_streams():
    """Keeps the real standard output for answers and sends everybody else's to the standard error."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return answers


ANSWERS = _take_over_streams()


def send(message):
    """Writes one line, whole even where the pipe takes less at once."""
    rest = memoryview((json.dumps(message, allow_nan=False) + "\n").encode("utf-8", "backslashreplace"))
    while rest:
        rest = rest[ANSWERS.write(rest):]


def fatal(kind, message):
    send({"fatal": {"kind": kind, "message": message}})
    os._exit(3)


def _limit(settings):
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit = settings.get("memory_limit", 0)
    if limit:
        # Weights stay mapped from their files: a limit on the address space would count them.
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _die_with_parent(parent):
    """Asks Linux to end this process with the thread that started it, whatever it is doing then."""
    try:
        import ctypes

        set_parent_death_signal, kill = 1, 9
        ctypes.CDLL(None).prctl(set_parent_death_signal, kill)
    except Exception:  # Not Linux: the end of the standard input is noticed between requests.
        return
    if parent and os.getppid() != parent:
        os._exit(4)


def _lean_openvino():
    """The extension module alone: a tenth of the time that ``import openvino`` takes.

    The package's own ``__init__`` imports numpy, all operator sets and the converters for torch and
    others, none of which reading and writing a model needs. ``save_model`` only wants its argument to
    be an instance of ``openvino.Model``, a wrapper that is easily given.
    """
    import importlib.util

    spec = importlib.util.find_spec("openvino")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("no module named 'openvino'")
    package = types.ModuleType("openvino")
    package.__path__ = list(spec.submodule_search_locations)
    package.Model = type("Model", (), {"__init__": lambda self, model: setattr(self, "_Model__model", model)})
    sys.modules["openvino"] = package
    try:
        import openvino._pyopenvino as native

        native.Core, native.save_model, native.get_version
        return native
    except BaseException:
        for name in [name for name in sys.modules if name == "openvino" or name.startswith("openvino.")]:
            del sys.modules[name]
        raise


def _import_openvino():
    try:
        return _lean_openvino()
    except ImportError as error:
        if "no module named 'openvino'" in str(error):
            raise
    except AttributeError:
        pass
    # Another layout of the package than the one this was written for.
    import openvino
    import openvino._pyopenvino as native

    return native


def wrapped(model):
    """The ``openvino.Model`` of a native one, of the package that is imported by now: see ``weights.py``."""
    return sys.modules["openvino"].Model(model)


class Failure(Exception):
    """A request that failed, with a kind that the Java side maps to its errors."""

    def __init__(self, kind, message, detail=""):
        super().__init__(message)
        self.kind = kind
        self.detail = detail
        self.remedy = ""


def _clean(text):
    """OpenVINO's message without the places in its source code."""
    lines = []
    for line in str(text).splitlines():
        line = re.sub(r"^(Exception from |Check '.*' failed at ).*?:\d+:?\s*", "", line.strip())
        line = re.sub(r"^FrontEnd API failed with \w+:?\s*", "", line)
        if line and line not in lines:
            lines.append(line)
    return " ".join(lines)[:2000] or "no reason was given"


def _read_failure(error):
    text = str(error)
    lowered = text.lower()
    if isinstance(error, MemoryError) or "bad_alloc" in lowered or "cannot allocate memory" in lowered:
        return Failure("memory", "the engine ran out of memory", text)
    unsupported = re.search(
        r"does not support the following|no conversion rule|not supported operation|unsupported operat"
        r"|Translation for .* operation type .* not|no translator found|is not supported",
        text,
        re.IGNORECASE,
    )
    return Failure("unsupported-operator" if unsupported else "unreadable", _clean(text), text[-8000:])


class Engine:
    """OpenVINO, and the operations that a request may name."""

    def __init__(self, native, settings):
        self._native = native
        self._core = native.Core()
        self._memory_limit = settings.get("memory_limit", 0)
        self._page_limit = settings.get("page_limit", 0)
        self._modules = {}

    def describe(self, request):
        return self._signature(self._read(request["path"]))

    def convert(self, request):
        model, changes = self._edited(request) if "edits" in request else (self._read(request["path"]), [])
        if request.get("offline"):
            from openvino._offline_transformations import apply_moc_transformations

            apply_moc_transformations(wrapped(model), cf=False)
        signature = self._signature(model)
        self._require_inputs_and_outputs(signature, "unreadable")
        self._module("paging", request).map_ahead(self._page_limit)
        if request.get("compression"):
            return {**signature, **self._save_compressed(model, request, changes), "changes": changes}
        self._save(wrapped(model), request["xml"], False)
        return {**signature, "changes": changes}

    def _save(self, model, xml, halves):
        try:
            self._native.save_model(model, xml, halves)
        except Exception as error:
            failure = _read_failure(error)
            raise failure if failure.kind == "memory" else Failure("unwritable", failure.args[0], failure.detail)

    def _save_compressed(self, model, request, changes):
        """Writes the weights smaller than they are; answers how many bytes they took and take."""
        weights = self._module("weights", request)
        kind, xml = request["compression"], request["xml"]
        before = weights.size(model)
        if kind == "FP16":
            if self._memory_limit:
                try:
                    weights.halve_large(model, self._memory_limit // 4, xml + ".weights", self._read)
                except OSError as error:
                    raise Failure("unwritable", _clean(error))
            with self._module("paging", request).kept_memory():
                self._save(wrapped(model), xml, True)
        else:
            compressed, change = weights.quantize(model, kind)
            changes.append(change)
            self._save(compressed, xml, False)
        return {"weights_before": before, "weights_after": os.path.getsize(os.path.splitext(xml)[0] + ".bin")}

    def _module(self, name, request):
        """Code that comes along with the first request that wants it."""
        if name not in self._modules:
            module = types.ModuleType(name)
            module.native, module.wrap = self._native, wrapped
            module.Failure, module.clean = Failure, _clean
            module.load = lambda other: self._module(other, request)
            exec(compile(request["code"][name], name + ".py", "exec"), module.__dict__)
            self._modules[name] = module
        return self._modules[name]

    def _edited(self, request):
        edits = self._module("graph_edits", request)
        try:
            return edits.convert(request["path"], request["edits"], self._read)
        except (Failure, MemoryError):
            raise
        except Exception as error:
            raise edits.blame(request["path"], request["edits"], self._read, _read_failure(error))

    def verify(self, request):
        xml = request["xml"]
        weights = os.path.splitext(xml)[0] + ".bin"
        self._require_whole(xml, weights)
        try:
            model = self._core.read_model(xml)
        except Exception as error:
            raise Failure("damaged", _clean(error), str(error)[-8000:])
        signature = self._signature(model)
        self._require_inputs_and_outputs(signature, "damaged")
        return signature

    def run(self, request):
        """Runs a converted model."""
        return self._module("verify_model", request).run(request, self._core)

    @staticmethod
    def _require_whole(xml, weights):
        if not os.path.exists(xml):
            raise Failure("damaged", "the description is not there: " + os.path.basename(xml))
        with open(xml, "rb") as file:
            text = file.read()
        if not text.rstrip().endswith(b"</net>"):
            raise Failure("damaged", "the description ends before its end: " + os.path.basename(xml))
        end = 0
        for data in re.finditer(rb"<data\b[^>]*>", text):
            offset = re.search(rb'\boffset="(\d+)"', data.group())
            size = re.search(rb'\bsize="(\d+)"', data.group())
            if offset and size:
                end = max(end, int(offset.group(1)) + int(size.group(1)))
        actual = os.path.getsize(weights) if os.path.exists(weights) else 0
        if actual < end:
            raise Failure("damaged", "the weights have %d bytes and the description needs %d" % (actual, end))

    def _read(self, path):
        try:
            return self._core.read_model(path)
        except Exception as error:
            raise _read_failure(error)

    @staticmethod
    def _require_inputs_and_outputs(signature, kind):
        for side in ("inputs", "outputs"):
            if not signature[side]:
                raise Failure(kind, "the model has no %s" % side)

    def _signature(self, model):
        return {
            "inputs": [self._tensor(port) for port in model.inputs],
            "outputs": [self._tensor(port) for port in model.outputs],
        }

    @staticmethod
    def _tensor(port):
        names = sorted(port.get_names(), key=lambda name: (len(name), name))
        shape = port.get_partial_shape()
        dimensions = None
        if not shape.rank.is_dynamic:
            # An unbounded dimension has the maximum -1.
            dimensions = [[dimension.get_min_length(), dimension.get_max_length()] for dimension in shape]
        return {
            "name": names[0] if names else port.get_node().get_friendly_name(),
            "type": port.get_element_type().get_type_name(),
            "shape": dimensions,
        }


def _handle(engine, request):
    operation = {"describe": engine.describe, "convert": engine.convert, "verify": engine.verify, "run": engine.run}.get(request.get("op"))
    try:
        if operation is None:
            raise Failure("protocol", "no operation %r" % request.get("op"))
        return {"id": request.get("id"), "result": operation(request)}
    except Failure as failure:
        error = {
            "kind": failure.kind,
            "message": str(failure),
            "remedy": failure.remedy,
            "detail": failure.detail,
        }
    except MemoryError:
        error = {"kind": "memory", "message": "the engine ran out of memory", "detail": ""}
    except Exception as failure:
        error = {"kind": "unexpected", "message": "%s: %s" % (type(failure).__name__, failure), "detail": ""}
    return {"id": request.get("id"), "error": error}


def _requests(lines):
    """The requests, one by one; a thread notices the end of the input also while one is handled."""
    import queue
    import threading

    pending = queue.SimpleQueue()

    def read():
        for line in lines:
            pending.put(line)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield json.loads(pending.get())


def main():
    settings = json.loads(sys.stdin.buffer.readline())
    _limit(settings)
    try:
        native = _import_openvino()
    except BaseException as error:
        kind = "no-openvino" if isinstance(error, ImportError) else "broken-openvino"
        fatal(kind, "%s: %s" % (type(error).__name__, error))
    send({
        "hello": "ovms-worker",
        "protocol": PROTOCOL,
        "openvino": native.get_version(),
        "python": "%d.%d.%d" % sys.version_info[:3],
        "executable": sys.executable,
    })
    _die_with_parent(settings.get("parent"))
    try:
        engine = Engine(native, settings)
    except Exception as error:
        fatal("broken-openvino", "%s: %s" % (type(error).__name__, error))
    for request in _requests(sys.stdin.buffer):
        send(_handle(engine, request))


main()
