"""What the gateway's function may do."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.catalog.invocation import (
    FOUNDATION_MODELS,
    INVOKE,
    OWNED_MODELS,
    bedrock_arn,
)
from secure_bedrock.catalog.models import Model
from secure_bedrock.cost.gateway.values import PinnedGuardrail


def counting(table: dynamodb.ITable) -> iam.PolicyStatement:
    """Reserve and settle in the table."""
    return iam.PolicyStatement(
        sid="Count",
        actions=[
            "dynamodb:DeleteItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        ],
        resources=[table.table_arn],
    )


def invoking(models: Sequence[Model], place: Place) -> Iterator[iam.PolicyStatement]:
    """Invoke the models; what stands behind a profile or a router only through it."""
    authorizations = [model.authorization(place) for model in models]
    yield _invoke([each.entry for each in authorizations], {})
    for through in dict.fromkeys(t for each in authorizations for t in each.through):
        only: dict[str, Any] = {"ArnLike": {through.key: through.value}}
        if through.region_unspecified:
            only["StringEquals"] = {"aws:RequestedRegion": "unspecified"}
        yield _invoke(list(through.resources), only)
    described: dict[str, list[str]] = {}
    for action, arn in dict.fromkeys(pair for each in authorizations for pair in each.describe):
        described.setdefault(action, []).append(arn)
    for action, arns in sorted(described.items()):
        yield iam.PolicyStatement(actions=[action], resources=arns)


def never_without(guardrail: PinnedGuardrail, place: Place) -> iam.PolicyStatement:
    """Deny every call without this guardrail in this version, should the code ever forget it."""
    version = f"{guardrail.guardrail_arn}:{guardrail.guardrail_version}"
    return iam.PolicyStatement(
        sid="NeverWithoutTheGuardrail",
        effect=iam.Effect.DENY,
        actions=list(INVOKE),
        resources=[bedrock_arn(place.partition, r) for r in (FOUNDATION_MODELS, *OWNED_MODELS)],
        conditions={"ArnNotLike": {"bedrock:GuardrailIdentifier": version}},
    )


def _invoke(arns: Sequence[str], conditions: Mapping[str, Any]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=list(INVOKE), resources=list(arns), conditions=dict(conditions) or None
    )
