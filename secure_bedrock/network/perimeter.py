"""Data stays inside: statements that deny what comes from outside the endpoints."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from secure_bedrock.catalog.perimeter import DATA_ACTIONS, elsewhere
from secure_bedrock.encryption.tokens import unresolved

_OBJECTS = (
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:PutObject",
)
_CIPHERS = (
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
)
_SERVICES = ("bedrock.amazonaws.com", "bedrock-agentcore.amazonaws.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointPerimeter:
    """The endpoints and VPCs that calls have to come through.

    It protects against credentials that are used somewhere else, by a thief or from a laptop.
    Calls that AWS services make for a principal (forward access sessions), and calls of service
    principals, come from no VPC and are spared everywhere. Roles that a service takes on itself,
    such as those of agents, knowledge bases and batch jobs, have to be named.

    For a whole organization use ``OnlyVpcEndpoints`` in ``OrganizationGuards``.

    Attributes:
        vpc_endpoint_ids: Endpoints: for Bedrock its interface endpoints, for a bucket the gateway
            endpoint of Amazon S3, for a key the endpoint of AWS KMS.
        vpc_ids: VPCs, any endpoint of which will do.

    Raises:
        ValueError: Neither of both, or an id of another kind.

    Source: AWS's data-perimeter-policy-examples.
    """

    vpc_endpoint_ids: Sequence[str] = ()
    vpc_ids: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not self.vpc_endpoint_ids and not self.vpc_ids:
            raise ValueError("the perimeter is empty: name at least one endpoint or VPC")
        for prefix, ids in (("vpce-", self.vpc_endpoint_ids), ("vpc-", self.vpc_ids)):
            for each in ids:
                if not unresolved(each) and not each.startswith(prefix):
                    raise ValueError(f"{each!r} is none of those ids: write {prefix}...")

    def deny_models(self, *, except_roles: Sequence[iam.IRole] = ()) -> iam.PolicyStatement:
        """For policies of identities: no prompts, documents and answers from outside."""
        return self._deny("OnlyInsideThePerimeter", DATA_ACTIONS, ["*"], except_roles)

    def protect_role(self, role: iam.IRole) -> None:
        """Deny the role every use of models, agents and knowledge bases from outside.

        Raises:
            ValueError: Amazon Bedrock takes on the role itself, which is never from a VPC; or the
                role is imported, and the CDK does not say whether it would be changed.
        """
        own = role if isinstance(role, iam.Role) else None
        if own is None:
            raise ValueError(
                f"{role.node.path}: the role is imported: add deny_models() where it is made"
            )
        for service in _SERVICES:
            if service in _who_takes_it_on(own):
                raise ValueError(
                    f"{role.node.path}: {service} takes on this role, and calls from no VPC: "
                    "protect the roles of your workloads"
                )
        own.add_to_principal_policy(self.deny_models())

    def protect_bucket(self, bucket: s3.IBucket, *, except_roles: Sequence[iam.IRole] = ()) -> None:
        """Deny reading, writing and listing objects from outside; the bucket's settings stay open.

        Args:
            bucket: A bucket with a policy that this app writes.
            except_roles: Roles that services take on, such as those of knowledge bases.

        Raises:
            ValueError: The bucket is imported, so its policy is somebody else's.
        """
        statement = self._deny(
            "OnlyInsideThePerimeter",
            _OBJECTS,
            [bucket.bucket_arn, bucket.arn_for_objects("*")],
            except_roles,
            everyone=True,
        )
        if not bucket.add_to_resource_policy(statement).statement_added:
            raise ValueError(f"{bucket.node.path}: the bucket is imported: add the statement there")

    def protect_key(self, key: kms.IKey, *, except_roles: Sequence[iam.IRole] = ()) -> None:
        """Deny encrypting and decrypting from outside; the key's administration stays open.

        Raises:
            ValueError: The key is imported, so its policy is somebody else's.
        """
        statement = self._deny(
            "OnlyInsideThePerimeter", _CIPHERS, ["*"], except_roles, everyone=True
        )
        if not key.add_to_resource_policy(statement).statement_added:
            raise ValueError(f"{key.node.path}: the key is imported: add the statement there")

    def _deny(
        self,
        sid: str,
        actions: Sequence[str],
        resources: Sequence[str],
        spared: Sequence[iam.IRole],
        *,
        everyone: bool = False,
    ) -> iam.PolicyStatement:
        conditions: dict[str, dict[str, Any]] = dict(
            elsewhere(vpc_endpoint_ids=self.vpc_endpoint_ids, vpc_ids=self.vpc_ids)
        )
        if spared:
            conditions["ArnNotEquals"] = {"aws:PrincipalArn": [role.role_arn for role in spared]}
        return iam.PolicyStatement(
            sid=sid,
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()] if everyone else None,
            actions=list(actions),
            resources=list(resources),
            conditions=conditions,
        )


def _who_takes_it_on(role: iam.Role) -> str:
    """The role's trust policy as text."""
    return str(Stack.of(role).resolve(role.assume_role_policy))
