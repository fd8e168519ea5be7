"""Guardrails for the accounts of an organization."""

import json
import re
from collections.abc import Sequence
from typing import Any

from aws_cdk import Token, Validations
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from secure_bedrock.access.guardrail_requirement import AppliedGuardrail
from secure_bedrock.encryption.place import place_of

_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_PATH = re.compile(r"o-[a-z0-9]{10,32}/(r-[a-z0-9]{4,32}/)?(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}/)*\*?")
_LARGEST = 20_480


class SharedGuardrail(Construct):
    """A resource policy that lets accounts of one organization apply a guardrail.

    It protects against copies of a guardrail in every account that drift apart. AWS shares
    guardrails inside an organization only, so the policy always names one.

    With the guardrail's key, its policy lets the same accounts decrypt through Amazon Bedrock;
    without that every call of theirs fails. Callers need ``kms:Decrypt`` in a policy of their own,
    too. A guardrail profile has a resource policy of its own in each Region it leads to.

    Args:
        scope: Parent construct.
        id: Construct id.
        guardrail: The guardrail.
        organization_id: ``o-...``.
        organization_paths: Limits sharing to parts of the organization, for example
            ``o-abcdefghij/r-ab12/ou-ab12-34cd56ef/*``. Default: all of it.
        encryption_key: The guardrail's customer managed key. Default: it has none, or its policy is
            managed elsewhere.

    Raises:
        ValueError: An id or path of another form, or a policy over 20,480 characters.

    Source: Amazon Bedrock User Guide, "Using resource-based policies for guardrails".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        guardrail: AppliedGuardrail,
        organization_id: str,
        organization_paths: Sequence[str] = (),
        encryption_key: kms.IKey | None = None,
    ) -> None:
        super().__init__(scope, id)
        self._check(organization_id, organization_paths)
        members = _members(organization_id, organization_paths)
        if encryption_key is not None:
            self._let_decrypt(encryption_key, members)
        document = _document(guardrail.guardrail_arn, members)
        if (length := len(json.dumps(document))) > _LARGEST:
            raise ValueError(
                f"{self.node.path}: the resource policy has {length:,} characters, {_LARGEST:,} "
                "are allowed: name fewer organization_paths"
            )
        bedrock.CfnResourcePolicy(
            self,
            "Resource",
            resource_arn=guardrail.guardrail_arn,
            policy_document=document,
        )

    def _let_decrypt(self, key: kms.IKey, members: dict[str, Any]) -> None:
        through = {"kms:ViaService": f"bedrock.{place_of(key).region}.amazonaws.com"}
        statement = iam.PolicyStatement(
            sid="OrganizationDecryptsThroughBedrock",
            principals=[iam.StarPrincipal()],
            actions=["kms:Decrypt"],
            resources=["*"],
            conditions=members | {"StringEquals": members["StringEquals"] | through},
        )
        if not key.add_to_resource_policy(statement, allow_no_op=True).statement_added:
            Validations.of(self).add_warning(
                "secure-bedrock:SharedGuardrailKey",
                f"{self.node.path}: the key {key.node.path} was imported and keeps its policy, "
                "which must let the organization use kms:Decrypt: see "
                "docs/constructs/enforced-guardrail.md",
            )

    def _check(self, organization_id: str, paths: Sequence[str]) -> None:
        if not Token.is_unresolved(organization_id) and not _ORGANIZATION.fullmatch(
            organization_id
        ):
            raise ValueError(
                f"{self.node.path}: {organization_id!r} is no organization id: write o-..."
            )
        for path in paths:
            own = path.startswith(f"{organization_id}/")
            if not Token.is_unresolved(path) and not (own and _PATH.fullmatch(path)):
                raise ValueError(
                    f"{self.node.path}: {path!r} is no path of {organization_id}: "
                    f"write {organization_id}/r-.../ou-.../*"
                )


def _members(organization_id: str, paths: Sequence[str]) -> dict[str, Any]:
    """The conditions that admit the organization, or parts of it."""
    conditions: dict[str, Any] = {"StringEquals": {"aws:PrincipalOrgID": organization_id}}
    if paths:
        conditions["ForAnyValue:StringLike"] = {"aws:PrincipalOrgPaths": list(paths)}
    return conditions


def _document(arn: str, members: dict[str, Any]) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OrganizationAppliesGuardrail",
                "Effect": "Allow",
                "Principal": "*",
                "Action": ["bedrock:ApplyGuardrail", "bedrock:GetGuardrail"],
                "Resource": arn,
                "Condition": members,
            }
        ],
    }
