"""Words and phrases that are matched exactly, and AWS's list of profanities."""

from collections.abc import Sequence
from dataclasses import dataclass

from secure_bedrock.catalog import guardrails as limits
from secure_bedrock.catalog.guardrails import BlockAction
from secure_bedrock.guardrails._limits import (
    check_count,
    check_instance,
    check_text,
    check_unique,
    freeze,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordFilter:
    """A word or phrase that is matched exactly.

    Args:
        text: 1 to 100 characters.
        input_action: BLOCK, or NONE to report a match in the trace only. Default: BLOCK.
        output_action: The same for responses. Default: BLOCK.
        input_enabled: False evaluates no prompts. Default: True.
        output_enabled: False evaluates no responses. Default: True.

    Raises:
        ValueError: The text is empty or too long.

    Source: Amazon Bedrock API Reference, ``GuardrailWordConfig``.
    """

    text: str
    input_action: BlockAction = BlockAction.BLOCK
    output_action: BlockAction = BlockAction.BLOCK
    input_enabled: bool = True
    output_enabled: bool = True

    def __post_init__(self) -> None:
        check_text("word filter text", self.text, limits.WORD_LIMIT)
        check_instance(f"word {self.text!r} input_action", self.input_action, BlockAction)
        check_instance(f"word {self.text!r} output_action", self.output_action, BlockAction)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfanityFilter:
    """AWS's managed list of profanities.

    Args:
        input_action: BLOCK, or NONE to report a match in the trace only. Default: BLOCK.
        output_action: The same for responses. Default: BLOCK.
        input_enabled: False evaluates no prompts. Default: True.
        output_enabled: False evaluates no responses. Default: True.

    Source: Amazon Bedrock API Reference, ``GuardrailManagedWordsConfig``.
    """

    input_action: BlockAction = BlockAction.BLOCK
    output_action: BlockAction = BlockAction.BLOCK
    input_enabled: bool = True
    output_enabled: bool = True

    def __post_init__(self) -> None:
        check_instance("profanity filter input_action", self.input_action, BlockAction)
        check_instance("profanity filter output_action", self.output_action, BlockAction)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordPolicy:
    """The word filters of a guardrail.

    Args:
        words: Up to 10,000 words or phrases; a plain string is blocked in prompts and responses.
            Default: none.
        profanity: AWS's managed list, or None to leave it out. Default: blocks both ways.

    Raises:
        ValueError: A limit is exceeded, a word is given twice, or nothing is filtered.

    Source: Amazon Bedrock User Guide, "Remove a specific list of words and phrases".
    """

    words: Sequence[WordFilter | str] = ()
    profanity: ProfanityFilter | None = ProfanityFilter()

    def __post_init__(self) -> None:
        freeze(self, "words")
        if not self.words and self.profanity is None:
            raise ValueError("word policy filters nothing: name words, or leave the policy out")
        if self.words:
            check_count("words", self.words, limits.WORDS_LIMIT)
        check_unique("word", (word.text for word in self.filters))

    @property
    def filters(self) -> tuple[WordFilter, ...]:
        """The words as filters."""
        return tuple(_as_filter(word) for word in self.words)


def _as_filter(word: WordFilter | str) -> WordFilter:
    check_instance("word", word, (WordFilter, str))
    return WordFilter(text=word) if isinstance(word, str) else word
