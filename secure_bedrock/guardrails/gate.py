"""A gate: a guardrail's new version is used only if it passes its suites of test cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from secure_bedrock.custom_resources.handler_function import HandlerFunction
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.guardrails.gate_suites import GateSuites
from secure_bedrock.guardrails.guardrail import SecureGuardrail

RESOURCE_TYPE = "Custom::BedrockGuardrailGate"

_TIMEOUT = Duration.minutes(15)
_LONGEST_SECONDS = 360  # twice: what goes wrong is asked of the deployed version too
_FASTEST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePace:
    """How fast a gate asks, which has to stay below the account's quotas.

    Args:
        requests_per_second: Calls of ApplyGuardrail, more than 0 to 1,000. Default: 20, below the
            smallest quota AWS gives by default, 25.
        units_per_second: Text units of 1,000 characters, more than 0 to 1,000. Default: 20; the
            smallest quota is 25.

    Raises:
        ValueError: A number is out of range.

    Source: AWS General Reference, "Amazon Bedrock endpoints and quotas".
    """

    requests_per_second: float = 20
    units_per_second: float = 20

    def __post_init__(self) -> None:
        for name in ("requests_per_second", "units_per_second"):
            value = getattr(self, name)
            if not 0 < value <= _FASTEST:
                raise ValueError(
                    f"{name} must be more than 0, up to {_FASTEST}, got {value}: "
                    "choose a number below your quota"
                )


class GuardrailGate(Construct):
    """Tests a guardrail's new version during the deployment, before anything uses it.

    It protects against the edit that makes a guardrail worse: whoever takes the guardrail from
    ``guardrail`` here gets its version from the gate. If the version passes a threshold of its
    suites, or gets wrong what the deployed version gets right, or a case cannot be decided, the
    deployment fails, CloudFormation rolls back, and callers keep the version they have.

    Args:
        scope: Parent construct.
        id: Construct id.
        guardrail: The guardrail, with a published version, such as one of a ``GuardrailSet``.
        suites: YAML files, folders of them, or ``starter`` for the suites of this package. Reading
            them takes PyYAML, which ``secure-bedrock[cli]`` brings.
        pace: How fast it asks. The default stays below the smallest default quotas.
        encryption_key: Encrypts the log of the handler; its key policy is completed. The default is
            the guardrail's key, or a new one, rotated every year, if it has none.
        removal_policy: What happens to the handler's log and a new key when they leave the stack.
            The default retains them.

    Attributes:
        guardrail: The same guardrail, with a version that is known only when it has passed. Give
            this one to callers and to ``EnforcedGuardrail``.

    Raises:
        ValueError: A suite has a mistake, takes longer than a function may run, or the version is
            DRAFT.

    Source: Amazon Bedrock User Guide, "Use the ApplyGuardrail API in your application".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        guardrail: SecureGuardrail,
        suites: Sequence[str | Path],
        pace: GatePace | None = None,
        encryption_key: kms.IKey | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        self.pace = pace or GatePace()
        self._check_version(guardrail)
        self.suites = GateSuites(self, "Suites", paths=suites)
        self._check_time()
        key = encryption_key or guardrail.encryption_key or self._new_key(removal_policy)
        self.handler = HandlerFunction(
            self,
            "Handler",
            module="guardrail_gate",
            description="Tests a new version of a guardrail before anything uses it",
            statements=[
                iam.PolicyStatement(
                    sid="Suites", actions=["s3:GetObject"], resources=[self.suites.arn]
                )
            ],
            encryption_key=key,
            removal_policy=removal_policy,
            timeout=_TIMEOUT,
        )
        guardrail.grant_apply(self.handler.permissions)
        self.guardrail = self._passed(guardrail)

    def _passed(self, guardrail: SecureGuardrail) -> SecureGuardrail:
        """The guardrail with the version that the gate lets through."""
        resource = self.handler.resource(
            "Resource",
            resource_type=RESOURCE_TYPE,
            properties={
                "Guardrail": guardrail.guardrail_arn,
                "Version": guardrail.guardrail_version,
                "Bucket": self.suites.bucket,
                "Key": self.suites.key,
                "Content": self.suites.content_hash,
                "RequestsPerSecond": str(self.pace.requests_per_second),
                "UnitsPerSecond": str(self.pace.units_per_second),
            },
        )
        return SecureGuardrail.from_guardrail_attributes(
            self,
            "Passed",
            guardrail_arn=guardrail.guardrail_arn,
            guardrail_version=resource.get_att_string("Version"),
            encryption_key=guardrail.encryption_key,
            cross_region_profile=guardrail.cross_region_profile,
        )

    def _check_version(self, guardrail: SecureGuardrail) -> None:
        version = guardrail.guardrail_version
        if not unresolved(version) and version == "DRAFT":
            raise ValueError(
                f"{self.node.path}: guardrail {guardrail.node.path} has version DRAFT, which "
                "changes after the test: give it a published version"
            )

    def _check_time(self) -> None:
        seconds = self.suites.seconds(
            requests=self.pace.requests_per_second, units=self.pace.units_per_second
        )
        if seconds > _LONGEST_SECONDS:
            raise ValueError(
                f"{self.node.path}: suites with {self.suites.cases} cases and {self.suites.units} "
                f"text units take {seconds:.0f} s, at most {_LONGEST_SECONDS} fit in one function: "
                "use fewer cases, or a faster pace if your quotas allow it"
            )

    def _new_key(self, removal_policy: RemovalPolicy) -> kms.Key:
        return kms.Key(
            self,
            "Key",
            description=f"Log of the guardrail gate {self.node.path}",
            enable_key_rotation=True,
            rotation_period=Duration.days(365),
            removal_policy=removal_policy,
        )
