"""A role for one application that invokes models."""

import jsii
from aws_cdk import Duration, PhysicalName
from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.access.model_access import ModelAccess
from secure_bedrock.access.trust import Workload
from secure_bedrock.encryption.tokens import unresolved

_HOURS = (1, 12)


@jsii.implements(iam.IGrantable)
class InvokerRole(Construct):
    """A role that one kind of workload takes on, and that may invoke the models of one access.

    It protects against shared roles that collect permissions: the role starts with nothing, gets
    the one grant, and trusts exactly the workload named. There is no such construct for users.

    Args:
        scope: Parent construct.
        id: Construct id.
        workload: Who takes the role on: ``LambdaFunctions``, ``EcsTasks``, ``EksPods`` or
            ``WebIdentity``; from other accounts ``PartnerAccount`` or ``OrganizationRoles``.
        access: The models it may invoke.
        streaming: Whether responses may be streamed. Default: yes.
        permissions_boundary: An upper limit to what the role can ever be granted. It has to allow
            what this construct grants. Default: no boundary.
        max_session: Longest session, 1 to 12 hours. Default: 1 hour.

    Raises:
        ValueError: ``max_session`` is outside its limits, or the access cannot be granted.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        workload: Workload,
        access: ModelAccess,
        streaming: bool = True,
        permissions_boundary: iam.IManagedPolicy | None = None,
        max_session: Duration | None = None,
    ) -> None:
        super().__init__(scope, id)
        session = max_session or Duration.hours(1)
        hours = session.to_hours(integral=False)
        if not unresolved(hours) and not _HOURS[0] <= hours <= _HOURS[1]:
            raise ValueError(
                f"{self.node.path}: max_session is {hours:g} hours: choose 1 to 12 hours"
            )
        self.role: iam.IRole = iam.Role(
            self,
            "Resource",
            role_name=PhysicalName.GENERATE_IF_NEEDED,  # only a stack elsewhere needs to know it
            assumed_by=workload.principal(self),
            max_session_duration=session,
            permissions_boundary=permissions_boundary,
        )
        access.grant_invoke(self.role, streaming=streaming)

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The role, so that anything with a ``grant_*`` method takes this construct."""
        return self.role.grant_principal

    @property
    def role_arn(self) -> str:
        """The role's ARN."""
        return self.role.role_arn
