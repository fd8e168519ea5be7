"""Which workloads may take a role on.

Sources: ECS Developer Guide, "Task IAM role" (confused deputy); EKS User Guide, "Create IAM role
with trust policy required by EKS Pod Identity" and "Grant Pods access ... based on tags"; IAM User
Guide, "Available keys for AWS web identity federation".
"""

from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.access.outside_trust import Outsider


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaFunctions:
    """Lambda functions of the account.

    Lambda's trust has no condition: AWS documents none, and a function is given a role only by
    someone with ``iam:PassRole`` on it.
    """

    def principal(self, scope: Construct) -> iam.PrincipalBase:  # noqa: ARG002 - same everywhere
        """The principal of the trust policy."""
        return iam.ServicePrincipal("lambda.amazonaws.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class EcsTasks:
    """ECS tasks of the stack's account and Region."""

    def principal(self, scope: Construct) -> iam.PrincipalBase:
        """The principal of the trust policy."""
        stack = Stack.of(scope)
        source = f"arn:{stack.partition}:ecs:{stack.region}:{stack.account}:*"
        return iam.ServicePrincipal(
            "ecs-tasks.amazonaws.com",
            conditions={
                "StringEquals": {"aws:SourceAccount": stack.account},
                "ArnLike": {"aws:SourceArn": source},
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EksPods:
    """Pods of one service account, through EKS Pod Identity.

    Attributes:
        cluster_arn: The cluster.
        namespace: The pods' namespace.
        service_account: The pods' service account.
    """

    cluster_arn: str
    namespace: str
    service_account: str

    def principal(self, scope: Construct) -> iam.PrincipalBase:  # noqa: ARG002 - same everywhere
        """The principal of the trust policy."""
        tags = {
            "aws:RequestTag/eks-cluster-arn": self.cluster_arn,
            "aws:RequestTag/kubernetes-namespace": self.namespace,
            "aws:RequestTag/kubernetes-service-account": self.service_account,
        }
        service = iam.ServicePrincipal("pods.eks.amazonaws.com", conditions={"StringEquals": tags})
        return service.with_session_tags()


@dataclass(frozen=True, slots=True, kw_only=True)
class WebIdentity:
    """Workloads with a token of an OpenID Connect provider, such as a CI system.

    Attributes:
        provider: The provider in this account.
        issuer: The provider's host and path without ``https://``, for example
            ``token.actions.githubusercontent.com``.
        subjects: Accepted ``sub`` claims, exactly as the provider writes them.
        audience: Accepted ``aud`` claim. Default: ``sts.amazonaws.com``.
    """

    provider: iam.IOpenIdConnectProvider
    issuer: str
    subjects: tuple[str, ...]
    audience: str = "sts.amazonaws.com"

    def __post_init__(self) -> None:
        if not self.subjects or any(not s or "*" in s or "?" in s for s in self.subjects):
            raise ValueError(
                f"subjects {self.subjects!r} would admit workloads that nobody named: "
                "write every accepted sub claim in full"
            )
        if self.issuer.startswith("https://"):
            raise ValueError(f"issuer {self.issuer!r} must not start with https://: leave it out")

    def principal(self, scope: Construct) -> iam.PrincipalBase:  # noqa: ARG002 - same everywhere
        """The principal of the trust policy."""
        claims = {
            f"{self.issuer}:aud": self.audience,
            f"{self.issuer}:sub": sorted(self.subjects),
        }
        return iam.WebIdentityPrincipal(
            self.provider.open_id_connect_provider_arn, {"StringEquals": claims}
        )


Workload = LambdaFunctions | EcsTasks | EksPods | WebIdentity | Outsider
