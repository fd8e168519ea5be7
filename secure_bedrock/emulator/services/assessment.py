"""Applies a guardrail to a text, as far as that is deterministic, and says what is left out.

Judged: word lists, regexes, personal data with a checkable form. Not judged, and listed: content
filters, denied topics, profanity, the other kinds of personal data, grounding, automated reasoning.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from secure_bedrock.emulator.services.numbered_data import RECOGNIZABLE, recognize
from secure_bedrock.emulator.services.personal_data import CHECKABLE, matches

_VERB = {"BLOCK": "BLOCKED", "ANONYMIZE": "ANONYMIZED", "NONE": "NONE"}
_TEXT_UNIT = 1000


@dataclass(slots=True, kw_only=True)
class Assessment:
    """What a guardrail found in a text.

    Attributes:
        text: The text, with what is to be anonymized replaced.
        words: Found words of the word list.
        personal: Found personal data.
        regexes: Found regexes.
        not_evaluated: What the guardrail configures and nobody judged.
    """

    text: str
    words: list[dict[str, Any]] = field(default_factory=list)
    personal: list[dict[str, Any]] = field(default_factory=list)
    regexes: list[dict[str, Any]] = field(default_factory=list)
    not_evaluated: list[str] = field(default_factory=list)

    @property
    def blocked(self) -> bool:
        """Whether the guardrail's message replaces the text."""
        return self._has("BLOCKED")

    @property
    def intervened(self) -> bool:
        """Whether the text is blocked or changed."""
        return self.blocked or self._has("ANONYMIZED")

    def as_response(self) -> dict[str, Any]:
        """In the shape of the API's ``assessments``."""
        found: dict[str, Any] = {}
        if self.words:
            found["wordPolicy"] = {"customWords": self.words, "managedWordLists": []}
        if self.personal or self.regexes:
            entities = {"piiEntities": self.personal, "regexes": self.regexes}
            found["sensitiveInformationPolicy"] = entities
        return found

    def _has(self, action: str) -> bool:
        return any(each["action"] == action for each in self.words + self.personal + self.regexes)


def assess(guardrail: dict[str, Any], text: str, source: str) -> Assessment:
    """Apply a guardrail to a text; ``source`` is INPUT or OUTPUT."""
    result = Assessment(text=text, not_evaluated=list(_not_evaluated(guardrail, source)))
    for word in _enabled(guardrail.get("wordPolicy", {}).get("words", []), source):
        found = re.search(rf"(?<!\w){re.escape(word['text'])}(?!\w)", text, re.IGNORECASE)
        if found:
            action = _action(word, source, "BLOCK")
            result.words.append({"match": found.group(), "action": action, "detected": True})
    sensitive = guardrail.get("sensitiveInformationPolicy", {})
    for entity in _enabled(sensitive.get("piiEntities", []), source):
        kind = entity["type"]
        texts, is_open = _personal(kind, text)
        if is_open:
            result.not_evaluated.append(f"sensitiveInformationPolicy/{kind}")
        for match in texts:
            finding = {"match": match, "type": kind, "action": _action(entity, source)}
            result.personal.append(finding | {"detected": True})
            _anonymize(result, finding, kind)
    for regex in _enabled(sensitive.get("regexes", []), source):
        for each in re.finditer(regex["pattern"], text):
            finding = {"match": each.group(), "name": regex["name"], "regex": regex["pattern"]}
            finding |= {"action": _action(regex, source)}
            result.regexes.append(finding | {"detected": True})
            _anonymize(result, finding, regex["name"])
    return result


def usage(guardrail: dict[str, Any], text: str) -> dict[str, int]:
    """Text units that the judged policies used; the others are zero."""
    units = -(-len(text) // _TEXT_UNIT)
    sensitive = guardrail.get("sensitiveInformationPolicy", {})
    return {
        "topicPolicyUnits": 0,
        "contentPolicyUnits": 0,
        "wordPolicyUnits": units if guardrail.get("wordPolicy", {}).get("words") else 0,
        "sensitiveInformationPolicyUnits": units if sensitive.get("piiEntities") else 0,
        "sensitiveInformationPolicyFreeUnits": units if sensitive.get("regexes") else 0,
        "contextualGroundingPolicyUnits": 0,
    }


def _not_evaluated(guardrail: dict[str, Any], source: str) -> Iterator[str]:
    content = guardrail.get("contentPolicy", {}).get("filters", [])
    strength = f"{source.lower()}Strength"
    for each in _enabled(content, source):
        if each[strength] != "NONE":
            yield f"contentPolicy/{each['type']}"
    for topic in _enabled(guardrail.get("topicPolicy", {}).get("topics", []), source):
        yield f"topicPolicy/{topic['name']}"
    words = guardrail.get("wordPolicy", {}).get("managedWordLists", [])
    yield from (f"wordPolicy/{each['type']}" for each in _enabled(words, source))
    entities = guardrail.get("sensitiveInformationPolicy", {}).get("piiEntities", [])
    for entity in _enabled(entities, source):
        if entity["type"] not in CHECKABLE | RECOGNIZABLE:
            yield f"sensitiveInformationPolicy/{entity['type']}"
    if source == "OUTPUT":
        for each in guardrail.get("contextualGroundingPolicy", {}).get("filters", []):
            yield f"contextualGroundingPolicy/{each['type']}"
    if "automatedReasoningPolicy" in guardrail:
        yield "automatedReasoningPolicy"


def _personal(kind: str, text: str) -> tuple[Sequence[str], bool]:
    """What there is of a kind for certain, and whether there may be more."""
    found = list(matches(kind, text)) if kind in CHECKABLE else []
    certain, is_open = recognize(kind, text) if kind in RECOGNIZABLE else ([], False)
    return list(dict.fromkeys([*found, *certain])), is_open


def _enabled(entries: list[dict[str, Any]], source: str) -> Iterator[dict[str, Any]]:
    return (each for each in entries if each.get(f"{source.lower()}Enabled", True))


def _action(entry: dict[str, Any], source: str, default: str = "NONE") -> str:
    return _VERB[entry.get(f"{source.lower()}Action", entry.get("action", default))]


def _anonymize(result: Assessment, finding: dict[str, Any], label: str) -> None:
    if finding["action"] == "ANONYMIZED":
        result.text = result.text.replace(finding["match"], f"{{{label}}}")
