"""Bucket policies, where moto refuses what Amazon S3 accepts.

moto takes a statement whose condition does not hold for a refusal. It also wants a policy on the
target bucket before access logs are switched on, which stacks cannot have: such a policy names the
source bucket, so it comes after it.
"""

import json
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket


def _permission(bucket: Any, action: str, resource: str) -> Any:  # noqa: ANN401 - moto's own signature
    """What the statements without a condition say; the others are kept, not enforced."""
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    document = json.loads(bucket.policy)
    statements = document["Statement"]
    if isinstance(statements, dict):
        statements = [statements]
    document["Statement"] = [each for each in statements if not each.get("Condition")]
    return IAMPolicy(json.dumps(document)).is_action_permitted(action, resource)


def _no_policy_needed_first(**_: object) -> bool:
    return True


FakeBucket.get_permission = _permission
FakeBucket._log_permissions_enabled_policy = staticmethod(_no_policy_needed_first)  # noqa: SLF001 - moto's own
