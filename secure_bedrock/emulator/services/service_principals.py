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
    source: str = "",
    context: dict[str, str] | None = None,
) -> bool:
    """Whether a service is let in.

    Args:
        call: The request on whose behalf it acts.
        service: The service principal.
        action: What it does.
        resource: To what.
        policy: The resource's policy.
        source: ARN for which it acts. Default: the service names neither ARN nor account, as with
            those whose key-policy statements AWS documents without these conditions.
        context: Further condition keys.
    """
    acting_for = {"aws:SourceAccount": call.account, "aws:SourceArn": source} if source else {}
    given = {**acting_for, **(context or {})}
    asked = request(call, Caller(arn=service, identity=()), action, resource, given)
    return evaluate(asked, resource_policies=[policy]).allowed
