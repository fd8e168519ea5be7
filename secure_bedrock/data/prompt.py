"""A managed prompt with its key and a version for what it contains now."""

from collections.abc import Sequence
from dataclasses import dataclass

import jsii
from aws_cdk import RemovalPolicy
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_kms as kms
from aws_cdk.interfaces import ResourceEnvironment
from aws_cdk.interfaces.aws_bedrock import IPromptRef, PromptReference
from constructs import Construct

from secure_bedrock.catalog.models import Model
from secure_bedrock.data.content import content_mark, resource_name
from secure_bedrock.data.service_role import model_name
from secure_bedrock.encryption.key_policies import allow_prompts
from secure_bedrock.encryption.place import place_of

_Cfn = bedrock.CfnPrompt
_VARIANTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptVariant:
    """One wording of a prompt.

    Attributes:
        name: 1 to 100 letters, digits, ``-`` and ``_``.
        text: The template, with variables in double braces.
        model: The model it was written for. Default: callers choose one.
        variables: Names of the variables. Default: none.
        max_tokens: Longest answer. Default: the model's own limit.
        temperature: 0 to 1; how freely the model chooses its words. Default: the model's own.
    """

    name: str
    text: str
    model: Model | None = None
    variables: tuple[str, ...] = ()
    max_tokens: int | None = None
    temperature: float | None = None

    def __post_init__(self) -> None:
        missing = [each for each in self.variables if f"{{{{{each}}}}}" not in self.text]
        if missing:
            raise ValueError(
                f"variant {self.name!r} does not use {{{{{missing[0]}}}}}: use it in the text, or "
                "leave it out of variables"
            )
        if self.temperature is not None and not 0 <= self.temperature <= 1:
            raise ValueError(f"temperature is {self.temperature}: choose 0 to 1")

    def render(self) -> _Cfn.PromptVariantProperty:
        """The variant as the prompt's resource takes it."""
        limits = _Cfn.PromptModelInferenceConfigurationProperty(
            max_tokens=self.max_tokens, temperature=self.temperature
        )
        limited = self.max_tokens is not None or self.temperature is not None
        return _Cfn.PromptVariantProperty(
            name=self.name,
            template_type="TEXT",
            model_id=model_name(self.model) if self.model else None,
            inference_configuration=(
                _Cfn.PromptInferenceConfigurationProperty(text=limits) if limited else None
            ),
            template_configuration=_Cfn.PromptTemplateConfigurationProperty(
                text=_Cfn.TextPromptTemplateConfigurationProperty(
                    text=self.text,
                    input_variables=[
                        _Cfn.PromptInputVariableProperty(name=each) for each in self.variables
                    ]
                    or None,
                )
            ),
        )


@jsii.implements(IPromptRef)
class SecurePrompt(Construct):
    """A prompt that callers name by a version, which does not change under them.

    It protects against prompts that are edited in the console and act at once: the prompt is
    encrypted with a customer managed key that Amazon Bedrock may use for prompts of this account
    only, and callers get a version, published if and only if the wording changed.

    Args:
        scope: Parent construct.
        id: Construct id.
        variants: 1 to 3 wordings; the first is the one in use.
        encryption_key: Encrypts the prompt. Its policy is completed.
        name: 1 to 100 letters, digits, ``-`` and ``_``. Default: made from the construct's path.
        description: Up to 200 characters. Default: none.
        removal_policy: What happens to the prompt and its version when they leave the stack.
            Default: they stay, except when the very deployment that made them fails. A version that
            a newer one replaces is deleted: a prompt has at most ten.

    Attributes:
        prompt_arn: The prompt, that is its draft.
        prompt_version_arn: What callers name; give it to ``ApplicationAccess`` as
            ``ManagedPrompt``.

    Raises:
        ValueError: No variant, more than three or two of one name.

    Sources: Amazon Bedrock User Guide, "Encryption of Prompt Management resources" and "Deploy a
    prompt to your application using versions".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        variants: Sequence[PromptVariant],
        encryption_key: kms.IKey,
        name: str | None = None,
        description: str | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ) -> None:
        super().__init__(scope, id)
        names = [each.name for each in variants]
        if not 1 <= len(set(names)) == len(names) <= _VARIANTS:
            raise ValueError(
                f"{self.node.path}: variants are {names}: write 1 to {_VARIANTS} of different names"
            )
        allow_prompts(encryption_key)
        self.encryption_key = encryption_key
        prompt = _Cfn(
            self,
            "Resource",
            name=resource_name(self, name),
            description=description,
            default_variant=names[0],
            customer_encryption_key_arn=encryption_key.key_arn,
            variants=[each.render() for each in variants],
        )
        prompt.apply_removal_policy(removal_policy)
        self.prompt_arn = prompt.attr_arn
        version = bedrock.CfnPromptVersion(
            self,
            "Version",
            prompt_arn=self.prompt_arn,
            description=content_mark(
                self,
                [prompt.variants, prompt.default_variant, prompt.customer_encryption_key_arn],
            ),
        )
        # A description cannot be changed, so a new one makes CloudFormation replace the version.
        version.apply_removal_policy(removal_policy, apply_to_update_replace_policy=False)
        self.prompt_version_arn = version.attr_arn

    @property
    def prompt_ref(self) -> PromptReference:
        """What constructs of the CDK take a prompt by."""
        return PromptReference(prompt_arn=self.prompt_arn)

    @property
    def env(self) -> ResourceEnvironment:
        """The account and Region of the place."""
        place = place_of(self)
        return ResourceEnvironment(account=place.account, region=place.region)
