"""A role for tools that look at how Amazon Bedrock is set up, not at what passes through it."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.access.outside_trust import Outsider
from secure_bedrock.catalog.posture import POSTURE_ACTIONS

_TWELVE_HOURS = 12


class PostureReaderRole(Construct):
    """A read-only role for a vulnerability scanner or posture tool of another account.

    It protects against tools that ask for more than they need: it reads settings of Amazon Bedrock,
    and of the keys, trails, log groups, buckets and endpoints around it. It reads no prompts, no
    answers, no documents, no objects and no secrets, and it invokes nothing.

    Args:
        scope: Parent construct.
        id: Construct id.
        reader: ``PartnerAccount`` with an external id, or ``OrganizationRoles``.
        permissions_boundary: An upper limit to the role. Default: no boundary.
        max_session: Longest session, 1 to 12 hours. Default: 1 hour.

    Attributes:
        role: The role; tell its ARN to the tool.

    Raises:
        ValueError: ``max_session`` is outside its limits.

    Source: Service Authorization Reference: actions with access level Read or List.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        reader: Outsider,
        permissions_boundary: iam.IManagedPolicy | None = None,
        max_session: Duration | None = None,
    ) -> None:
        super().__init__(scope, id)
        session = max_session or Duration.hours(1)
        hours = session.to_hours(integral=False)
        if not 1 <= hours <= _TWELVE_HOURS:
            raise ValueError(
                f"{self.node.path}: max_session is {hours:g} hours: choose 1 to 12 hours"
            )
        self.role: iam.IRole = iam.Role(
            self,
            "Resource",
            assumed_by=reader.principal(self),
            max_session_duration=session,
            permissions_boundary=permissions_boundary,
            inline_policies={"Posture": iam.PolicyDocument(statements=[_reading()])},
        )

    @property
    def role_arn(self) -> str:
        """The role's ARN."""
        return self.role.role_arn


def _reading() -> iam.PolicyStatement:
    return iam.PolicyStatement(sid="ReadSettings", actions=list(POSTURE_ACTIONS), resources=["*"])
