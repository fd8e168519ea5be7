"""Personally identifiable information and regular expressions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from secure_bedrock.catalog import guardrails as limits
from secure_bedrock.catalog.guardrails import PiiType, SensitiveAction
from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.guardrails._limits import (
    check_count,
    check_instance,
    check_text,
    check_unique,
    freeze,
)

_INERT = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_LOOK_AROUND = re.compile(r"\(\?<?[=!]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PiiFilter:
    """One type of personally identifiable information.

    Args:
        type: What to look for.
        input_action: BLOCK, ANONYMIZE, or NONE to report only. Default: BLOCK.
        output_action: The same for responses. Default: BLOCK.
        input_enabled: False evaluates no prompts. Default: True.
        output_enabled: False evaluates no responses. Default: True.

    Source: Amazon Bedrock API Reference, ``GuardrailPiiEntityConfig``.
    """

    type: PiiType
    input_action: SensitiveAction = SensitiveAction.BLOCK
    output_action: SensitiveAction = SensitiveAction.BLOCK
    input_enabled: bool = True
    output_enabled: bool = True

    def __post_init__(self) -> None:
        check_instance("PII type", self.type, PiiType)
        check_instance(f"PII {self.type} input_action", self.input_action, SensitiveAction)
        check_instance(f"PII {self.type} output_action", self.output_action, SensitiveAction)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegexFilter:
    """A regular expression for information that has a form of its own, such as a case number.

    Args:
        name: 1 to 100 characters; it replaces an anonymised match.
        pattern: 1 to 500 characters, without look-ahead and look-behind.
        description: Up to 1,000 characters. Default: none.
        input_action: BLOCK, ANONYMIZE, or NONE to report only. Default: BLOCK.
        output_action: The same for responses. Default: BLOCK.
        input_enabled: False evaluates no prompts. Default: True.
        output_enabled: False evaluates no responses. Default: True.

    Raises:
        ValueError: A limit is exceeded, or the pattern looks around.

    Source: Amazon Bedrock User Guide, "Remove PII from conversations by using sensitive information
    filters".
    """

    name: str
    pattern: str
    description: str | None = None
    input_action: SensitiveAction = SensitiveAction.BLOCK
    output_action: SensitiveAction = SensitiveAction.BLOCK
    input_enabled: bool = True
    output_enabled: bool = True

    def __post_init__(self) -> None:
        check_text("regex name", self.name, limits.REGEX_NAME_LIMIT)
        what = f"regex {self.name!r}"
        check_text(f"{what} pattern", self.pattern, limits.REGEX_PATTERN_LIMIT)
        if self.description is not None:
            check_text(f"{what} description", self.description, limits.REGEX_DESCRIPTION_LIMIT)
        check_instance(f"{what} input_action", self.input_action, SensitiveAction)
        check_instance(f"{what} output_action", self.output_action, SensitiveAction)
        if not unresolved(self.pattern) and _LOOK_AROUND.search(_INERT.sub("", self.pattern)):
            raise ValueError(
                f"{what} pattern {self.pattern!r} looks ahead or behind, which guardrails do not "
                "support: match the whole text instead"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitiveInformationPolicy:
    """The sensitive information filters of a guardrail.

    Args:
        pii: One filter for each type. Default: none.
        regexes: Up to 30, with different names. Default: none.

    Raises:
        ValueError: Nothing is filtered, a limit is exceeded, or an entry is given twice.

    Source: Amazon Bedrock API Reference, ``GuardrailSensitiveInformationPolicyConfig``.
    """

    pii: Sequence[PiiFilter] = ()
    regexes: Sequence[RegexFilter] = ()

    def __post_init__(self) -> None:
        freeze(self, "pii", "regexes")
        for each in self.pii:
            check_instance("PII filter", each, PiiFilter)
        for regex in self.regexes:
            check_instance("regex", regex, RegexFilter)
        if not self.pii and not self.regexes:
            raise ValueError(
                "sensitive information policy filters nothing: name PII types or regexes, "
                "or leave the policy out"
            )
        check_unique("PII type", (each.type for each in self.pii))
        if self.regexes:
            check_count("regexes", self.regexes, limits.REGEXES_LIMIT)
        check_unique("regex", (regex.name for regex in self.regexes))
