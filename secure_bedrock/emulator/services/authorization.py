"""Whether a request is allowed: the policies in moto's IAM, judged by ``secure_bedrock.policy``.

Evaluated: identity policies, permissions boundary, session policy, resource and key policies, and
service control policies of moto's Organizations. Not evaluated: VPC endpoint policies, because a
request on loopback comes through no endpoint.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from secure_bedrock.emulator.services.callers import Caller, caller_of
from secure_bedrock.emulator.services.dispatch import Call, error
from secure_bedrock.emulator.services.keys import key_policy, usable_key
from secure_bedrock.emulator.services.service_control_policies import policies_for
from secure_bedrock.policy import Decision, Policy, Request, Verdict, evaluate

_LAYERS = {
    "identity policy": "identity-based policy",
    "permissions boundary": "permissions boundary",
    "session policy": "session policy",
    "service control policy": "service control policy",
    "resource policy": "resource-based policy",
    "key policy": "resource-based policy",
}
Context = Mapping[str, str | Sequence[str]]


def authorize(
    call: Call,
    action: str,
    resource: str,
    *,
    context: Context | None = None,
    resource_policies: Sequence[Policy] = (),
    required_policy: Policy | None = None,
) -> None:
    """Let the caller's request pass or refuse it; ``required_policy`` is that of a key.

    Raises:
        ServiceException: ``AccessDeniedException`` in AWS's wording, with what decided it.
    """
    caller = caller_of(call)
    decision = evaluate(
        request(call, caller, action, resource, context or {}),
        identity=caller.identity,
        boundary=caller.boundary,
        session_policies=caller.session,
        scps=policies_for(call),
        resource_policies=resource_policies,
        key_policy=required_policy,
    )
    if not decision.allowed:
        why = f"{_why(decision, action)} [emulated: {decision.reason}]"
        text = f"User: {caller.arn} is not authorized to perform: {action} on resource: {resource}"
        raise error("AccessDeniedException", f"{text} {why}")


def authorize_decrypt(call: Call, key_arn: str) -> None:
    """Require ``kms:Decrypt`` on a key, through Bedrock, by identity and key policy.

    Raises:
        ServiceException: ``AccessDeniedException``; ``ValidationException``: the key is not usable.
    """
    key = usable_key(call, key_arn)
    if key is None:
        raise error("ValidationException", f"Key {key_arn} does not exist or is not enabled")
    through = {
        "kms:ViaService": f"bedrock.{call.region}.amazonaws.com",
        "kms:CallerAccount": call.account,
    }
    authorize(call, "kms:Decrypt", key_arn, context=through, required_policy=key_policy(key))


def request(call: Call, caller: Caller, action: str, resource: str, context: Context) -> Request:
    """The request that policies see. Every request here counts as made over TLS."""
    now = datetime.now(UTC)
    given = {
        "aws:RequestedRegion": call.region,
        "aws:SecureTransport": "true",
        "aws:ViaAWSService": "false",
        "aws:SourceIp": "127.0.0.1",
        "aws:CurrentTime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:EpochTime": str(int(now.timestamp())),
    }
    tags = {f"aws:PrincipalTag/{key}": value for key, value in caller.tags.items()}
    return Request(
        principal=caller.arn,
        action=action,
        resource=resource,
        context={**given, **tags, **context},
    )


def _why(decision: Decision, action: str) -> str:
    if decision.verdict is Verdict.DENIED:
        layer = _LAYERS[decision.decided_by[0].layer]
        return f"with an explicit deny in a {layer}".replace("a identity", "an identity")
    missing = next((name for layer, name in _LAYERS.items() if layer in decision.reason), "policy")
    return f"because no {missing} allows the {action} action"
