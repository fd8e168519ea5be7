"""One entry for tools of third parties."""

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.access.invoker_role import InvokerRole
from secure_bedrock.access.model_access import ModelAccess
from secure_bedrock.access.outside_trust import PartnerAccount
from secure_bedrock.access.posture_reader_role import PostureReaderRole


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPosture:
    """The partner reads settings: for a vulnerability scanner such as Nessus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvokeGuarded:
    """The partner invokes models with the guardrail: for a coding assistant such as BlackBox AI.

    Attributes:
        access: The models; it has to require a guardrail.
        streaming: Whether answers may be streamed. Default: yes.
    """

    access: ModelAccess
    streaming: bool = True


class PartnerAccess(Construct):
    """A role for a tool of a third party, which does one of two things and nothing else.

    It protects against partners who are given an administrator's role, or an access key, because
    that is what their guide says; and against their other customers, who could have the tool take
    your role on: it has to name the external id.

    Args:
        scope: Parent construct.
        id: Construct id.
        partner: The partner's account and external id.
        purpose: ``ReadPosture()`` or ``InvokeGuarded(access=...)``.
        permissions_boundary: An upper limit to the role. Default: no boundary.
        max_session: Longest session, 1 to 12 hours. Default: 1 hour.

    Attributes:
        role: The role; tell its ARN to the partner.

    Raises:
        ValueError: The access requires no guardrail, or ``max_session`` is outside its limits.

    Source: IAM User Guide, "Access to AWS accounts owned by third parties".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        partner: PartnerAccount,
        purpose: ReadPosture | InvokeGuarded,
        permissions_boundary: iam.IManagedPolicy | None = None,
        max_session: Duration | None = None,
    ) -> None:
        super().__init__(scope, id)
        made: PostureReaderRole | InvokerRole
        if isinstance(purpose, ReadPosture):
            made = PostureReaderRole(
                self,
                "Reader",
                reader=partner,
                permissions_boundary=permissions_boundary,
                max_session=max_session,
            )
        else:
            self._refuse_without_guardrail(purpose.access)
            made = InvokerRole(
                self,
                "Invoker",
                workload=partner,
                access=purpose.access,
                streaming=purpose.streaming,
                permissions_boundary=permissions_boundary,
                max_session=max_session,
            )
        self.role: iam.IRole = made.role

    @property
    def role_arn(self) -> str:
        """The role's ARN."""
        return self.role.role_arn

    def _refuse_without_guardrail(self, access: ModelAccess) -> None:
        if not access.requires_guardrail:
            raise ValueError(
                f"{self.node.path}: {access.node.path} requires no guardrail, and a partner "
                "invokes with one only: give the ModelAccess a guardrail"
            )
