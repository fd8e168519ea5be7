"""A role for people who set Amazon Bedrock up, and do not use it."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.access.people import PeopleWithMfa, short_session
from secure_bedrock.catalog.administration import (
    ADMINISTRATION,
    MODEL_SUBSCRIPTIONS,
    PERMISSION_CHANGES,
    USE,
)

_FOUR_HOURS = 4


class AdministratorRole(Construct):
    """A role that administers Amazon Bedrock: guardrails, logging, model access, agents and so on.

    It protects against standing administrators: named people take it on with a second factor, for
    an hour. It sends no prompts, reads none and uses no other route to a model, and it changes
    nobody's permissions. Its one policy is its boundary as well, so whatever somebody attaches to
    the role later adds nothing.

    Args:
        scope: Parent construct.
        id: Construct id.
        people: Who may take it on: ``PeopleWithMfa``.
        service_roles: Roles that it may hand to Amazon Bedrock, for example for knowledge bases.
            Default: none, so it creates nothing that needs one.
        max_session: Longest session, 1 to 4 hours. Default: 1 hour.

    Attributes:
        role: The role.
        policy: What it may do, its permissions boundary as well.

    Raises:
        ValueError: ``max_session`` is outside its limits.

    Source: Service Authorization Reference for Amazon Bedrock; IAM User Guide, "Permissions
    boundaries for IAM entities".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        people: PeopleWithMfa,
        service_roles: Sequence[iam.IRole] = (),
        max_session: Duration | None = None,
    ) -> None:
        super().__init__(scope, id)
        session = short_session(
            self.node.path, max_session or Duration.hours(1), longest_hours=_FOUR_HOURS
        )
        self.policy = iam.ManagedPolicy(
            self,
            "Administration",
            description="Administration of Amazon Bedrock without its use",
            statements=[*_allowed(), *_passing(service_roles), *_denied()],
        )
        self.role: iam.IRole = iam.Role(
            self,
            "Resource",
            description="Administers Amazon Bedrock; taken on with a second factor",
            assumed_by=people.principal(),
            max_session_duration=session,
            managed_policies=[self.policy],
            permissions_boundary=self.policy,
        )

    @property
    def role_arn(self) -> str:
        """The role's ARN."""
        return self.role.role_arn


def _allowed() -> list[iam.PolicyStatement]:
    through_bedrock = {"StringEquals": {"aws:CalledViaLast": "bedrock.amazonaws.com"}}
    return [
        iam.PolicyStatement(sid="Administer", actions=list(ADMINISTRATION), resources=["*"]),
        iam.PolicyStatement(
            sid="GiveModelAccess",
            actions=list(MODEL_SUBSCRIPTIONS),
            resources=["*"],
            conditions=through_bedrock,
        ),
    ]


def _passing(roles: Sequence[iam.IRole]) -> list[iam.PolicyStatement]:
    if not roles:
        return []
    return [
        iam.PolicyStatement(
            sid="HandRolesToBedrock",
            actions=["iam:PassRole"],
            resources=[role.role_arn for role in roles],
            conditions={"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}},
        )
    ]


def _denied() -> list[iam.PolicyStatement]:
    deny = iam.Effect.DENY
    return [
        iam.PolicyStatement(sid="NotUse", effect=deny, actions=list(USE), resources=["*"]),
        iam.PolicyStatement(
            sid="NotChangePermissions",
            effect=deny,
            actions=list(PERMISSION_CHANGES),
            resources=["*"],
        ),
    ]
