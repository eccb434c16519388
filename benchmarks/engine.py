"""The measuring part of engine.sh, which sees to it that everything is installed."""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

TENSORS, WIDTH = 16, 5793  # 16 matrices of 5793 x 5793 floats are 2 GiB.
SILENT = ("import sys; sys.modules['openvino_telemetry'] = None; sys.argv[0] = 'ovc';"
          "from openvino.tools.ovc.main import main; sys.exit(main())")


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True)
    parser.add_argument("--peer", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--types", default="FP32,FP16")
    parser.add_argument("--dir", default=None, help="where the data lies, on the disk to measure")
    return parser.parse_args()


def number(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(key, value):
    """A protocol buffer's field: a number, a text, or a message."""
    if isinstance(value, int):
        return number(key << 3) + number(value)
    value = value.encode() if isinstance(value, str) else value
    return number(key << 3 | 2) + number(len(value)) + value


def port(name):
    shape = field(1, field(1, 1)) + field(1, field(1, WIDTH))
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)))


def write_model(path):
    """One matrix multiplication after the other; field numbers as in onnx.proto."""
    size = 4 * WIDTH * WIDTH
    graph, previous = b"", "x"
    for each in range(TENSORS):
        made = "y" if each == TENSORS - 1 else "t%d" % each
        weights = "w%d" % each
        graph += field(1, field(1, previous) + field(1, weights) + field(2, made) + field(3, made) + field(4, "MatMul"))
        place = {"location": path.name + ".data", "offset": str(each * size), "length": str(size)}
        graph += field(5, field(1, WIDTH) + field(1, WIDTH) + field(2, 1) + field(8, weights)
                       + b"".join(field(13, field(1, key) + field(2, value)) for key, value in place.items())
                       + field(14, 1))
        previous = made
    graph += field(2, "graph") + field(11, port("x")) + field(12, port("y"))
    path.write_bytes(field(1, 8) + field(7, graph) + field(8, field(2, 13)))
    # Floats below 1 in magnitude, no two matrices alike.
    block = bytes(byte if place % 4 != 3 else 0x3C for place, byte in enumerate(os.urandom(1 << 20)))
    with open(path.with_name(path.name + ".data"), "wb") as data:
        for each in range(TENSORS):
            data.write(bytes([each, 0, 0, 0x3C]))
            rest = size - 4
            while rest:
                rest -= data.write(block[:rest])


def anonymous(pid):
    """The KiB of anonymous memory of a process and of all below it."""
    total = 0
    try:
        with open("/proc/%d/status" % pid) as status:
            total += next((int(line.split()[1]) for line in status if line.startswith("RssAnon")), 0)
        for task in os.listdir("/proc/%d/task" % pid):
            with open("/proc/%d/task/%s/children" % (pid, task)) as children:
                total += sum(anonymous(int(child)) for child in children.read().split())
    except (OSError, ValueError):
        pass  # It ended meanwhile.
    return total


def largest_python(pid):
    """The same of the largest Python process below one: the engine's, without the JVM beside it."""
    most = 0
    try:
        for task in os.listdir("/proc/%d/task" % pid):
            with open("/proc/%d/task/%s/children" % (pid, task)) as children:
                for child in map(int, children.read().split()):
                    name = pathlib.Path("/proc/%d/comm" % child).read_text()
                    most = max(most, anonymous(child) if name.startswith("python") else largest_python(child))
    except (OSError, ValueError):
        pass
    return most


class Bench:
    def __init__(self, options, scratch):
        self.options = options
        self.scratch = pathlib.Path(scratch)
        self.model = self.scratch / "big.onnx"
        write_model(self.model)

    def commands(self, kind):
        ours = [self.options.root + "/bin/ovms-converter", "convert", str(self.model), "--output",
                str(self.scratch / "ours"), "--progress", "none", "--json", "--data-type", kind,
                "--engine-memory-limit", "512M"]
        ovc = [self.options.peer, "-c", SILENT, str(self.model), "--output_model", str(self.scratch / "ovc" / "big"),
               "--compress_to_fp16=" + str(kind == "FP16")]
        return {"ovms-converter": ours, "ovc": ovc}

    def run(self, name, command):
        """Seconds, seconds of the conversion alone where they are told, peak MiB of anonymous memory."""
        for directory in ("ours", "ovc"):
            shutil.rmtree(self.scratch / directory, ignore_errors=True)
        os.sync()  # What the one before has written is not this one's burden.
        peak, ended = [0], threading.Event()
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        def watch():
            while not ended.wait(0.02):
                peak[0] = max(peak[0], anonymous(process.pid) if name == "ovc" else largest_python(process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        output, errors = process.communicate()
        wall = time.perf_counter() - start
        ended.set()
        watcher.join()
        if process.returncode != 0:
            sys.exit("failed: %s\n%s" % (" ".join(command), errors[-2000:]))
        alone = json.loads(output)["timings"]["optimize"] if name != "ovc" else wall
        return wall, alone, peak[0] / 1024

    def measure(self, kind):
        commands = self.commands(kind)
        results = {name: [] for name in commands}
        for round_number in range(self.options.rounds + 1):
            for name, command in commands.items():
                result = self.run(name, command)
                if round_number > 0:  # The first round fills caches.
                    results[name].append(result)
        return results


def show(kind, results):
    ovc = [one[0] for one in results["ovc"]]
    print("\n%s\n\n| | median (min to max), s | ovc takes, times as long | peak anonymous memory, MiB |" % kind)
    print("| --- | --- | --- | --- |")
    rows = {"`ovc`": (ovc, results["ovc"]),
            "the engine": ([one[1] for one in results["ovms-converter"]], results["ovms-converter"]),
            "`ovms-converter convert`, checked and published": (
                [one[0] for one in results["ovms-converter"]], results["ovms-converter"])}
    for name, (seconds, runs) in rows.items():
        ratio = statistics.median(theirs / ours for theirs, ours in zip(ovc, seconds))
        print("| %s | %.2f (%.2f to %.2f) | %.1f | %.0f |" % (
            name, statistics.median(seconds), min(seconds), max(seconds), ratio, max(one[2] for one in runs)))
    sys.stdout.flush()


def main():
    options = arguments()
    scratch = tempfile.mkdtemp(prefix="engine-benchmark-", dir=options.dir)
    try:
        bench = Bench(options, scratch)
        for kind in options.types.split(","):
            show(kind, bench.measure(kind))
    finally:
        shutil.rmtree(scratch)


main()
