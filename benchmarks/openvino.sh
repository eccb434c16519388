# The OpenVINO that the benchmarks measure against; sourced by them. Needs $root and $cache.

# Makes an environment with the OpenVINO that the engine pins, and with what else is named, below the
# user's cache directory. Sets $peer to its place, which begins with $1 if that is not empty.
provide_openvino() { # [prefix [requirement...]]
  local prefix=${1:-} pinned
  shift $(($# > 0))
  pinned=$(grep -o '^openvino==[0-9.]*' \
    "$root/ovms-converter-core/src/main/resources/io/github/fuseml/ovms/core/internal/engine/requirements.txt")
  peer=$cache/benchmarks/$prefix${pinned/==/-}
  if [ ! -e "$peer/.complete" ]; then
    rm -rf "$peer"
    python3 -m venv "$peer"
    "$peer/bin/pip" install --quiet --disable-pip-version-check "$pinned" "$@"
    touch "$peer/.complete"
  fi
}
