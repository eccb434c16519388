#!/usr/bin/env bash
# What it costs and brings to simplify a model's graph ahead (--graph-optimization offline) instead of
# leaving it to the server each time it loads the model (runtime): time and memory of the conversion, the
# IR's size, the time to load it, the first and the steady inference, and the server's memory, over models
# of different kinds. Each is measured in a process of its own, in turn; prints medians and ratios.
#
#   benchmarks/graph-optimization.sh [--rounds N] [--models conv,mlp,...]
#
# The models are generated; the environment with the pinned OpenVINO and onnx is made below the user's
# cache directory.
set -euo pipefail

root=$(cd -P -- "$(dirname -- "$0")/.." && pwd -P)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ovms-converter
# shellcheck source=benchmarks/openvino.sh
. "$root/benchmarks/openvino.sh"
provide_openvino graph- onnx==1.19.1
exec "$peer/bin/python" "$root/benchmarks/graph-optimization.py" --root "$root" "$@"
