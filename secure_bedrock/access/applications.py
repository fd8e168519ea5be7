"""What stands around models in an account: knowledge bases, agents, flows and prompts.

Sources: Service Authorization Reference for Amazon Bedrock; Amazon Bedrock User Guide, "Encryption
of agent resources", "Encryption of Amazon Bedrock Flows resources", "Encryption of Prompt
Management resources" for the keys.
"""

import re
from dataclasses import dataclass
from typing import ClassVar

from aws_cdk import Token
from aws_cdk import aws_kms as kms

_USE_OF_KEY = ("kms:Decrypt", "kms:GenerateDataKey")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Application:
    arn: str
    encryption_key: kms.IKey | None = None

    actions: ClassVar[tuple[str, ...]] = ()
    form: ClassVar[str] = ""
    example: ClassVar[str] = ""
    encryption_context: ClassVar[str] = ""
    calls_models_as_the_caller: ClassVar[bool] = False

    def __post_init__(self) -> None:
        whole = rf"arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{{12}}:{self.form}"
        if not Token.is_unresolved(self.arn) and not re.fullmatch(whole, self.arn):
            raise ValueError(
                f"{self.arn!r} is not of the form arn:aws:bedrock:REGION:ACCOUNT:{self.example}"
            )

    @property
    def encrypted_arn(self) -> str:
        """What the key's encryption context names."""
        return self.arn

    @property
    def key_actions(self) -> tuple[str, ...]:
        """What the caller does with the key, if it has one."""
        return _USE_OF_KEY if self.encryption_key is not None else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeBase(_Application):
    """A knowledge base to search.

    Attributes:
        arn: ``arn:aws:bedrock:REGION:ACCOUNT:knowledge-base/ID``.
        encryption_key: Leave it out: searching needs no key of the caller's.
    """

    actions: ClassVar[tuple[str, ...]] = ("bedrock:Retrieve",)
    form: ClassVar[str] = r"knowledge-base/[A-Z0-9]{10}"
    example: ClassVar[str] = "knowledge-base/ID"

    def __post_init__(self) -> None:
        super(KnowledgeBase, self).__post_init__()  # slots make a new class
        if self.encryption_key is not None:
            raise ValueError(
                f"{self.arn!r}: searching a knowledge base needs no key of the caller's: "
                "leave encryption_key out"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentAlias(_Application):
    """An alias of an agent to converse with.

    Attributes:
        arn: ``arn:aws:bedrock:REGION:ACCOUNT:agent-alias/AGENT/ALIAS``.
        encryption_key: The agent's customer managed key, if it has one.
    """

    actions: ClassVar[tuple[str, ...]] = ("bedrock:InvokeAgent",)
    form: ClassVar[str] = r"agent-alias/[A-Z0-9]{10}/[A-Z0-9]{10}"
    example: ClassVar[str] = "agent-alias/AGENT/ALIAS"
    encryption_context: ClassVar[str] = "aws:bedrock:arn"
    calls_models_as_the_caller: ClassVar[bool] = True

    @property
    def encrypted_arn(self) -> str:
        """The agent, not its alias; every agent where the alias is known at deployment only."""
        if Token.is_unresolved(self.arn):
            return "*"
        return self.arn.replace(":agent-alias/", ":agent/").rpartition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowAlias(_Application):
    """An alias of a flow to run.

    Attributes:
        arn: ``arn:aws:bedrock:REGION:ACCOUNT:flow/FLOW/alias/ALIAS``.
        encryption_key: The flow's customer managed key, if it has one.
    """

    actions: ClassVar[tuple[str, ...]] = ("bedrock:InvokeFlow",)
    form: ClassVar[str] = r"flow/[A-Z0-9]{10}/alias/[A-Z0-9]{10}"
    example: ClassVar[str] = "flow/FLOW/alias/ALIAS"
    encryption_context: ClassVar[str] = "aws:bedrock-flows:arn"

    @property
    def encrypted_arn(self) -> str:
        """The flow, not its alias; every flow where the alias is known at deployment only."""
        return "*" if Token.is_unresolved(self.arn) else self.arn.partition("/alias/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedPrompt(_Application):
    """A prompt, or one version of it, to read and to invoke a model with.

    Attributes:
        arn: ``arn:aws:bedrock:REGION:ACCOUNT:prompt/ID`` or ``...:prompt/ID:VERSION``.
        encryption_key: The prompt's customer managed key, if it has one.
    """

    actions: ClassVar[tuple[str, ...]] = ("bedrock:GetPrompt", "bedrock:RenderPrompt")
    form: ClassVar[str] = r"prompt/[A-Z0-9]{10}(:[0-9]{1,5})?"
    example: ClassVar[str] = "prompt/ID or prompt/ID:VERSION"
    encryption_context: ClassVar[str] = "aws:bedrock-prompts:arn"

    @property
    def encrypted_arn(self) -> str:
        """The prompt, whatever version; every prompt where it is known at deployment only."""
        if Token.is_unresolved(self.arn):
            return "*"
        head, _, name = self.arn.rpartition("/")
        return f"{head}/{name.partition(':')[0]}"


Application = KnowledgeBase | AgentAlias | FlowAlias | ManagedPrompt
