"""Organizations policies of type BEDROCK_POLICY, which moto refuses, and their limits."""

import json
from collections.abc import Mapping
from typing import Any

from moto.organizations.models import FakePolicy, FakeRoot

from secure_bedrock.emulator.services.dispatch import MOTO, Call, error, operation

_KIND = "BEDROCK_POLICY"
_ARN = "arn:{0}:organizations::{1}:policy/{2}/bedrock_policy/{3}"
_MAX_LENGTH = {_KIND: 10_000, "SERVICE_CONTROL_POLICY": 10_240, "RESOURCE_CONTROL_POLICY": 5_120}


@operation("organizations", "CreatePolicy")
def create(call: Call) -> Mapping[str, Any]:
    """Check size and form; moto keeps the policy."""
    kind, content = call.params["Type"], call.params["Content"]
    limit = _MAX_LENGTH.get(kind, _MAX_LENGTH[_KIND])
    if len(content) > limit:
        text = f"{kind}: {len(content)} characters, at most {limit}"
        raise error("ConstraintViolationException", text)
    try:
        document = json.loads(content)
    except ValueError:
        document = None
    if not isinstance(document, dict) or (kind == _KIND and set(document) != {"bedrock"}):
        text = "The provided policy document does not meet the requirements of the policy type"
        raise error("MalformedPolicyDocumentException", text)
    return MOTO


def teach_moto() -> None:
    """Make moto's Organizations accept the type."""
    if _KIND in FakePolicy.SUPPORTED_POLICY_TYPES:
        return
    for known in (FakePolicy, FakeRoot):
        known.SUPPORTED_POLICY_TYPES = [*known.SUPPORTED_POLICY_TYPES, _KIND]
    moto_init = FakePolicy.__init__

    def init(policy: Any, organization: Any, **kwargs: Any) -> None:  # noqa: ANN401 - moto's own
        kind = kwargs["Type"]
        shown = {**kwargs, "Type": "TAG_POLICY" if kind == _KIND else kind}
        moto_init(policy, organization, **shown)
        policy.type = kind
        if kind == _KIND:
            policy._arn_format = _ARN  # noqa: SLF001 - moto has no public name for it

    FakePolicy.__init__ = init


teach_moto()
