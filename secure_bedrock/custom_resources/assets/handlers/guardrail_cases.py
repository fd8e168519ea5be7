"""Test cases of guardrails: what is said, and what a guardrail should do about it.

The command line and the gate's function both read them, so this needs the standard library alone.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

TEXT_UNIT = 1_000
"""Characters of a text unit, by which AWS charges and limits."""

PASS, ANONYMIZE, BLOCK = "pass", "anonymize", "block"
ACTIONS = (PASS, ANONYMIZE, BLOCK)
"""What can happen to a text, the weakest first."""

NO_POLICY = "none"
POLICIES = (
    "content",
    "contextual_grounding",
    NO_POLICY,
    "prompt_attack",
    "sensitive_information",
    "topic",
    "word",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test case.

    Attributes:
        id: Unique in its suite.
        texts: What is said; several are the turns of a conversation.
        source: INPUT for what people and documents say, OUTPUT for what a model says.
        expect: What should happen: block, anonymize or pass.
        policy: Which policy should act; ``none`` if it does not matter or none should.
        detail: Which entry of the policy should act, such as HATE or EMAIL; empty: any.
        category: Groups cases in the report.
        language: BCP 47 tag.
        grounding_source: What a response has to be grounded in.
        query: What a response has to be relevant to.
        tags: For the reader.
        note: For the reader.
    """

    id: str
    texts: tuple[str, ...]
    expect: str
    category: str
    source: str = "INPUT"
    policy: str = NO_POLICY
    detail: str = ""
    language: str = "en"
    grounding_source: str = ""
    query: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """What ``as_json`` wrote."""
        lists = {name: tuple(document.get(name, ())) for name in ("texts", "tags")}
        return cls(**{**document, **lists})

    def as_json(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)

    @property
    def content(self) -> list[dict[str, Any]]:
        """The case as ApplyGuardrail takes it.

        A text is only qualified where there is something to tell it from: without qualifiers, all
        of it is guarded.
        """
        blocks = []
        for text, qualifier in ((self.grounding_source, "grounding_source"), (self.query, "query")):
            if text:
                blocks.append({"text": {"text": text, "qualifiers": [qualifier]}})
        qualified = {"qualifiers": ["guard_content"]} if blocks else {}
        return [*blocks, *({"text": {"text": text, **qualified}} for text in self.texts)]

    @property
    def characters(self) -> int:
        """Of everything that is sent."""
        return sum(len(block["text"]["text"]) for block in self.content)

    @property
    def units(self) -> int:
        """Text units."""
        return max(1, -(-self.characters // TEXT_UNIT))

    def key(self, guardrail: str, version: str) -> str:
        """The same as long as the same is asked of the same version."""
        asked = [guardrail, version, self.source, self.content]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """How much of a suite may go wrong.

    Attributes:
        false_blocks: Share of the cases that should not be blocked and are, or that should pass and
            are changed.
        misses: Share of the cases that should be blocked or anonymized and are not.
    """

    false_blocks: float = 0.02
    misses: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Test cases, and how many of them may go wrong.

    Attributes:
        name: For the reader.
        cases: With different ids.
        thresholds: How much may go wrong.
    """

    name: str
    cases: tuple[Case, ...]
    thresholds: Thresholds = Thresholds()

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """What ``as_json`` wrote."""
        return cls(
            name=document["name"],
            thresholds=Thresholds(**document["thresholds"]),
            cases=tuple(Case.from_json(each) for each in document["cases"]),
        )

    def as_json(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "name": self.name,
            "thresholds": asdict(self.thresholds),
            "cases": [each.as_json() for each in self.cases],
        }
