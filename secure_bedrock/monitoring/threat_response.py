"""What is done about a threat without anyone awake."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import RemovalPolicy, Stack, Validations
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.catalog.security_signals import (
    BEDROCK,
    GLOBAL_EVENTS_REGIONS,
    Pattern,
    recorded,
)
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.monitoring.response.event_function import EventFunction
from secure_bedrock.monitoring.response.permissions import (
    deactivating,
    ledger_actions,
    quarantining,
    restoring,
)
from secure_bedrock.monitoring.response.settings import (
    Quarantine,
    ResponseMode,
    RestorableGuardrail,
    RestorableLogging,
)

_MOST_DEPLOYERS = 10
_EXPIRY_MINUTES = 15
_CALLS = {
    "logging": "ModelInvocationLoggingConfiguration",
    "guardrail": "EnforcedGuardrailConfiguration",
}


class ThreatResponse(Construct):
    """Restores what protects, deactivates API keys, keeps a suspect away; tells how to undo it.

    It protects the hours between an attack and somebody's awakening: invocation logging or the
    enforced guardrail removed by hand, an API key made, a stolen identity at work. What
    CloudFormation, a named deployer or our own functions do is left alone, so deploying and
    deleting stacks works as ever. Needs a CloudTrail trail that records management events.

    Args:
        scope: Parent construct.
        id: Construct id.
        topic: Is told what was done and how to undo it.
        encryption_key: Encrypts the ledger, the queue of undelivered events and the log.
        logging: Invocation logging to restore. Default: none is restored.
        enforced_guardrail: Enforced guardrail to restore. Default: none is restored.
        api_keys: What happens to long-term API keys when they are made or renewed. Default: they
            are deactivated. IAM reports to one Region only, ``us-east-1`` in the partition ``aws``.
        quarantine: Whom to keep away and for how long. Default: a dry run for everybody.
        deployers: Roles whose calls are deployments, at most 10, and who are never kept away.
        removal_policy: What happens to ledger and log when they leave the stack. Default: they
            are retained.

    Raises:
        ValueError: A value is outside its limits, or nothing is chosen.

    Sources: EventBridge User Guide, "AWS service events delivered via AWS CloudTrail"; IAM User
    Guide, "AWS global condition context keys".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        topic: sns.ITopic,
        encryption_key: kms.IKey,
        logging: RestorableLogging | None = None,
        enforced_guardrail: RestorableGuardrail | None = None,
        api_keys: ResponseMode | None = ResponseMode.ACT,
        quarantine: Quarantine | None = Quarantine(),  # noqa: B008 - a frozen value
        deployers: Sequence[iam.IRole] = (),
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        self._check(quarantine, deployers, api_keys)
        place = place_of(self)
        self._events = EventFunction(
            self,
            "Function",
            module="response_handler",
            description="Restores what protects Amazon Bedrock, and says how to undo it",
            statements=[
                *restoring(logging, enforced_guardrail),
                *deactivating(api_keys, place),
                *quarantining(quarantine, place),
            ],
            ledger_actions=ledger_actions(quarantine),
            encryption_key=encryption_key,
            topic=topic,
            removal_policy=removal_policy,
        )
        trusted = [self._events.role, *deployers, *([logging.deploying_role] if logging else [])]
        self._deployers = [role.role_arn for role in trusted]
        wanted = {
            "logging": logging.desired_configuration if logging else None,
            "guardrail": enforced_guardrail.desired_configuration if enforced_guardrail else None,
            "api_keys": api_keys.value if api_keys else None,
        }
        self._events.configure(
            {"topic": topic.topic_arn, "deployers": self._deployers, **wanted}
            | {"quarantine": self._quarantine_settings(quarantine)}
        )
        self._listen(wanted, quarantine)
        if quarantine is not None and quarantine.acts:
            self._never_touch_the_trusted()

    @property
    def alarm(self) -> cloudwatch.Alarm:
        """The alarm on events that were not answered."""
        return self._events.undelivered.alarm

    @property
    def function_arn(self) -> str:
        """ARN of the function that answers."""
        return self._events.function.attr_arn

    @property
    def role(self) -> iam.IRole:
        """The role of the function that answers."""
        return self._events.role

    def grant_quarantine(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let somebody ask for a quarantine by invoking the function."""
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["lambda:InvokeFunction"], resource_arns=[self.function_arn]
        )

    def _check(
        self,
        quarantine: Quarantine | None,
        deployers: Sequence[iam.IRole],
        api_keys: ResponseMode | None,
    ) -> None:
        path = self.node.path
        for problem in quarantine.problems() if quarantine else ():
            raise ValueError(f"{path}: {problem}")
        if len(deployers) > _MOST_DEPLOYERS:
            raise ValueError(
                f"{path}: {len(deployers)} deployers: name at most {_MOST_DEPLOYERS}, because each "
                "of them can undo what this construct protects"
            )
        region = Stack.of(self).region
        if api_keys and not unresolved(region) and region not in GLOBAL_EVENTS_REGIONS.values():
            Validations.of(self).add_warning(
                "secure-bedrock:ApiKeysElsewhere",
                f"{path}: IAM does not report to {region}, so no API key is answered here: deploy "
                "a ThreatResponse to us-east-1 too, and say api_keys=None in this one",
            )

    def _never_touch_the_trusted(self) -> None:
        """Whatever ``within`` says, IAM refuses policies on deployers and on the function itself.

        A policy of its own, because the role and its first policy cannot name each other.
        """
        iam.ManagedPolicy(
            self,
            "NeverTheTrusted",
            roles=[self._events.role],
            statements=[
                iam.PolicyStatement(
                    sid="NeverTheTrusted",
                    effect=iam.Effect.DENY,
                    actions=["iam:DeleteRolePolicy", "iam:PutRolePolicy"],
                    resources=self._deployers,
                )
            ],
        )

    def _listen(self, wanted: Mapping[str, Any], quarantine: Quarantine | None) -> None:
        for kind, noun in _CALLS.items():
            if wanted[kind] is not None:
                calls = [f"Delete{noun}", f"Put{noun}"]
                text = f"Restores the {kind} configuration"
                self._events.on(kind.title(), text, self._by_others(BEDROCK, calls))
        if wanted["api_keys"] is not None:
            calls = ["CreateServiceSpecificCredential", "ResetServiceSpecificCredential"]
            pattern = self._by_others("iam.amazonaws.com", calls)
            self._events.on("ApiKeys", "Deactivates Amazon Bedrock API keys", pattern)
        if quarantine is not None and quarantine.acts:
            text = "Ends quarantines"
            self._events.every("Expiry", text, _EXPIRY_MINUTES, '{"action": "expire"}')

    def _by_others(self, source: str, calls: list[str]) -> Pattern:
        """Calls of anybody but the function itself; users and root have no session issuer."""
        issuers: tuple[dict[str, object], ...] = (
            {"anything-but": [self._events.role.role_arn]},
            {"exists": False},
        )
        others = [
            {"userIdentity": {"sessionContext": {"sessionIssuer": {"arn": [each]}}}}
            for each in issuers
        ]
        return recorded({"eventSource": [source], "eventName": calls, "$or": others})

    def _quarantine_settings(self, quarantine: Quarantine | None) -> dict[str, Any] | None:
        if quarantine is None:
            return None
        place = place_of(self)
        own = f"arn:{place.partition}:iam::{place.account}"
        return {
            "hours": quarantine.hours,
            "dry_run": not quarantine.acts,
            "within": [f"{own}:{each}" for each in quarantine.patterns],
        }
