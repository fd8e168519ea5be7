"""What a service principal may do with a resource, by the resource's own policy."""

from secure_bedrock.emulator.services.authorization import request
from secure_bedrock.emulator.services.callers import Caller
from secure_bedrock.emulator.services.dispatch import Call
from secure_bedrock.policy import Policy, evaluate


def service_may(
    call: Call,
    service: str,
    action: str,
    resource: str,
    policy: Policy,
    *,
    source: str,
    context: dict[str, str] | None = None,
) -> bool:
    """Whether a service acting for this account and ``source`` (an ARN) is let in."""
    given = {"aws:SourceAccount": call.account, "aws:SourceArn": source, **(context or {})}
    asked = request(call, Caller(arn=service, identity=()), action, resource, given)
    return evaluate(asked, resource_policies=[policy]).allowed
