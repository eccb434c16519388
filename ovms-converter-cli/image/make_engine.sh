# Installs the engine of a variant below $1 and leaves out what no conversion uses.
set -eu
home=$1
variant=$2

case $variant in
  base) extras= ;;
  keras) extras=keras ;;
  full) extras="keras compression compare" ;;
  *) echo "no such variant: $variant (base, keras, full)" >&2 && exit 64 ;;
esac

install_engine() { # [extra]
  "$home/jre/bin/java" -XX:AOTMode=off -cp "$home/lib/*" io.github.fuseml.ovms.cli.Main \
    engine install --engine-home "$home/engine" ${1:+--with "$1"}
}
install_engine
for extra in $extras; do install_engine "$extra"; done

for environment in "$home"/engine/*/; do
  packages=$(echo "$environment"lib/python3*/site-packages)
  # What installed it, and is itself nothing that runs.
  rm -rf "$packages"/pip "$packages"/pip-*.dist-info
  # Devices that a conversion does not run on, and what C++ programs are built with.
  libs=$packages/openvino/libs
  rm -rf "$packages"/openvino/include "$packages"/openvino/cmake "$libs"/cache.json "$libs"/*.pc \
    "$libs"/*_gpu_* "$libs"/*_npu_* "$libs"/libopenvino_c.so*
  # Tests and what only compilers read.
  find "$packages" -type d \( -name tests -o -name include \) -path '*/numpy/*' -prune -exec rm -rf {} +
  find "$packages"/numpy \( -name '*.pyi' -o -name '*.a' \) -exec rm -f {} + 2>/dev/null || true
  find "$environment" -name __pycache__ -prune -exec rm -rf {} +
  # Byte code now: the file system is read-only later. Unchecked, so that no file's time matters.
  "$environment"bin/python -m compileall -q --invalidation-mode unchecked-hash "$packages" || true
done
chmod -R u=rwX,go=rX "$home/engine"
