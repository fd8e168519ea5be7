"""What else guardrails deny: topics and words."""

import re

from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    YES,
    Answer,
    Controls,
    Node,
    Profile,
    Resource,
    Severity,
    Verdicts,
    any_of,
    equals,
    present,
    require,
    rule,
)
from secure_bedrock.rules.guardrails._filters import lacks

_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide"
_DISCLOSURE = re.compile(
    r"\b(system|hidden|internal|initial|secret|base)[\s_-]*(prompt|instruction)"
    r"|\bprompt[\s_-]*(leak|extract|disclos|reveal|stealing)"
    r"|\b(reveal|disclos|repeat|print|show|leak|expos)\w*\b.{0,60}\b(prompt|instruction)",
    re.IGNORECASE | re.DOTALL,
)


@rule(
    "GRD16",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Add the topics that the application is not to talk about to TopicsConfig.",
    source=f"{_GUIDE}/guardrails-denied-topics.html",
    controls={"NIST 800-53 r5": Controls(("AC-3",), "stave")},
)
def topics_are_denied(guardrail: Resource) -> Verdicts:
    """The guardrail denies topics."""
    topics = guardrail["TopicPolicyConfig"]["TopicsConfig"]
    yield from require(present(topics), topics)


@rule(
    "GRD17",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Deny the topic of disclosing the system prompt, or use the STANDARD tier.",
    source=f"{_GUIDE}/guardrails-prompt-attack.html",
    controls={"OWASP LLM Top 10": Controls(("LLM07",), "AWS sample-aiml-security-assessment")},
)
def the_system_prompt_stays_undisclosed(guardrail: Resource) -> Verdicts:
    """The guardrail keeps the system prompt from being disclosed.

    The STANDARD tier looks for that by itself; with CLASSIC a denied topic does.
    """
    content = guardrail["ContentPolicyConfig"]
    attacks = any_of(equals(each["Type"], "PROMPT_ATTACK") for each in content["FiltersConfig"])
    standard = equals(content["ContentFiltersTierConfig"]["TierName"], "STANDARD")
    topics = guardrail["TopicPolicyConfig"]["TopicsConfig"]
    denied = any_of(_is_disclosure(each) for each in topics)
    yield from require((attacks & standard) | denied, topics, "no topic is about the system prompt")


def _is_disclosure(topic: Node) -> Answer:
    texts = (topic["Name"], topic["Definition"])
    if _DISCLOSURE.search(" ".join(each.shape for each in texts)):
        return YES
    return UNKNOWN if any(each.unknown for each in texts) else NO


@rule(
    "GRD18",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Add the list PROFANITY to ManagedWordListsConfig.",
    source=f"{_GUIDE}/guardrails-word-filters.html",
)
def profanity_is_filtered(guardrail: Resource) -> Verdicts:
    """The guardrail filters profanity."""
    yield from lacks(guardrail["WordPolicyConfig"]["ManagedWordListsConfig"], ("PROFANITY",))
