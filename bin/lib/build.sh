# shellcheck shell=sh
# shellcheck disable=SC2154 # the variables that are not set here are bin/ovms-converter's
# Builds what bin/ovms-converter starts. Sourced by it, in a subshell, with its variables.

# shellcheck source=bin/lib/prerequisites.sh
. "$root/bin/lib/prerequisites.sh"

prepare() {
  case $root in
    *:*) die 70 "cannot run from $root: Java takes a colon for the end of a path" ;;
  esac
  lock
  # Another run may have built it while this one waited.
  if ! jars_are_fresh; then
    require "jdk maven python"
    build_jars
  fi
  if ! launch_is_fresh; then
    require jdk
    write_launch
  fi
  is_trained || make_archive
}

# Two first runs at once would write the same files. The lock is one for all checkouts, since
# Maven's repository of jars bears two writers badly as well.
lock() {
  mkdir -p "$cache" || die 70 "cannot write to $cache"
  if command -v flock >/dev/null; then
    exec 9>"$cache/build.lock"
    flock -n 9 || { say "waiting for another build" && flock 9; }
    return
  fi
  until mkdir "$cache/build.lock.d" 2>/dev/null; do
    owner=$(cat "$cache/build.lock.d/pid" 2>/dev/null)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then rm -rf "$cache/build.lock.d"; else
      [ -n "${waiting:-}" ] || say "waiting for another build"
      waiting=yes
      sleep 1
    fi
  done
  # shellcheck disable=SC2064 # the path is meant to be the one of now
  trap "rm -rf '$cache/build.lock.d'" EXIT
  echo $$ >"$cache/build.lock.d/pid"
}

build_jars() {
  if [ -e "$built" ]; then say "building again, since a source changed"; else
    say "building, which takes a minute or so the first time"
  fi
  # The time is taken before the build: a source saved meanwhile counts as newer than the jars.
  rm -rf "$app"
  mkdir -p "$app" || die 70 "cannot write to $app"
  : >"$built.new"
  # -Dquick leaves out the checks, which bin/test makes.
  log_of build mvn -q -B -ntp -f "$root/pom.xml" -pl ovms-converter-cli -am \
    -Dquick -Dmaven.test.skip=true package || die 70 "the build failed"
  mv "$built.new" "$built"
}

write_launch() {
  jars=
  for jar in "$app"/lib/*.jar; do jars=$jars${jars:+:}${jar##*/}; done
  if [ -n "$asked" ]; then asked=$(readlink -f -- "$asked"); fi
  read_version "$jdk"
  rm -f "$archive" "$trained"
  printf '%s\n' "$asked" "$jdk" "$version" "$jars" >"$launch.new"
  mv "$launch.new" "$launch"
}

# The archive holds the classes that real work loads: with stores, against one of this machine's, and
# when somebody converts, conversions. Those also make the engine's Python environment, if there is
# none. Without an archive the program starts more slowly, no more: so a failure is only in the log,
# and the next run tries again.
make_archive() {
  find_python || return 0
  case $command in
    convert | run) say "preparing fast starts, and the engine if there is none" ;;
    *) say "preparing fast starts" ;;
  esac
  join_class_path
  rm -rf "$archive" "$app/training"
  if log_of archive train 2>/dev/null; then
    case $command in convert | run) : >"$trained" ;; esac
  else
    rm -f "$archive"
  fi
  rm -rf "$app/training"
}

# The first command line decides whether it went well; PORT is replaced by the store's.
train() {
  set -- copy "$root/examples/models/iris.onnx" s3://training/in/iris.onnx \
    --next ls -l s3://training/in \
    --next copy s3://training/in "$app/training/copied" \
    --next copy http://127.0.0.1:PORT/training/in/iris.onnx "$app/training/http.onnx"
  case $command in
    convert | run)
      set -- convert "$root/examples/models/iris.onnx" --output "$app/training/local" --next "$@" \
        --next convert s3://training/in/iris.onnx --output s3://training/out
      ;;
  esac
  # shellcheck disable=SC2086 # a list
  "$python" "$root/bin/lib/training_store.py" "$jdk/bin/java" \
    -XX:ArchiveClassesAtExit="$archive" $flags -cp "$class_path" "$package.Training" "$@"
}
