# shellcheck shell=sh
# shellcheck disable=SC2154 # cache is set by prerequisites.sh
# What it takes to build the container image where no registry is reachable. Sourced by bin/image,
# after prerequisites.sh.

release=trixie
mirror=${DEBIAN_MIRROR:-} # debootstrap knows the one of Debian itself
base=localhost/ovms-converter-base:$release

# Images of our own, apart from those of the machine's user.
images=$cache/image
builder() { buildah --root "$images/store" --runroot "$images/run" --storage-driver "$driver" "$@"; }

# Layers over each other where the kernel does so, which is not in a container; else whole copies.
find_driver() {
  mkdir -p "$images/probe/lower" "$images/probe/upper" "$images/probe/work" "$images/probe/merged"
  driver=vfs
  if mount -t overlay overlay "$images/probe/merged" \
    -o "lowerdir=$images/probe/lower,upperdir=$images/probe/upper,workdir=$images/probe/work" 2>/dev/null; then
    umount "$images/probe/merged" && driver=overlay
  fi
  rm -rf "$images/probe"
}

find_buildah() { command -v buildah >/dev/null; }

explain_buildah() {
  say "the image is built by buildah, and there is none on the PATH"
  say "  install it, for instance with: apt-get install buildah"
}

find_debootstrap() { PATH=$PATH:/usr/sbin:/sbin command -v debootstrap >/dev/null; }

explain_debootstrap() {
  say "the image's base is made by debootstrap, and there is none on the PATH"
  say "  install it, for instance with: apt-get install debootstrap"
}

package_of() { echo "$1"; } # both are called what they are

# Debian's root file system is made by chroot and mknod.
require_root() {
  [ "$(id -u)" = 0 ] || die 69 "building the base needs root: run it as root, or in a container as root"
}

provide_base() {
  builder images -q "$base" >/dev/null 2>&1 && return
  say "making a base of Debian $release, which takes some minutes, once"
  mkdir -p "$images/debs"
  tree=$images/root
  rm -rf "$tree"
  PATH=$PATH:/usr/sbin:/sbin log_of debootstrap debootstrap --variant=minbase \
    --cache-dir="$images/debs" "$release" "$tree" ${mirror:+"$mirror"} ||
    die 70 "the base could not be made"
  rm -rf "$tree"/var/lib/apt/lists/* "$tree"/var/cache/apt/*.bin "$tree"/var/cache/apt/archives/*.deb
  container=$(builder from scratch) &&
    builder add -q "$container" "$tree" / >/dev/null &&
    builder commit -q "$container" "$base" >/dev/null || die 70 "the base could not be committed"
  builder rm "$container" >/dev/null
  rm -rf "$tree"
}
