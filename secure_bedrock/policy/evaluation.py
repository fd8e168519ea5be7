"""The order in which IAM weighs policies.

Source: IAM User Guide, "Policy evaluation logic", "Evaluating identity-based policies with
resource-based policies" and "Permissions boundaries"; AWS KMS Developer Guide, "Key policies".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from secure_bedrock.policy.decision import Decision, Verdict
from secure_bedrock.policy.documents import Policy
from secure_bedrock.policy.principals import Kind, Named
from secure_bedrock.policy.request import Context, Request
from secure_bedrock.policy.statements import Hit, hits
from secure_bedrock.policy.truth import Truth, all_of, any_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layer:
    """Policies of one kind: any of them may allow."""

    name: str
    hits: list[Hit]

    @property
    def denies(self) -> list[Hit]:
        return [hit for hit in self.hits if not hit.statement.allows]

    @property
    def allowing(self) -> list[Hit]:
        return [hit for hit in self.hits if hit.statement.allows]

    def allows(self, *, at_least: Named = Named.BY_ACCOUNT) -> Truth:
        return any_of(hit.certain or None for hit in self.allowing if hit.named >= at_least)


def evaluate(
    request: Request,
    *,
    identity: Sequence[Policy] = (),
    boundary: Policy | None = None,
    session_policies: Sequence[Policy] = (),
    scps: Sequence[Sequence[Policy]] = (),
    endpoint_policy: Policy | None = None,
    resource_policies: Sequence[Policy] = (),
    key_policy: Policy | None = None,
) -> Decision:
    """Decide a request.

    Args:
        request: What is asked.
        identity: Policies of the user, or of the role and its groups.
        boundary: Permissions boundary of the principal. Default: it has none.
        session_policies: Policies passed when the session began; all of them together are one
            limit. Default: none were passed.
        scps: Service control policies, one list for each level from the root down to the account;
            every level has to allow. Include ``FULL_AWS_ACCESS`` where it is attached.
        endpoint_policy: Policy of the VPC endpoint that the request goes through. Default: it goes
            through none, or through one with the policy that allows everything.
        resource_policies: Policies of the resource.
        key_policy: A policy that has to allow as well, whatever the identity's policies say: a KMS
            key's policy, or a role's trust policy. Default: the resource is neither.

    Returns:
        The verdict with the statements that led to it.
    """
    context = Context(request)
    own = _layer("identity policy", identity, context)
    required = [] if key_policy is None else [_layer("key policy", [key_policy], context)]
    resource = _layer("resource policy", resource_policies, context)
    limits = [
        _layer(name, policies, context)
        for name, policies in (
            ("permissions boundary", _given(boundary)),
            ("session policy", session_policies),
        )
        if policies
    ]
    outer = [_layer("service control policy", level, context) for level in _scps(scps, context)]
    if endpoint_policy is not None:
        outer.append(_layer("endpoint policy", [endpoint_policy], context))
    granted = _granted(context, own, limits, resource, required)
    allowed = all_of([granted, *(layer.allows() for layer in outer)])
    layers = [*outer, *limits, own, resource, *required]
    return _decision(allowed, layers)


def _granted(
    context: Context, own: _Layer, limits: list[_Layer], resource: _Layer, required: list[_Layer]
) -> Truth:
    """What the principal's and the resource's policies give, before the organization's limits."""
    within = [limit.allows() for limit in limits]
    by_identity = all_of([own.allows(), *within])
    resources = [resource, *required]
    if context.caller.account == "" or context.caller.kind is Kind.PROVIDER:
        return any_of(layer.allows() for layer in resources)
    if context.caller.account != context.resource_account:
        return all_of([by_identity, any_of(layer.allows() for layer in resources)])
    by_resource = any_of(
        _allowed_by_name(layer, within, limited=context.caller.kind is Kind.ROLE)
        for layer in resources
    )
    if not required:
        return any_of([by_identity, by_resource])
    delegated = all_of([by_identity, any_of(layer.allows() for layer in required)])
    return any_of([delegated, by_resource])


def _allowed_by_name(layer: _Layer, within: list[Truth], *, limited: bool) -> Truth:
    """Whether a resource's policy in the caller's own account allows without an identity policy.

    It does if it names more than the account. A role named as such stays within its boundary and
    session policies; a session or a user named as such does not.
    """
    by_session = layer.allows(at_least=Named.BY_SESSION)
    by_identity = layer.allows(at_least=Named.BY_IDENTITY)
    return any_of([by_session, all_of([by_identity, *within] if limited else [by_identity])])


def _decision(allowed: Truth, layers: list[_Layer]) -> Decision:
    denying = [hit for layer in layers for hit in layer.denies]
    certain = [hit for hit in denying if hit.certain]
    if certain:
        return Decision(
            verdict=Verdict.DENIED, reason=f"denied by {certain[0]}", decided_by=(certain[0],)
        )
    allowing = tuple(hit for layer in layers for hit in layer.allowing)
    if allowed is False:
        return Decision(
            verdict=Verdict.IMPLICITLY_DENIED, reason=_what_is_missing(layers), decided_by=()
        )
    if allowed and not denying:
        return Decision(
            verdict=Verdict.ALLOWED,
            reason=f"allowed by {allowing[-1]}",
            decided_by=tuple(hit for hit in allowing if hit.certain),
        )
    depends_on = (*denying, *(hit for hit in allowing if not hit.certain))
    return Decision(
        verdict=Verdict.OPEN,
        reason="depends on the conditions of " + ", ".join(str(hit) for hit in depends_on),
        decided_by=allowing,
        depends_on=depends_on,
    )


def _what_is_missing(layers: list[_Layer]) -> str:
    silent = list(dict.fromkeys(layer.name for layer in layers if layer.allows() is False))
    return f"no statement allows it in: {', '.join(silent)}" if silent else "no policy allows it"


def _layer(name: str, policies: Iterable[Policy], context: Context) -> _Layer:
    return _Layer(
        name=name, hits=[hit for policy in policies for hit in hits(policy, name, context)]
    )


def _given(policy: Policy | None) -> Sequence[Policy]:
    return () if policy is None else (policy,)


def _scps(levels: Sequence[Sequence[Policy]], context: Context) -> Sequence[Sequence[Policy]]:
    """Service control policies do not reach service principals or unsigned requests."""
    return levels if context.caller.account else ()
