"""Three-valued logic: a rule's question is answered yes, no or unknown."""

from collections.abc import Iterable
from enum import Enum


class Answer(Enum):
    """What a template says about a question.

    An answer is never used as a condition by accident: ``if answer`` raises, so that UNKNOWN cannot
    slip through as if it were NO (or YES). Compare with ``is``, or pass it to ``require``.
    """

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("an Answer has three values: compare it with `is Answer.YES`")

    __hash__ = object.__hash__  # identity is enough, and Enum's own is slow

    def __invert__(self) -> "Answer":
        return _NOT[self]

    def __and__(self, other: "Answer") -> "Answer":
        return all_of((self, other))

    def __or__(self, other: "Answer") -> "Answer":
        return any_of((self, other))


YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
_NOT = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}


def answer(known: bool) -> Answer:  # noqa: FBT001 - the one place where a bool becomes an Answer
    """Turn a fact into an answer."""
    return YES if known else NO


def all_of(answers: Iterable[Answer]) -> Answer:
    """YES if every answer is; NO as soon as one is NO. Of nothing: YES."""
    result = YES
    for each in answers:
        if each is NO:
            return NO
        if each is UNKNOWN:
            result = UNKNOWN
    return result


def any_of(answers: Iterable[Answer]) -> Answer:
    """YES as soon as one answer is; NO if all are NO. Of nothing: NO."""
    result = NO
    for each in answers:
        if each is YES:
            return YES
        if each is UNKNOWN:
            result = UNKNOWN
    return result


def none_of(answers: Iterable[Answer]) -> Answer:
    """YES if every answer is NO."""
    return ~any_of(answers)
