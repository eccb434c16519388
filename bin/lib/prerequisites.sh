# shellcheck shell=sh
# What it takes to build: a JDK, Maven and Python. Sourced.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/ovms-converter

say() { printf '%s: %s\n' "${0##*/}" "$1" >&2; }

die() { # exit code, message
  say "$2"
  exit "$1"
}

log_of() { # name, command...: runs it with its output in a log, whose end is shown if it fails
  log=$cache/log/$1.log
  shift
  mkdir -p "$cache/log" || die 70 "cannot write to $cache"
  "$@" >"$log" 2>&1 </dev/null && return
  say "the end of $log:"
  tail -n 25 -- "$log" >&2
  return 1
}

# Finds tools, and exits with a word on each that is missing. Sets jdk, and JAVA_HOME for Maven.
require() { # tools, [major version of the JDK]
  find_missing "$@"
  if [ -n "$missing" ] && can_install; then
    install_missing "${2:-}"
    find_missing "$@"
  fi
  for tool in $missing; do "explain_$tool" "${2:-}"; done
  [ -z "$missing" ] || exit 69
  export JAVA_HOME="$jdk"
}

find_missing() { # tools, [major version of the JDK]
  missing=
  for tool in $1; do "find_$tool" "${2:-}" || missing="$missing $tool"; done
}

# --- JDK ---------------------------------------------------------------------------------------

# Sets jdk. A major version, when given, must be that very one. Otherwise JAVA_HOME decides if it
# is set, then the PATH, then whatever is installed.
find_jdk() { # [major version]
  if [ -z "${1:-}" ] && [ -n "${JAVA_HOME:-}" ]; then
    suits "$JAVA_HOME"
    return
  fi
  javac=$(command -v javac) && javac=$(readlink -f -- "$javac") && javac=${javac%/bin/javac}
  for home in "${JAVA_HOME:-}" "$javac" /usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/* \
    "${HOME:-}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    suits "$home" "${1:-}" && return
  done
  return 1
}

suits() { # JDK, [major version]
  [ -n "$1" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [ "${major:-0}" -ge 17 ] && [ "${2:-$major}" = "$major" ] && jdk=$1
}

explain_jdk() { # [major version]
  if [ -n "${1:-}" ]; then
    say "a JDK $1 is needed, and none was found"
    say "  install one, for instance with: apt-get install openjdk-$1-jdk-headless"
  elif [ -n "${JAVA_HOME:-}" ]; then
    say "JAVA_HOME is $JAVA_HOME, which holds no JDK 17 or newer"
    say "  set it to one that does (with bin/javac), or unset it to have one looked for"
  else
    say "a JDK 17 or newer is needed (javac, not just java), and none was found"
    say "  install one, for instance with: apt-get install openjdk-17-jdk-headless"
  fi
}

# --- Maven, Python -----------------------------------------------------------------------------

find_maven() { command -v mvn >/dev/null; }

explain_maven() {
  say "Maven 3.6.3 or newer is needed, and there is no mvn on the PATH"
  say "  install it, for instance with: apt-get install maven"
}

# The engine's own environment is made with venv and pip.
find_python() {
  for python in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
    "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))' \
      >/dev/null 2>&1 && return
  done
  return 1
}

explain_python() {
  say "Python 3.10 or newer with venv and pip is needed, and none was found on the PATH"
  say "  install it, for instance with: apt-get install python3 python3-venv"
}

# --- installing --------------------------------------------------------------------------------

can_install() {
  [ -e /etc/debian_version ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  # A JAVA_HOME that will not do is for the user to mend.
  case $missing in *jdk*) [ -z "${JAVA_HOME:-}" ] || return 1 ;; esac
}

install_missing() { # [major version of the JDK]
  say "installing with apt-get:$missing"
  export DEBIAN_FRONTEND=noninteractive
  # An update may fail where the lists are good enough all the same: what counts is the install.
  log_of apt-get-update apt-get update -q || true
  packages=
  for tool in $missing; do
    case $tool in
      jdk) packages="$packages $(jdk_package "${1:-}")" ;;
      maven) packages="$packages maven" ;;
      python) packages="$packages python3 python3-venv" ;;
      *) packages="$packages $(package_of "$tool")" ;;
    esac
  done
  # shellcheck disable=SC2086 # a list
  log_of apt-get-install apt-get install -q -y --no-install-recommends $packages || true
}

jdk_package() { # [major version]: the first that this release of Debian has
  for major in ${1:-21 17 25}; do
    apt-cache show "openjdk-$major-jdk-headless" >/dev/null 2>&1 && break
  done
  echo "openjdk-$major-jdk-headless"
}
