# Makes /build/ovms-converter.aot by real runs of the program below $1: conversions with the engine,
# from and to S3, Google's store and HTTP (a small server of this machine's), and from and to files.
set -eu
home=$1
grep -v AOTCache "$home/java.options" >/build/training.options

work=/tmp/training
mkdir $work
set -- copy /build/iris.onnx s3://training/in/iris.onnx \
  --next run \
  --next convert s3://training/in/iris.onnx --output s3://training/out \
  --next ls -l s3://training/in \
  --next copy s3://training/in "$work/copied" \
  --next convert http://127.0.0.1:PORT/training/in/iris.onnx --output "$work/http" \
  --next convert "$work/copied" --output "$work/local"
FUSEML_INPUT_MODEL=s3://training/in/iris.onnx FUSEML_OUTPUT_MODEL=s3://training/step \
  FUSEML_BATCH=1 FUSEML_EXTRA_ARGS=--disable_nhwc_to_nchw \
  OVMS_CONVERTER_RESULTS_DIR=$work TASK_RESULT=result \
  python3 /build/training_store.py "$home/jre/bin/java" @/build/training.options \
  -XX:AOTCacheOutput=/build/ovms-converter.aot -Djava.io.tmpdir=/tmp -Duser.home=/tmp \
  io.github.fuseml.ovms.cli.Training "$@"
test -s /build/ovms-converter.aot
test "$(cat $work/result)" = s3://training/step
rm -rf "$work"
chmod a+r /build/ovms-converter.aot
