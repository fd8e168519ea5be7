"""Organization-wide policies that are not service control policies.

Source: AWS Organizations User Guide, "Amazon Bedrock policies" and "AI services opt-out policies".
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from aws_cdk import Stack, Token
from aws_cdk import aws_organizations as organizations
from constructs import Construct

from secure_bedrock.access import checks
from secure_bedrock.access.enforced_guardrail import ALL_MODELS, Guarding

_LIMIT = 10_000
_VERSIONED = re.compile(
    r"arn:aws[a-z-]*:bedrock:(?P<region>[a-z0-9-]+):\d{12}:guardrail/[a-z0-9]+:[1-9][0-9]{0,7}"
)


class OrganizationGuardrails(Construct):
    """A guardrail that AWS applies to every invocation in the accounts of an organization.

    It protects against accounts that have no guardrail, or a weak one: it comes on top of theirs.

    **A wrong ARN or version blocks every invocation in all accounts it is attached to.** Deploy in
    the management account, where the guardrails have to live and be shared with the organization
    (``SharedGuardrail``), with Bedrock policies enabled on the root. Only one such policy is
    effective for an account. Attach it to one account first.

    Args:
        scope: Parent construct.
        id: Construct id; part of the policy's name.
        guardrails: One versioned ARN for each Region: ``...:guardrail/ID:VERSION``.
        target_ids: Root, organizational units or accounts: ``r-...``, ``ou-...``, 12 digits.
        system_prompts: What is looked at in system prompts. Default: all of it.
        messages: What is looked at in messages. Default: all of it.
        included_models: Model ids it applies to. Default: all models.
        excluded_models: Model ids it does not apply to. Default: none.

    Raises:
        ValueError: An ARN without a version, two for one Region, a target that is none, or a
            policy over 10,000 characters.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        guardrails: Sequence[str],
        target_ids: Sequence[str],
        system_prompts: Guarding = Guarding.COMPREHENSIVE,
        messages: Guarding = Guarding.COMPREHENSIVE,
        included_models: Sequence[str] = (ALL_MODELS,),
        excluded_models: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, id)
        regions = {
            region: {
                "config_1": {
                    "identifier": assign(arn),
                    "selective_content_guarding": {
                        "system": assign(system_prompts.value.lower()),
                        "messages": assign(messages.value.lower()),
                    },
                    "model_enforcement": {
                        "included_models": assign(list(included_models)),
                        "excluded_models": assign(list(excluded_models)),
                    },
                }
            }
            for region, arn in self._by_region(guardrails).items()
        }
        content = {"bedrock": {"guardrail_inference": regions}}
        organization_policy(self, "BEDROCK_POLICY", content, target_ids)

    def _by_region(self, guardrails: Sequence[str]) -> dict[str, str]:
        if not guardrails:
            raise ValueError(f"{self.node.path}: guardrails is empty: name at least one guardrail")
        found: dict[str, str] = {}
        for arn in guardrails:
            form = _VERSIONED.fullmatch(arn)
            if form is None:
                raise ValueError(
                    f"{self.node.path}: {arn!r} is no ARN of a guardrail with a published version: "
                    "write arn:aws:bedrock:REGION:ACCOUNT:guardrail/ID:VERSION"
                )
            if form["region"] in found:
                raise ValueError(
                    f"{self.node.path}: two guardrails are in {form['region']}, a policy applies "
                    "one in each Region: keep one of them"
                )
            found[form["region"]] = arn
        return found


class AiServicesOptOut(Construct):
    """AWS does not use the organization's content to improve its AI services.

    Amazon Bedrock does not in any case; the policy concerns the services around it, such as Amazon
    Comprehend, Transcribe and Q. It needs AI services opt-out policies enabled on the root.

    Args:
        scope: Parent construct.
        id: Construct id; part of the policy's name.
        target_ids: Root, organizational units or accounts: ``r-...``, ``ou-...``, 12 digits.

    Raises:
        ValueError: A target is none.
    """

    def __init__(self, scope: Construct, id: str, *, target_ids: Sequence[str]) -> None:
        super().__init__(scope, id)
        everything = {"opt_out_policy": assign("optOut")}
        content = {"services": {"default": everything}}
        organization_policy(self, "AISERVICES_OPT_OUT_POLICY", content, target_ids)


def assign(value: object) -> dict[str, object]:
    """The operator that sets a value, whatever policies above say."""
    return {"@@assign": value}


def organization_policy(
    scope: Construct, kind: str, content: dict[str, Any], targets: Sequence[str]
) -> None:
    """Create and attach a policy of this kind."""
    checks.targets(scope.node.path, targets)
    text = json.dumps(content, separators=(",", ":"))
    if len(text) > _LIMIT and not Token.is_unresolved(text):
        raise ValueError(
            f"{scope.node.path}: the policy has {len(text):,} characters, {_LIMIT:,} are allowed: "
            "name fewer models or Regions"
        )
    organizations.CfnPolicy(
        scope,
        "Resource",
        name=f"{Stack.of(scope).stack_name}-{scope.node.id}"[-128:],
        description="Amazon Bedrock (secure-bedrock)",
        type=kind,
        content={},
        target_ids=list(targets),
    ).add_property_override("Content", text)
