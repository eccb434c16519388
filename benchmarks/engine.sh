#!/usr/bin/env bash
# An ONNX model with 2 GiB of weights beside it: this CLI, whose engine may have 512 MiB of private
# memory, beside OpenVINO's own `ovc`, in turn, as whole processes. Prints wall time, the time of the
# conversion alone, the peak of anonymous memory (weights that are mapped from files are none), and ratios.
#
#   benchmarks/engine.sh [--rounds N] [--types FP32,FP16] [--dir DIR]
#
# `ovc` runs without telemetry, in an environment of its own with the same pinned OpenVINO, made below the
# user's cache directory. DIR needs 8 GiB.
set -euo pipefail

root=$(cd -P -- "$(dirname -- "$0")/.." && pwd -P)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ovms-converter
# shellcheck source=benchmarks/openvino.sh
. "$root/benchmarks/openvino.sh"
provide_openvino
"$root/bin/ovms-converter" version >/dev/null
exec "$peer/bin/python" "$root/benchmarks/engine.py" --root "$root" --peer "$peer/bin/python" "$@"
