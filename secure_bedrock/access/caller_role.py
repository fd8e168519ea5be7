"""The caller's side of access to models of another account."""

import re

import jsii
from aws_cdk import Duration, Token
from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.access.outside_trust import OrganizationRoles, PartnerAccount
from secure_bedrock.access.trust import EcsTasks, EksPods, LambdaFunctions, WebIdentity

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_TWELVE_HOURS = 12


@jsii.implements(iam.IGrantable)
class CallerRole(Construct):
    """A role that may take one invoker role of another account on, and do nothing else.

    It protects against callers that could take any role on: the one role is named, and it has to be
    asked for with the external id, or lie in the organization. Models, guardrail and costs are
    those of the other account, so nothing on Amazon Bedrock is allowed here. A session taken on
    from a role lasts an hour at most, whatever the invoker role allows.

    Args:
        scope: Parent construct.
        id: Construct id.
        workload: Who takes this role on: ``LambdaFunctions``, ``EcsTasks``, ``EksPods`` or
            ``WebIdentity``.
        invoker_role_arn: ``role_arn`` of the ``InvokerRole`` in the other account.
        external_id: What its ``PartnerAccount`` asks for. Default: none.
        organization_id: ``o-...``, whose ``OrganizationRoles`` it trusts. Default: none.
        role_name: The role's name, if ``OrganizationRoles`` of the other account has to name it.
            Default: AWS makes one up.
        permissions_boundary: An upper limit to the role. Default: no boundary.
        max_session: Longest session of this role, 1 to 12 hours. Default: 1 hour.

    Raises:
        ValueError: An ARN that names no single role, not exactly one of ``external_id`` and
            ``organization_id``, or ``max_session`` is outside its limits.

    Source: IAM User Guide, "Access to AWS accounts owned by third parties", "Roles terms and
    concepts" (role chaining).
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        workload: LambdaFunctions | EcsTasks | EksPods | WebIdentity,
        invoker_role_arn: str,
        external_id: str | None = None,
        organization_id: str | None = None,
        role_name: str | None = None,
        permissions_boundary: iam.IManagedPolicy | None = None,
        max_session: Duration | None = None,
    ) -> None:
        super().__init__(scope, id)
        session = max_session or Duration.hours(1)
        self._check(workload, invoker_role_arn, session)
        condition = self._condition(external_id, organization_id)
        taking_on = iam.PolicyStatement(
            sid="TakeInvokerRoleOn",
            actions=["sts:AssumeRole"],
            resources=[invoker_role_arn],
            conditions={"StringEquals": condition},
        )
        self.role: iam.IRole = iam.Role(
            self,
            "Resource",
            role_name=role_name,
            assumed_by=workload.principal(self),
            max_session_duration=session,
            permissions_boundary=permissions_boundary,
            inline_policies={"Caller": iam.PolicyDocument(statements=[taking_on])},
        )

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The role, so that logs and queues can be granted to this construct."""
        return self.role.grant_principal

    @property
    def role_arn(self) -> str:
        """The role's ARN: what the invoker role's account has to trust."""
        return self.role.role_arn

    def _check(self, workload: object, arn: str, session: Duration) -> None:
        path = self.node.path
        if isinstance(workload, PartnerAccount | OrganizationRoles):
            raise ValueError(  # noqa: TRY004 - the library's one kind of refusal
                f"{path}: {type(workload).__name__} is another account already: "
                "let it take the invoker role on itself"
            )
        if not Token.is_unresolved(arn) and not _ROLE.fullmatch(arn):
            raise ValueError(
                f"{path}: {arn!r} names no single role: write arn:aws:iam::ACCOUNT:role/NAME"
            )
        hours = session.to_hours(integral=False)
        if not 1 <= hours <= _TWELVE_HOURS:
            raise ValueError(f"{path}: max_session is {hours:g} hours: choose 1 to 12 hours")

    def _condition(self, external_id: str | None, organization_id: str | None) -> dict[str, str]:
        path = self.node.path
        if external_id and not organization_id:
            if not Token.is_unresolved(external_id) and not _EXTERNAL_ID.fullmatch(external_id):
                raise ValueError(
                    f"{path}: external id {external_id!r} is none: "
                    "write 2 to 1224 letters, digits and +=,.@:/-"
                )
            return {"sts:ExternalId": external_id}
        if organization_id and not external_id:
            if not Token.is_unresolved(organization_id) and not _ORGANIZATION.fullmatch(
                organization_id
            ):
                raise ValueError(f"{path}: {organization_id!r} is no organization: write o-...")
            return {"aws:ResourceOrgID": organization_id}
        raise ValueError(f"{path}: give external_id or organization_id, exactly one of them")
