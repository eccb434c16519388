#!/usr/bin/env bash
# A step from start to result: the image's `run` beside the step that it takes the place of, which is a
# shell script that downloads by `mc`, converts by `mo` (or today's `ovc`) and uploads by `mc`. A model in
# MinIO on this machine, in turn, as whole processes. Prints wall time (median, minimum, maximum), the
# peak memory of the largest process, the ratios, and how ours splits.
#
#   benchmarks/step.sh [MODEL] [RUNS]
#
# Needs root, for the image (bin/image builds it); the Model Optimizer (`engine install --with
# model-optimizer`) and MinIO (bin/test builds it) are taken from the user's cache directory.
set -euo pipefail

root=$(cd -P -- "$(dirname -- "$0")/.." && pwd -P)
model=${1:-$root/examples/models/iris.onnx}
runs=${2:-15}
# shellcheck source=bin/lib/prerequisites.sh
. "$root/bin/lib/prerequisites.sh"
# shellcheck source=bin/lib/image.sh
. "$root/bin/lib/image.sh"
"$root/bin/image" >&2
find_driver
container=$(builder from --pull-never localhost/ovms-converter:base)
rootfs=$(builder mount "$container")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"; builder rm "$container" >/dev/null' EXIT

# shellcheck source=benchmarks/openvino.sh
. "$root/benchmarks/openvino.sh"
provide_openvino
optimizer=$(echo "$cache"/engine/model-optimizer-*/bin)

# The step that this one takes the place of, as its contract describes it.
cat >"$scratch/step" <<'STEP'
#!/bin/bash
set -e
work=$(mktemp -d)
export MC_CONFIG_DIR=$work/mc
export MC_HOST_input=${S3_ENDPOINT/:\/\//:\/\/$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY@}
"$MC" --quiet cp --recursive "input/${FUSEML_INPUT_MODEL#s3://}" "$work/in/" >/dev/null
mkdir -p "$work/out/1"
for model in "$work"/in/*.onnx; do break; done
if [ "$CONVERTER" = mo ]; then
  "$OPTIMIZER/mo" --input_model "$model" --output_dir "$work/out/1" --model_name model --compress_to_fp16=False >/dev/null
else
  "$OVC/python" -c "import sys; sys.modules['openvino_telemetry'] = None; sys.argv[0] = 'ovc';
from openvino.tools.ovc.main import main; sys.exit(main())" "$model" --output_model "$work/out/1/model" \
    --compress_to_fp16=False >/dev/null
fi
"$MC" --quiet cp --recursive "$work/out/" "input/${FUSEML_OUTPUT_MODEL#s3://}/" >/dev/null
printf %s "$FUSEML_OUTPUT_MODEL" >"$RESULT"
rm -rf "$work"
STEP
chmod +x "$scratch/step"

python3 - "$cache/servers/bin" "$model" "$runs" "$scratch" "$rootfs" "$optimizer" "$peer/bin" <<'PYTHON'
import os
import re
import socket
import statistics
import subprocess
import sys
import time

servers, model, runs, scratch, rootfs, optimizer, ovc = sys.argv[1:]
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    address = "127.0.0.1:%d" % probe.getsockname()[1]
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
key, secret = "benchmark", "benchmark-secret"
minio = subprocess.Popen(
    [servers + "/minio", "server", "--quiet", "--address", address, scratch + "/data"],
    env=os.environ | {"MINIO_ROOT_USER": key, "MINIO_ROOT_PASSWORD": secret, "MINIO_UPDATE": "off"},
    **quiet,
)
client = [servers + "/mc", "--config-dir", scratch + "/mc", "--quiet"]
host = {"MC_HOST_server": "http://%s:%s@%s" % (key, secret, address)}


def mc(*arguments):
    return subprocess.run([*client, *arguments], env=os.environ | host, **quiet).returncode


while mc("mb", "--ignore-existing", "server/models") != 0:
    time.sleep(0.1)
for file in [model] + [model + ".data"] * os.path.exists(model + ".data"):
    mc("cp", file, "server/models/in/")

step = {
    "PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "S3_ENDPOINT": "http://" + address,
    "AWS_ACCESS_KEY_ID": key,
    "AWS_SECRET_ACCESS_KEY": secret,
    "FUSEML_INPUT_MODEL": "s3://models/in/",
    "TASK_RESULT": "result",
}
# What a container has of the system, around the image's files; gone with the process.
enter = (
    'mount --rbind /proc "$0/proc" && mount --rbind /dev "$0/dev" && mount -t tmpfs tmpfs "$0/tmp"'
    ' && exec chroot --userspec=1000660000:0 "$0" run'
)
inside = {"OVMS_CONVERTER_ENGINE_HOME": "/opt/ovms-converter/engine", "OVMS_CONVERTER_RESULTS_DIR": "/tmp"}
script = {"MC": servers + "/mc", "OPTIMIZER": optimizer, "OVC": ovc, "RESULT": scratch + "/result"}
commands = {
    "the image's `run`": (["unshare", "--mount", "sh", "-c", enter, rootfs], inside),
    "`mc`, `mo`, `mc`": ([scratch + "/step"], script | {"CONVERTER": "mo"}),
    "`mc`, `ovc`, `mc`": ([scratch + "/step"], script | {"CONVERTER": "ovc"}),
}
count = 0


def measure(command, variables):
    """Wall seconds, the largest process's resident memory in MiB, and what was said."""
    global count
    count += 1
    output = {"FUSEML_OUTPUT_MODEL": "s3://models/out/%d" % count}
    with open(scratch + "/log", "w+") as log:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, env=step | variables | output, stdout=subprocess.DEVNULL, stderr=log
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        log.seek(0)
        said = log.read()
    if status != 0:
        sys.exit("failed: %s\n%s" % (" ".join(command), said))
    return wall, usage.ru_maxrss / 1024, said


try:
    for command in commands.values():
        measure(*command)  # Fills the disk's cache.
    rounds = [[measure(*command) for command in commands.values()] for _ in range(int(runs))]
finally:
    minio.terminate()
print("| | wall, median (min to max) | peak memory of the largest process | ours to it, round by round |")
print("| --- | --- | --- | --- |")
for side, name in enumerate(commands):
    walls = [one[side][0] for one in rounds]
    memory = statistics.median(one[side][1] for one in rounds)
    ratio = "" if side == 0 else "%.2f" % statistics.median(one[0][0] / one[side][0] for one in rounds)
    print("| %s | %.2f s (%.2f to %.2f) | %.0f MiB | %s |" % (
        name, statistics.median(walls), min(walls), max(walls), memory, ratio))
stages = {}
for one in rounds:
    for name, seconds in re.findall(r"(?m)^(\w+)\s+([0-9.]+) s$", one[0][2]):
        stages.setdefault(name, []).append(float(seconds))
medians = {name: statistics.median(seconds) for name, seconds in stages.items()}
rest = statistics.median(one[0][0] for one in rounds) - sum(medians.values())
print()
print("How ours splits: %s; the rest, which is the JVM's start and end and the container's, %.3f s." % (
    ", ".join("%s %.3f s" % stage for stage in medians.items()), rest))
print("The engine's process starts beside the first stages: `optimize` holds what is left of its start.")
PYTHON
