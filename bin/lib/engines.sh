# shellcheck shell=sh
# shellcheck disable=SC2154 # the variables that are not set here are bin/test's
# The engines that tests compare with. Sourced by bin/test.

# The Model Optimizer's packages know Python up to 3.12, those that export Keras models 3.11 and later;
# the tests that need them install them by the program's own installer, pinned, below $cache, once.
provide_engines() {
  for legacy in python3.11 python3.12; do
    "$legacy" -c 'import ensurepip, venv' >/dev/null 2>&1 && return
  done
  if can_install_python; then
    log_of apt-get-update apt-get update -q || true
    log_of apt-get-install apt-get install -q -y --no-install-recommends python3.11 python3.11-venv ||
      true
    python3.11 -c 'import ensurepip, venv' >/dev/null 2>&1 && return
  fi
  say "the tests of the Model Optimizer and of Keras need a Python 3.11 or 3.12 with venv, and none was found on the PATH"
  say "  install it, for instance with: apt-get install python3.11 python3.11-venv"
  exit 69
}

can_install_python() {
  [ -e /etc/debian_version ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}
