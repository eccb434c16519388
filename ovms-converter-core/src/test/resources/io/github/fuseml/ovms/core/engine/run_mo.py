"""Runs the Model Optimizer on a list of argument lists in one process: starting it takes seconds.

The first argument names a file with a JSON list of lists; the answer is a JSON list of messages, empty
where the conversion succeeded, in the file of the second argument.
"""

import contextlib
import io
import json
import logging
import sys

for module in ("torch", "openvino_telemetry", "openvino.frontend.tensorflow.utils"):
    sys.modules[module] = None

from openvino.tools.mo.main import main  # noqa: E402
from openvino.tools.mo.utils.cli_parser import get_all_cli_parser  # noqa: E402


class Errors(logging.Handler):
    """Keeps what is logged: the tool's own handler writes to where the first run did."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.texts = []

    def emit(self, record):
        self.texts.append(" ".join(record.getMessage().split()))


def run(arguments):
    output = io.StringIO()
    errors = Errors()
    logging.getLogger().addHandler(errors)
    sys.argv = ["mo"] + arguments
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        try:
            code = main(get_all_cli_parser(), None)
        except SystemExit as end:
            code = end.code
        except Exception as error:
            code = repr(error)
    logging.getLogger().removeHandler(errors)
    lines = errors.texts + [line for line in output.getvalue().splitlines() if "ERROR" in line or "rror:" in line]
    told = " ".join(lines).split("forward the following information: ")[-1]
    return "" if code == 0 else told[:2000] or "failed: %s" % code


with open(sys.argv[1], encoding="utf-8") as file:
    CASES = json.load(file)
TARGET = sys.argv[2]
ANSWERS = [run(case) for case in CASES]
with open(TARGET, "w", encoding="utf-8") as file:
    json.dump(ANSWERS, file)
