# shellcheck shell=sh
# The servers that tests start. Sourced by bin/test, after prerequisites.sh.
# What cannot be had is told here and does not end the run: the tests that need it fail.

# shellcheck disable=SC2154 # cache is set by prerequisites.sh
servers=$cache/servers

# The program, then the module that it is built from.
pinned="
minio github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c
mc github.com/minio/mc@v0.0.0-20250313080218-cf909e1063a9
fake-gcs-server github.com/fsouza/fake-gcs-server@v1.56.1
versitygw github.com/versity/versitygw/cmd/versitygw@v1.8.0
"

# A Go of this version builds all of them. One since 1.21 fetches what a module asks for by itself.
go_release=1.26.8

provide_servers() {
  wanted="nginx apache openssl sshd"
  list_unbuilt
  [ -z "$unbuilt" ] || wanted="$wanted go"
  find_missing "$wanted"
  if [ -n "$missing" ] && can_install; then
    without_services install_missing
    find_missing "$wanted"
  fi
  for tool in $missing; do "explain_$tool"; done
  case " $missing " in *" go "*) return ;; esac
  [ -z "$unbuilt" ] || build_servers
}

# --- what the system has -----------------------------------------------------------------------

# Daemons lie where the PATH of an ordinary user does not lead.
find_daemon() { PATH=$PATH:/usr/sbin:/usr/local/sbin:/sbin command -v "$1" >/dev/null; }

find_nginx() { find_daemon nginx; }

explain_nginx() {
  say "tests of the HTTP store need nginx, and it was not found: they will fail"
  say "  install it, for instance with: apt-get install nginx"
}

find_apache() { find_daemon apache2; }

explain_apache() {
  say "tests of the HTTP store need apache2, and it was not found: they will fail"
  say "  install it, for instance with: apt-get install apache2-bin"
}

find_openssl() { command -v openssl >/dev/null; }

explain_openssl() {
  say "tests over TLS need openssl, and it was not found: they will fail"
  say "  install it, for instance with: apt-get install openssl"
}

find_sshd() { find_daemon sshd; }

explain_sshd() {
  say "tests of the example of a store need sshd, and it was not found: they will fail"
  say "  install it, for instance with: apt-get install openssh-server"
}

package_of() { # tool
  case $1 in
    apache) echo apache2-bin ;; # the program and its modules, without a service
    go) echo golang-go ;;
    sshd) echo openssh-server ;; # takes the client of its own version with it
    *) echo "$1" ;;
  esac
}

# A package's service would run for good on a machine that only tests. Debian asks this file.
without_services() { # command...
  policy=/usr/sbin/policy-rc.d
  [ ! -e "$policy" ] || policy=
  if [ -n "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM # which would pass the other one by
  fi
  "$@"
  [ -z "$policy" ] || rm -f "$policy"
  trap - EXIT INT TERM
}

# --- what is built -----------------------------------------------------------------------------

# Sets go.
find_go() {
  for go in go /usr/local/go/bin/go "${HOME:-}/go/bin/go" /usr/lib/go/bin/go; do
    "$go" version >/dev/null 2>&1 && return
  done
  return 1
}

explain_go() {
  say "these servers are built by Go, and there is no go on the PATH:$unbuilt"
  say "  install it, for instance with: apt-get install golang-go; until then their tests fail"
}

# Each program has a mark beside it that names what it was built from.
list_unbuilt() {
  unbuilt=
  while read -r program module; do
    [ -n "$program" ] || continue
    [ -x "$servers/bin/$program" ] \
      && [ "$(cat "$servers/built/$program" 2>/dev/null)" = "$module" ] \
      || unbuilt="$unbuilt $program"
  done <<END
$pinned
END
}

build_servers() {
  say "building for the tests, which takes some minutes the first time:$unbuilt"
  mkdir -p "$servers/bin" "$servers/built" || die 70 "cannot write to $servers"
  renew_go || return
  builders=
  for program in $unbuilt; do
    # All at once: the longest part of each is the linker, which keeps one core busy.
    build_server "$program" "$(printf '%s' "$pinned" | sed -n "s/^$program //p")" &
    builders="$builders $!"
  done
  for builder in $builders; do wait "$builder"; done
}

build_server() { # program, module: replaces the program as a whole, for another run may start it
  new=$servers/new.$$.$1
  if GOBIN=$new GOFLAGS='' GOTOOLCHAIN=auto log_of "build-$1" "$go" install "$2"; then
    mv -f "$new/$1" "$servers/bin/$1" && printf '%s\n' "$2" >"$servers/built/$1"
  else
    say "$1 could not be built: its tests will fail"
  fi
  rm -rf "$new"
}

# A Go before 1.21 cannot fetch a newer one, but that one is a module too.
renew_go() {
  minor=$("$go" version | sed -n 's/.* go1\.\([0-9]*\).*/\1/p')
  [ "${minor:-0}" -lt 21 ] || return 0
  name=golang.org/toolchain@v0.0.1-go$go_release.$("$go" env GOOS)-$("$go" env GOARCH)
  log_of build-go "$go" mod download "$name" || return
  go_home=$("$go" env GOMODCACHE)/$name
  # An old Go unpacks every module as data.
  chmod -R u+w "$go_home" \
    && find "$go_home/bin" "$go_home/pkg/tool" -type f -exec chmod +x {} + \
    && go=$go_home/bin/go
}
