"""The inside of a function's process: import the handler, call it, write down how it ended.

Runs alone (``python -I function_runtime.py FOLDER ANSWER``), so it uses the standard library only.
"""

import importlib
import json
import os
import sys
import time
import traceback
import uuid
from pathlib import Path


class Context:
    """What Lambda tells a handler about its invocation."""

    def __init__(self) -> None:
        self._ends = time.monotonic() + float(os.environ["EMULATOR_FUNCTION_SECONDS"])
        self.aws_request_id = str(uuid.uuid4())
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.invoked_function_arn = os.environ["EMULATOR_FUNCTION_ARN"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = self.aws_request_id

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function is stopped."""
        return max(0, int((self._ends - time.monotonic()) * 1000))


def main(folder: str, answer: str) -> None:
    """Run the handler that ``_HANDLER`` names on the event from standard input."""
    sys.path.insert(0, folder)
    event = json.load(sys.stdin)
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    try:
        handler = getattr(importlib.import_module(module.replace("/", ".")), name)
        ended = {"failed": False, "payload": handler(event, Context())}
        text = json.dumps(ended)
    except Exception as error:  # noqa: BLE001 - Lambda reports whatever a handler raises
        traceback.print_exc()
        about = {"errorMessage": str(error), "errorType": type(error).__name__}
        text = json.dumps({"failed": True, "payload": about})
    Path(answer).write_text(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
