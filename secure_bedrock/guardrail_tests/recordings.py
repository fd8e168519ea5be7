"""Answers that were kept, to judge them again without asking again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from secure_bedrock.custom_resources.assets.handlers.guardrail_cases import Case

_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What one version of a guardrail answered.

    Attributes:
        guardrail: ARN of the guardrail.
        version: Its version. What DRAFT answered is what it was when it was recorded.
        answers: By what was asked: of a case that changed there is no answer.
    """

    guardrail: str
    version: str
    answers: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a recording.

        Raises:
            ValueError: The file cannot be read or is no recording.
        """
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ValueError(f"{path}: no recording can be read: {error}") from error
        if not _is_recording(document):
            raise ValueError(f"{path}: no recording of this version: record it again with --record")
        return cls(
            guardrail=document["guardrail"],
            version=document["guardrailVersion"],
            answers=document["answers"],
        )

    def save(self, path: Path) -> None:
        """Write it, the same answers in the same order."""
        document = {
            "version": _VERSION,
            "guardrail": self.guardrail,
            "guardrailVersion": self.version,
            "answers": self.answers,
        }
        text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False)
        path.write_text(f"{text}\n", encoding="utf-8")

    def add(self, case: Case, answer: Mapping[str, Any]) -> None:
        """Keep an answer."""
        self.answers[case.key(self.guardrail, self.version)] = dict(answer)

    def answer(self, case: Case) -> dict[str, Any] | str:
        """What was answered to exactly this case, or why there is nothing."""
        found: dict[str, Any] | None = self.answers.get(case.key(self.guardrail, self.version))
        return found or "not in the recording: the case is new or has changed since"


def _is_recording(document: object) -> bool:
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        return False
    answers = document.get("answers")
    named = all(isinstance(document.get(each), str) for each in ("guardrail", "guardrailVersion"))
    return (
        named
        and isinstance(answers, dict)
        and all(isinstance(each, dict) and "action" in each for each in answers.values())
    )
