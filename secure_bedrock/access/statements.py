"""Statements that allow to use models."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from aws_cdk import aws_iam as iam

from secure_bedrock.catalog import models as catalog
from secure_bedrock.catalog.authorization import Place, Through
from secure_bedrock.catalog.invocation import INVOKE
from secure_bedrock.catalog.models import Model

Statement = tuple[list[str], list[str], dict[str, dict[str, Any]]]
"""Actions, resources, conditions."""


def grant(path: str, grantee: iam.IGrantable, allowed: Sequence[Statement]) -> iam.Grant:
    """One grant of all the statements.

    Raises:
        ValueError: The grantee has no policy that statements could be added to.
    """
    grants = [
        iam.Grant.add_to_principal(
            grantee=grantee, actions=actions, resource_arns=resources, conditions=conditions
        )
        for actions, resources, conditions in allowed
    ]
    whole = grants[0]
    for part in grants[1:]:
        whole = whole.combine(part)
    if not whole.success:
        raise ValueError(
            f"{path}: {grantee.grant_principal} has no identity policy to add statements to: "
            "grant to the role that callers take on"
        )
    return whole


def invoke(
    models: Sequence[Model],
    place: Place,
    *,
    conditions: Mapping[str, dict[str, Any]],
    streaming: bool,
) -> Iterator[Statement]:
    """Invoke what calls name under the conditions, and what stands behind it only through it.

    Statements of several profiles are one: a profile leads to its own model only, so naming all
    profiles and all models together allows nothing more.
    """
    actions = list(INVOKE if streaming else INVOKE[:1])
    authorizations = [model.authorization(place) for model in models]
    yield actions, [authorization.entry for authorization in authorizations], dict(conditions)
    behind = defaultdict[tuple[str, bool], list[Through]](list)
    for through in (t for authorization in authorizations for t in authorization.through):
        behind[through.key, through.region_unspecified].append(through)
    for (key, unspecified), all_through in sorted(behind.items()):
        values = _once(through.value for through in all_through)
        only: dict[str, dict[str, Any]] = {"ArnLike": {key: values}}
        if unspecified:
            only["StringEquals"] = {"aws:RequestedRegion": "unspecified"}
        yield actions, _once(arn for through in all_through for arn in through.resources), only


def describe(models: Sequence[Model], place: Place) -> Iterator[Statement]:
    """Look up profiles, deployments and routers, as clients do before they call them."""
    by_action = defaultdict[str, list[str]](list)
    for model in models:
        for action, arn in model.authorization(place).describe:
            by_action[action].append(arn)
    for action, arns in sorted(by_action.items()):
        yield [action], _once(arns), {}


def count_tokens(models: Sequence[Model], place: Place) -> Iterator[Statement]:
    """Count the tokens of a request, which costs nothing."""
    counted = _once(arn for model in models for arn in model.authorization(place).counted)
    if counted:
        yield ["bedrock:CountTokens"], counted, {}


def asynchronous(place: Place) -> Iterator[Statement]:
    """Start asynchronous invocations and follow them."""
    jobs = f"arn:{place.partition}:bedrock:{place.region}:{place.account}:async-invoke/*"
    yield ["bedrock:InvokeModel", "bedrock:GetAsyncInvoke"], [jobs], {}
    yield ["bedrock:ListAsyncInvokes"], ["*"], {}


def batch(models: Sequence[Model], place: Place, *, service_role: iam.IRole) -> Iterator[Statement]:
    """Create batch jobs on the models, follow and stop them, with the service role."""
    jobs = f"arn:{place.partition}:bedrock:{place.region}:{place.account}:model-invocation-job/*"
    here = [
        model.arn(partition=place.partition, region=place.region)
        for model in catalog.foundation_models(models)
    ]
    yield ["bedrock:CreateModelInvocationJob"], [*_once(here), jobs], {}
    yield ["bedrock:GetModelInvocationJob", "bedrock:StopModelInvocationJob"], [jobs], {}
    yield ["bedrock:ListModelInvocationJobs"], ["*"], {}
    passed = {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}}
    yield ["iam:PassRole"], [service_role.role_arn], passed


def foundation_models(models: Iterable[Model], place: Place) -> list[str]:
    """ARNs, in every Region, of the foundation models behind the given ones."""
    return _once(
        model.arn(partition=place.partition, region="*")
        for model in catalog.foundation_models(models)
    )


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
