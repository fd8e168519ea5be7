"""A guardrail that Amazon Bedrock applies to every invocation in the account and Region."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from aws_cdk import Stack, Token
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_iam as iam
from constructs import Construct

from secure_bedrock.access.guardrail_requirement import AppliedGuardrail
from secure_bedrock.catalog.geographies import REGIONS_WITHOUT_GUARDRAILS

_Configuration = bedrock.CfnEnforcedGuardrailConfiguration
_VERSION = re.compile(r"[1-9][0-9]{0,7}")
_NO_ENFORCEMENT = REGIONS_WITHOUT_GUARDRAILS | {"me-central-1"}
_TAKEN = "secure-bedrock:enforced-guardrail"
ALL_MODELS = "ALL"


class Guarding(StrEnum):
    """What of a request's text the enforced guardrail looks at."""

    COMPREHENSIVE = "COMPREHENSIVE"
    """All of it, whatever callers tag."""
    SELECTIVE = "SELECTIVE"
    """What callers mark with tags, all of it if they mark nothing."""


class EnforcedGuardrail(Construct):
    """A guardrail that no caller in this account and Region can leave out.

    It protects against what a policy cannot: callers who opt out with input tags, and services
    whose inner calls name no guardrail. AWS applies it on top of the guardrail of the request.

    **It concerns everyone at once.** From the moment it is deployed every principal that invokes a
    model here needs ``bedrock:ApplyGuardrail`` on the guardrail, on its profiles, and
    ``kms:Decrypt`` on its key, otherwise all its calls fail. ``allow`` grants that; do it for every
    role before the first deployment. There is one configuration for an account and Region, it does
    not reach the ``bedrock-mantle`` endpoint, and a guardrail with an automated reasoning policy
    makes calls fail.

    Args:
        scope: Parent construct.
        id: Construct id.
        guardrail: The guardrail, with a published version.
        system_prompts: What is looked at in system prompts. Default: all of it.
        messages: What is looked at in messages. Default: all of it.
        included_models: Model ids it applies to. Default: all models.
        excluded_models: Model ids it does not apply to, which win. Default: none.

    Attributes:
        desired_configuration: ``guardrailInferenceConfig`` of the API, as deployments put it.

    Raises:
        ValueError: A second one for the same account and Region, a Region without enforcement,
            DRAFT instead of a version, or no models.

    Source: Amazon Bedrock User Guide, "Apply cross-account safeguards with guardrail enforcements".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        guardrail: AppliedGuardrail,
        system_prompts: Guarding = Guarding.COMPREHENSIVE,
        messages: Guarding = Guarding.COMPREHENSIVE,
        included_models: Sequence[str] = (ALL_MODELS,),
        excluded_models: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, id)
        self._guardrail = guardrail
        self._check(guardrail, included_models, excluded_models)
        self._claim_place()
        guarding = {"system": system_prompts.value, "messages": messages.value}
        included, excluded = list(included_models), list(excluded_models)
        self.desired_configuration: Mapping[str, object] = {
            "guardrailIdentifier": guardrail.guardrail_arn,
            "guardrailVersion": guardrail.guardrail_version,
            "selectiveContentGuarding": guarding,
            "modelEnforcement": {"includedModels": included, "excludedModels": excluded},
        }
        self._resource = _Configuration(
            self,
            "Resource",
            guardrail_identifier=guardrail.guardrail_arn,
            guardrail_version=guardrail.guardrail_version,
            selective_content_guarding=_Configuration.SelectiveContentGuardingProperty(**guarding),
            model_enforcement=_Configuration.ModelEnforcementProperty(
                included_models=included, excluded_models=excluded
            ),
        )

    def allow(self, *grantees: iam.IGrantable) -> None:
        """Give principals what every invocation needs from now on.

        The configuration waits for these grants, so that they hold before it does.
        """
        for grantee in grantees:
            self._guardrail.grant_apply(grantee).apply_before(self._resource)

    def _check(
        self, guardrail: AppliedGuardrail, included: Sequence[str], excluded: Sequence[str]
    ) -> None:
        path, region, version = self.node.path, Stack.of(self).region, guardrail.guardrail_version
        if not Token.is_unresolved(version) and not _VERSION.fullmatch(version):
            raise ValueError(
                f"{path}: version {version!r} cannot be enforced: publish a version, 1 to 99999999"
            )
        if region in _NO_ENFORCEMENT:
            raise ValueError(f"{path}: {region} has no guardrail enforcement: use another Region")
        if not included:
            raise ValueError(f"{path}: included_models is empty: leave it out for all models")
        if ALL_MODELS in included and len(included) > 1:
            raise ValueError(f"{path}: included_models has ALL beside others: keep one of them")
        if both := sorted(set(included) & set(excluded)):
            raise ValueError(f"{path}: {', '.join(both)} is included and excluded: choose one")

    def _claim_place(self) -> None:
        stack = Stack.of(self)
        place = f"{stack.account} {stack.region}"
        for construct in self.node.root.node.find_all():
            for entry in construct.node.metadata:
                if entry.type == _TAKEN and entry.data == place:
                    raise ValueError(
                        f"{self.node.path}: {construct.node.path} already enforces a guardrail in "
                        "this account and Region, which have one configuration: keep one of them"
                    )
        self.node.add_metadata(_TAKEN, place)
