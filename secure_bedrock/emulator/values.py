"""A name for data whose shape only AWS's models know."""

from typing import Any

Json = Any
"""What ``json.loads`` and boto3 return."""

Members = dict[str, Json]
"""A JSON object."""
