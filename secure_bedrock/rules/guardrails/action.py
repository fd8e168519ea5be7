"""Whether guardrails act on what they find."""

from collections.abc import Iterator

from secure_bedrock.rules._kit import (
    YES,
    Node,
    Resource,
    Severity,
    Unknown,
    Verdicts,
    equals,
    forbid,
    is_false,
    rule,
)
from secure_bedrock.rules.guardrails._filters import content_filters, is_open

_SOURCE = (
    "https://docs.aws.amazon.com/bedrock/latest/userguide/"
    "guardrails-harmful-content-handling-options.html"
)


@rule(
    "GRD05",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.HIGH,
    fix="Set the actions to BLOCK and Enabled to true, or leave both out.",
    source=_SOURCE,
)
def content_topics_and_words_are_blocked(guardrail: Resource) -> Verdicts:
    """Content filters, denied topics and word filters are switched on and block what they find.

    The output side of a prompt attack filter is left alone: it has none.
    """
    for each, sides in _entries(guardrail):
        if is_open(each):
            yield Unknown(each)
            continue
        for side in sides:
            yield from forbid(equals(each[f"{side}Action"], "NONE"), each[f"{side}Action"])
            yield from forbid(is_false(each[f"{side}Enabled"]), each[f"{side}Enabled"])


def _entries(guardrail: Resource) -> Iterator[tuple[Node, tuple[str, ...]]]:
    for each in content_filters(guardrail):
        input_only = equals(each["Type"], "PROMPT_ATTACK") is YES
        yield each, ("Input",) if input_only else ("Input", "Output")
    words = guardrail["WordPolicyConfig"]
    topics = guardrail["TopicPolicyConfig"]["TopicsConfig"]
    for entries in (topics, words["WordsConfig"], words["ManagedWordListsConfig"]):
        for each in entries:
            yield each, ("Input", "Output")


@rule(
    "GRD12",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.HIGH,
    fix="Set the action to BLOCK or ANONYMIZE and OutputEnabled to true.",
    source="https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-sensitive-filters.html",
)
def sensitive_information_is_acted_on(guardrail: Resource) -> Verdicts:
    """Sensitive information that the guardrail finds in responses is blocked or masked.

    What users write themselves may pass, so InputAction is left alone.
    """
    policy = guardrail["SensitiveInformationPolicyConfig"]
    for each in (*policy["PiiEntitiesConfig"], *policy["RegexesConfig"]):
        if is_open(each):
            yield Unknown(each)
            continue
        action = each["Action"] if each["OutputAction"].missing else each["OutputAction"]
        yield from forbid(equals(action, "NONE"), action)
        yield from forbid(is_false(each["OutputEnabled"]), each["OutputEnabled"])
