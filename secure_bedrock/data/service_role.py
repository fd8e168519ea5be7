"""The role that Amazon Bedrock assumes for one kind of resource, and statements for such roles.

Sources: Amazon Bedrock User Guide, "Create a service role for Amazon Bedrock Agents", "Create a
service role for Amazon Bedrock Flows", "Cross-service confused deputy prevention".
"""

from collections.abc import Iterator
from typing import Any, Protocol

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from secure_bedrock.catalog.authorization import Authorization
from secure_bedrock.catalog.invocation import INVOKE
from secure_bedrock.catalog.models import Model
from secure_bedrock.encryption.place import place_of


class PinnedGuardrail(Protocol):
    """What is needed of a guardrail. ``GuardrailSet`` hands these out."""

    @property
    def guardrail_arn(self) -> str:
        """ARN of the guardrail, without a version."""

    @property
    def guardrail_version(self) -> str:
        """The published version in use."""

    def grant_apply(self, grantee: iam.IGrantable) -> iam.Grant:
        """Allow to apply the guardrail, its profiles and key included."""


class ServiceRole(Construct):
    """A role that Amazon Bedrock may assume for one kind of resource of this account and Region.

    It protects against the confused deputy: the trust names account, Region and kind of resource.
    The resource's own id is not known before it exists, and it needs the role to exist.

    Args:
        scope: Parent construct.
        id: Construct id.
        resource: Beginning of the resource's ARN after the account, for example ``agent``.
    """

    def __init__(self, scope: Construct, id: str, *, resource: str) -> None:
        super().__init__(scope, id)
        place = place_of(self)
        self.permissions = iam.ManagedPolicy(self, "Permissions")
        self.pattern = f"arn:{place.partition}:bedrock:{place.region}:{place.account}:{resource}/*"
        principal = iam.ServicePrincipal(
            "bedrock.amazonaws.com",
            conditions={
                "StringEquals": {"aws:SourceAccount": place.account},
                "ArnLike": {"aws:SourceArn": self.pattern},
            },
        )
        self.role = iam.Role(
            self, "Role", assumed_by=principal, managed_policies=[self.permissions]
        )

    def allow(
        self,
        actions: list[str],
        resources: list[str],
        conditions: dict[str, dict[str, Any]] | None = None,
    ) -> None:
        """Add a statement; what is asked for twice is written once."""
        self.permissions.add_statements(
            iam.PolicyStatement(actions=actions, resources=resources, conditions=conditions)
        )

    def allow_model(self, model: Model) -> None:
        """Allow to invoke a model, and what stands behind a profile only through it."""
        authorization = model.authorization(place_of(self))
        self.allow(list(INVOKE), [authorization.entry])
        for resources, conditions in _behind(authorization):
            self.allow(list(INVOKE), resources, conditions)
        for action, arn in authorization.describe:
            self.allow([action], [arn])

    def allow_key(self, key: kms.IKey, context: str) -> None:
        """Allow to use the key that encrypts the resource, through Amazon Bedrock only."""
        self.allow(
            ["kms:Decrypt", "kms:GenerateDataKey"],
            [key.key_arn],
            {
                "StringEquals": {
                    "kms:ViaService": f"bedrock.{place_of(self).region}.amazonaws.com"
                },
                "StringLike": {f"kms:EncryptionContext:{context}": self.pattern},
            },
        )


def _behind(authorization: Authorization) -> Iterator[tuple[list[str], dict[str, dict[str, Any]]]]:
    for through in authorization.through:
        conditions: dict[str, dict[str, Any]] = {"ArnLike": {through.key: through.value}}
        if through.region_unspecified:
            conditions["StringEquals"] = {"aws:RequestedRegion": "unspecified"}
        yield list(through.resources), conditions


def model_name(model: Model) -> str:
    """How a resource names a model: the id of one of AWS's, the ARN of one of your own."""
    for attribute in ("model_id", "profile_id", "arn"):
        name = getattr(model, attribute, None)
        if isinstance(name, str):
            return name
    raise TypeError(f"{model!r} has no name")
