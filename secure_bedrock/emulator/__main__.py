"""The emulated AWS as a process: ``python -m secure_bedrock.emulator``.

It prints its address, then serves until it is interrupted, its parent is gone or its time is up.
"""

import argparse
import os
import signal
import sys
import threading

from secure_bedrock.emulator.server import Server

_LOOK_EVERY_SECONDS = 1.0


def main(arguments: list[str] | None = None) -> int:
    """Run a server in this process."""
    parser = argparse.ArgumentParser(prog="python -m secure_bedrock.emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--parent-pid", type=int, help="stop when this is no longer the parent")
    parser.add_argument("--seconds", type=float, default=3600, help="stop after this time")
    asked = parser.parse_args(arguments)
    try:
        server = Server(asked.port, asked.host)
    except ValueError as error:
        parser.error(str(error))
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    server.start()
    sys.stdout.write(f"{server.endpoint_url}\n")
    sys.stdout.flush()
    left = asked.seconds
    while left > 0 and not stopping.wait(min(left, _LOOK_EVERY_SECONDS)):
        left -= _LOOK_EVERY_SECONDS
        if asked.parent_pid not in {None, os.getppid()}:
            break
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
