#!/usr/bin/env bash
# A small conversion from start to end: this CLI beside OpenVINO's own `ovc`, in turn, as whole
# processes. Prints wall time (median, minimum, maximum) and peak memory of the largest process, the
# ratio of each pair, and how ours splits.
#
#   benchmarks/convert.sh [MODEL] [RUNS]
#
# `ovc` runs in an environment of its own with the same pinned OpenVINO, made below the user's cache
# directory, with telemetry as shipped.
set -euo pipefail

root=$(cd -P -- "$(dirname -- "$0")/.." && pwd -P)
model=${1:-$root/examples/models/iris.onnx}
runs=${2:-15}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ovms-converter
pinned=$(grep -o '^openvino==[0-9.]*' \
  "$root/ovms-converter-core/src/main/resources/io/github/fuseml/ovms/core/internal/engine/requirements.txt")
peer=$cache/benchmarks/${pinned/==/-}
if [ ! -e "$peer/.complete" ]; then
  rm -rf "$peer"
  python3 -m venv "$peer"
  "$peer/bin/pip" install --quiet --disable-pip-version-check "$pinned"
  touch "$peer/.complete"
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

exec 3>&1
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


for command in (ours, ovc):
    measure(command)  # Builds, and fills the disk's cache.
pairs = [(measure(ours), measure(ovc)) for _ in range(int(runs))]
print("| | wall, median (min to max) | peak memory of the process |")
print("| --- | --- | --- |")
for name, side in (("ovms-converter convert", 0), ("ovc", 1)):
    walls = [pair[side][0] for pair in pairs]
    memory = statistics.median(pair[side][1] for pair in pairs)
    print("| `%s` | %.2f s (%.2f to %.2f) | %.0f MiB |" % (name, statistics.median(walls), min(walls), max(walls), memory))
print("| ratio, pair by pair | %.2f | |" % statistics.median(a[0] / b[0] for a, b in pairs))

output = subprocess.run(ours[:-1] + ["plain"], capture_output=True, text=True, check=True).stderr
stages = {name: float(seconds) for name, seconds in re.findall(r"(?m)^(\w+)\s+([0-9.]+) s$", output)}
print()
print("How ours splits: start of the JVM and `version` %.2f s; then %s." % (
    bare_jvm(), ", ".join("%s %.3f s" % stage for stage in stages.items())))
print("The engine's process starts beside the first four stages: `optimize` holds what is left of its start.")
PYTHON
