"""What passes the runtime endpoint: the models, their wake, guardrails."""

from collections.abc import Iterable, Sequence

from aws_cdk import aws_iam as iam

from secure_bedrock.catalog.authorization import Authorization, Through
from secure_bedrock.catalog.invocation import INVOKE
from secure_bedrock.catalog.models import Model
from secure_bedrock.network.endpoint_access import EndpointUse
from secure_bedrock.network.policy_statements import Passage


def runtime_statements(passage: Passage, models: Sequence[Model]) -> list[iam.PolicyStatement]:
    """The given models, directly or through the given inference profiles, and guardrails.

    Embedding models answer with a vector at once: they are neither streamed nor asked for tokens.
    """
    place = passage.place
    needs = [model.authorization(place) for model in models if not model.is_embedding]
    embeddings = [model.authorization(place) for model in models if model.is_embedding]
    statements = [
        *_entries(passage, "Models", INVOKE, needs),
        *_entries(passage, "Embeddings", INVOKE[:1], embeddings),
        *_guardrails(passage),
    ]
    counted = _unique(arn for need in needs for arn in need.counted)
    if counted:
        statements.append(passage.allow("CountTokens", ["bedrock:CountTokens"], counted))
    described = [described for need in (*needs, *embeddings) for described in need.describe]
    for action in _unique(action for action, _ in described):
        arns = _unique(arn for known, arn in described if known == action)
        statements.append(passage.allow(action.removeprefix("bedrock:"), [action], arns))
    if EndpointUse.ASYNC_INVOKE in passage.access.uses:
        statements += _asynchronous(passage)
    wakes: dict[tuple[Through, tuple[str, ...]], None] = {}
    for actions, all_needs in ((INVOKE, needs), (INVOKE[:1], embeddings)):
        wakes |= dict.fromkeys((step, actions) for need in all_needs for step in need.through)
    return [
        *statements,
        *(
            _wake(passage, f"Through{number}", actions, step)
            for number, (step, actions) in enumerate(wakes, start=1)
        ),
    ]


def _entries(
    passage: Passage, sid: str, actions: Sequence[str], needs: Sequence[Authorization]
) -> list[iam.PolicyStatement]:
    if not needs:
        return []
    return [passage.allow(sid, actions, _unique(need.entry for need in needs))]


def _guardrails(passage: Passage) -> list[iam.PolicyStatement]:
    place = passage.place
    named = [guardrail.guardrail_arn for guardrail in passage.access.guardrails]
    profiles = f"arn:{place.partition}:bedrock:*:{place.account}:guardrail-profile/*"
    return [
        passage.allow(
            "Guardrails",
            ["bedrock:ApplyGuardrail", "bedrock:GetGuardrail"],
            named or [passage.own("guardrail/*")],
        ),
        passage.allow("GuardrailProfiles", ["bedrock:ApplyGuardrail"], [profiles]),
    ]


def _asynchronous(passage: Passage) -> list[iam.PolicyStatement]:
    jobs = [passage.own("async-invoke/*")]
    return [
        passage.allow("AsyncInvokes", ["bedrock:InvokeModel", "bedrock:GetAsyncInvoke"], jobs),
        passage.allow("ListAsyncInvokes", ["bedrock:ListAsyncInvokes"]),
    ]


def _wake(
    passage: Passage, sid: str, actions: Sequence[str], through: Through
) -> iam.PolicyStatement:
    """What is authorised because a call came through a profile or router."""
    conditions: dict[str, dict[str, str]] = {"ArnLike": {through.key: through.value}}
    if through.region_unspecified:
        conditions["StringEquals"] = {"aws:RequestedRegion": "unspecified"}
    return passage.allow(sid, actions, through.resources, conditions)


def _unique(arns: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(arns))
