# shellcheck shell=sh
# MLflow, whose server tests start and whose client logs their models. Sourced by bin/test, after
# prerequisites.sh and servers.sh. Without it the tests that need it fail.

mlflow_packages="mlflow[auth]==3.17.2 boto3==1.44.8 onnx==1.23.2 onnxruntime==1.32.0"

make_tables='
import sys, sqlalchemy
from mlflow.store.db.utils import _initialize_tables
_initialize_tables(sqlalchemy.create_engine(sys.argv[1]))'

# A mark beside the servers names what is installed. A new database takes a server longer to make than
# all the rest of its start: one is kept for servers to begin with.
provide_mlflow() {
  # shellcheck disable=SC2154 # the directory of the servers, and python
  home=$servers/mlflow mark=$servers/built/mlflow
  [ "$(cat "$mark" 2>/dev/null)" = "$mlflow_packages" ] && return
  say "installing MLflow for the tests, which takes some minutes the first time"
  rm -rf "$home" && mkdir -p "$servers/built" || die 70 "cannot write to $servers"
  # shellcheck disable=SC2086 # a list
  log_of mlflow-venv "$python" -m venv "$home" \
    && log_of mlflow-install "$home/bin/pip" install --quiet --disable-pip-version-check $mlflow_packages \
    && log_of mlflow-database "$home/bin/python" -c "$make_tables" "sqlite:///$home/empty.db" \
    && printf '%s\n' "$mlflow_packages" >"$mark" \
    && return
  say "MLflow could not be installed: the tests with its server will fail"
}
