# Leaves out of Debian what nobody reads in a container.
set -eu
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* /var/log/* \
  /usr/share/doc/* /usr/share/man/* /usr/share/info/* /usr/share/locale/* /usr/share/lintian \
  /usr/share/linda /usr/share/bash-completion
find /usr/lib/python3* /usr/share/python3 -name __pycache__ -prune -exec rm -rf {} +
# The interpreter's own byte code, once.
python3 -m compileall -q --invalidation-mode unchecked-hash /usr/lib/python3* || true
