"""A guardrail of a set: the resource, and a version for what it contains now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import Names, RemovalPolicy, Stack
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_kms as kms
from constructs import Construct

from secure_bedrock.catalog import guardrails as limits
from secure_bedrock.guardrails.guardrail import SecureGuardrail
from secure_bedrock.guardrails.rendering import Properties, content_hash, render
from secure_bedrock.guardrails.spec import GuardrailSpec

VERSION_MARK = "Published by secure-bedrock, content "
"""Start of a version's description. The custom resource's handler recognises versions by it."""

_ARGUMENTS = {
    "contentPolicyConfig": "content_policy_config",
    "topicPolicyConfig": "topic_policy_config",
    "wordPolicyConfig": "word_policy_config",
    "sensitiveInformationPolicyConfig": "sensitive_information_policy_config",
    "contextualGroundingPolicyConfig": "contextual_grounding_policy_config",
    "automatedReasoningPolicyConfig": "automated_reasoning_policy_config",
    "crossRegionConfig": "cross_region_config",
}


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key whose ARN is asked for once, not for each guardrail.

    Attributes:
        key: The key.
        stack: The stack of the guardrails.
        arn: Its ARN, a token as a rule.
        resolved_arn: The ARN as the template has it.
    """

    key: kms.IKey
    stack: Stack
    arn: str
    resolved_arn: object

    @classmethod
    def of(cls, key: kms.IKey, scope: Construct) -> "KnownKey":
        """What guardrails under a scope need to know about a key."""
        stack, arn = Stack.of(scope), key.key_arn
        return cls(key, stack, arn, stack.resolve(arn))


class PublishedGuardrail(SecureGuardrail):
    """A guardrail with a version that is published if and only if its content changed.

    The version's logical id and description carry a hash of the content: policies, tiers, messages,
    profile and key. Name, description and tags change nothing a caller sees, so they publish
    nothing. The key is content because a version stays encrypted with the key it was made with.

    Args:
        scope: The set.
        id: The guardrail's name in the set.
        spec: What the guardrail does.
        key: Encrypts the guardrail and its versions.
        removal_policy: What happens to the guardrail when it leaves the stack.

    Raises:
        ValueError: The profile cannot be used in the stack's Region.

    Attributes:
        content_hash: Short hash of the content.
        name: The guardrail's name in the set.
        resource: The guardrail resource.
        source_profile_arns: The profile in the guardrail's own Region, which managing it needs.

    Source: CloudFormation Template Reference, ``AWS::Bedrock::GuardrailVersion``.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        spec: GuardrailSpec,
        key: KnownKey,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, id)
        self.name = id
        self.encryption_key = key.key
        self.cross_region_profile = spec.cross_region_profile
        self._check_profile()
        resolve = key.stack.resolve
        profile = self._source_profile(key.stack)
        self.source_profile_arns = [each["guardrailProfileArn"] for each in profile.values()]
        policies = render(spec, resolve) | profile
        messages = {"input": spec.messages.input, "output": spec.messages.output}
        self.content_hash = content_hash(
            content={"policies": policies, "messages": messages, "key": key.resolved_arn},
            resolve=resolve,
        )
        self.resource = bedrock.CfnGuardrail(
            self,
            "Resource",
            name=spec.name or self._generated_name(),
            description=spec.description,
            blocked_input_messaging=spec.messages.input,
            blocked_outputs_messaging=spec.messages.output,
            kms_key_arn=key.arn,
            **_arguments(policies),
        )
        self.resource.apply_removal_policy(removal_policy)
        self.guardrail_arn = self.resource.attr_guardrail_arn
        self.guardrail_id = self.resource.attr_guardrail_id

    def publish(self, scope: Construct) -> None:
        """Declare the version for the present content, after what has to happen before it."""
        version = bedrock.CfnGuardrailVersion(
            scope,
            f"{self.name}-{self.content_hash}",
            guardrail_identifier=self.guardrail_id,
            description=f"{VERSION_MARK}{self.content_hash}",
        )
        # Kept when a newer one takes its place; removed if the deployment that made it fails.
        version.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        self.guardrail_version = version.attr_version

    def _source_profile(self, stack: Stack) -> Properties:
        profile = self.cross_region_profile
        if profile is None:
            return {}
        arn = profile.arn(partition=stack.partition, region=stack.region, account=stack.account)
        return {"crossRegionConfig": {"guardrailProfileArn": arn}}

    def _generated_name(self) -> str:
        return Names.unique_resource_name(
            self, max_length=limits.NAME_LIMIT, separator="-", allowed_special_characters="-_"
        )


def _arguments(policies: Properties) -> Mapping[str, Any]:
    """Policies as plain values, which the L1 takes as they are."""
    return {_ARGUMENTS[name]: policy for name, policy in policies.items()}
