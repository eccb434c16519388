#!/usr/bin/env bash
# A small conversion from start to end: this CLI beside OpenVINO's own `ovc`, in turn, as whole
# processes. Prints wall time (median, minimum, maximum) and peak memory of the largest process, the
# ratios, and how ours splits.
#
#   benchmarks/convert.sh [MODEL] [RUNS]
#
# `ovc` runs in an environment of its own with the same pinned OpenVINO, made below the user's cache
# directory: as it is shipped, with telemetry, and without, since telemetry costs more the worse the
# network is.
set -euo pipefail

root=$(cd -P -- "$(dirname -- "$0")/.." && pwd -P)
model=${1:-$root/examples/models/iris.onnx}
runs=${2:-15}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ovms-converter
# shellcheck source=benchmarks/openvino.sh
. "$root/benchmarks/openvino.sh"
provide_openvino
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

python3 - "$root" "$model" "$runs" "$peer" "$scratch" <<'PYTHON'
import os
import re
import statistics
import subprocess
import sys
import time

root, model, runs, peer, scratch = sys.argv[1:]
ours = [root + "/bin/ovms-converter", "convert", model, "--output", scratch + "/ours", "--progress", "none"]
ovc = [peer + "/bin/ovc", model, "--output_model", scratch + "/ovc", "--compress_to_fp16=False"]
silent = [
    peer + "/bin/python",
    "-c",
    "import sys; sys.modules['openvino_telemetry'] = None; sys.argv[0] = 'ovc';"
    "from openvino.tools.ovc.main import main; sys.exit(main())",
] + ovc[1:]


def measure(command):
    """Wall seconds, and the largest process's resident memory in MiB."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status != 0:
        sys.exit("failed: " + " ".join(command))
    return wall, usage.ru_maxrss / 1024


def bare_jvm():
    """A JVM that does next to nothing, by the same launcher."""
    return statistics.median(measure([root + "/bin/ovms-converter", "version"])[0] for _ in range(5))


commands = {"`ovms-converter convert`": ours, "`ovc` as shipped": ovc, "`ovc` without telemetry": silent}
for command in commands.values():
    measure(command)  # Builds, and fills the disk's cache.
rounds = [[measure(command) for command in commands.values()] for _ in range(int(runs))]
print("| | wall, median (min to max) | peak memory of the process | ours to it, round by round |")
print("| --- | --- | --- | --- |")
for side, name in enumerate(commands):
    walls = [one[side][0] for one in rounds]
    memory = statistics.median(one[side][1] for one in rounds)
    ratio = "" if side == 0 else "%.2f" % statistics.median(one[0][0] / one[side][0] for one in rounds)
    print("| %s | %.2f s (%.2f to %.2f) | %.0f MiB | %s |" % (
        name, statistics.median(walls), min(walls), max(walls), memory, ratio))

output = subprocess.run(ours[:-1] + ["plain"], capture_output=True, text=True, check=True).stderr
stages = {name: float(seconds) for name, seconds in re.findall(r"(?m)^(\w+)\s+([0-9.]+) s$", output)}
print()
print("How ours splits: start of the JVM and `version` %.2f s; then %s." % (
    bare_jvm(), ", ".join("%s %.3f s" % stage for stage in stages.items())))
print("The engine's process starts beside the first four stages: `optimize` holds what is left of its start.")
PYTHON
