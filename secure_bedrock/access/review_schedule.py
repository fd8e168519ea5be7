"""When the access review runs, what it is told, and what it may do."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.catalog.models import (
    FoundationModel,
    InferenceProfile,
    Model,
)
from secure_bedrock.encryption.place import place_of

REPORTS = "access-reviews/*"
_OTHER = FoundationModel("any.other-model")


def schedule(
    scope: Construct, function: lambda_.CfnFunction, settings: dict[str, Any], *, every_days: int
) -> events.CfnRule:
    """Run the function with the settings every so many days."""
    unit = "day" if every_days == 1 else "days"
    rule = events.CfnRule(
        scope,
        "Schedule",
        description="Reviews who can invoke which model",
        schedule_expression=f"rate({every_days} {unit})",
        targets=[
            events.CfnRule.TargetProperty(
                arn=function.attr_arn, id="Review", input=Stack.of(scope).to_json_string(settings)
            )
        ],
    )
    lambda_.CfnPermission(
        scope,
        "Invocation",
        action="lambda:InvokeFunction",
        function_name=function.attr_arn,
        principal="events.amazonaws.com",
        source_arn=rule.attr_arn,
    )
    return rule


def cases(models: Sequence[Model], place: Place) -> dict[str, list[dict[str, Any]]]:
    """Each model, and one that nobody named, with everything authorised when it is invoked."""
    return {
        "any other foundation model": _case(_OTHER, place),
        **{_name(model): _case(model, place) for model in models},
    }


def reading(scope: Construct) -> list[iam.PolicyStatement]:
    """Look at roles and users of the account, and at nothing they hold."""
    place = place_of(scope)
    own = f"arn:{place.partition}:iam::{place.account}"
    return [
        iam.PolicyStatement(
            sid="ListPrincipals",
            actions=["iam:GetServiceLastAccessedDetails", "iam:ListRoles", "iam:ListUsers"],
            resources=["*"],
        ),
        iam.PolicyStatement(
            sid="LookAtPrincipals",
            actions=["iam:GenerateServiceLastAccessedDetails", "iam:SimulatePrincipalPolicy"],
            resources=[f"{own}:role/*", f"{own}:user/*"],
        ),
    ]


def reporting(
    scope: Construct,
    bucket: s3.IBucket,
    bucket_key: kms.IKey,
    topic: sns.ITopic,
    topic_key: kms.IKey,
) -> list[iam.PolicyStatement]:
    """Write the report and tell the topic, with the keys only for that."""
    region = place_of(scope).region
    uses = {"s3": bucket_key, "sns": topic_key}
    return [
        iam.PolicyStatement(
            sid="WriteReport",
            actions=["s3:PutObject"],
            resources=[bucket.arn_for_objects(REPORTS)],
        ),
        iam.PolicyStatement(sid="TellTopic", actions=["sns:Publish"], resources=[topic.topic_arn]),
        *(
            iam.PolicyStatement(
                sid=f"UseKeyFor{service.title()}",
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=[key.key_arn],
                conditions={"StringLike": {"kms:ViaService": f"{service}.{region}.*"}},
            )
            for service, key in uses.items()
        ),
    ]


def _name(model: Model) -> str:
    if isinstance(model, FoundationModel):
        return model.model_id
    return model.profile_id if isinstance(model, InferenceProfile) else model.arn


def _case(model: Model, place: Place) -> list[dict[str, Any]]:
    authorization = model.authorization(place)
    groups = [{"resources": [authorization.entry], "context": {}}]
    for through in authorization.through:
        resources = [
            arn.replace(":bedrock:*:", f":bedrock:{place.region}:") for arn in through.resources
        ]
        context = {through.key: through.value}
        if through.region_unspecified:
            context["aws:RequestedRegion"] = "unspecified"
        groups.append({"resources": resources, "context": context})
    return groups
