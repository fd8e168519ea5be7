"""What agents, flows and prompts consist of, as a short hash.

Versions and aliases carry it, so that they change if and only if the content does.
"""

import hashlib
import json
import re

from aws_cdk import Names, Stack
from constructs import Construct

VERSION_MARK = "Published by secure-bedrock, content "

_NAME = re.compile(r"([0-9a-zA-Z][_-]?){1,100}")
_NAME_LIMIT = 100
_LENGTH = 12


def content_mark(scope: Construct, content: object) -> str:
    """The description of a version or alias: a sentence with the hash of the content."""
    text = json.dumps(Stack.of(scope).resolve(content), sort_keys=True, separators=(",", ":"))
    return VERSION_MARK + hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


def resource_name(scope: Construct, name: str | None) -> str:
    """The name given, or one made from the construct's path.

    Raises:
        ValueError: The name has not the form AWS uses.
    """
    if name is None:
        return Names.unique_resource_name(scope, max_length=_NAME_LIMIT, separator="-")
    if not _NAME.fullmatch(name) or len(name) > _NAME_LIMIT:
        raise ValueError(
            f"{scope.node.path}: name {name!r} must have 1 to {_NAME_LIMIT} letters, digits, '-' "
            "and '_', no two of the last in a row: choose another name"
        )
    return name
