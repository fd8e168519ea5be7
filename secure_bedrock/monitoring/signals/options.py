"""What is counted of calls, and since when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aws_cdk import aws_iam as iam

from secure_bedrock.catalog.security_signals import Signal

_LONGEST_LEARNING, _MOST = 90, 1_000
_MOST_ROLES = 10


class Responds(Protocol):
    """Who is asked for a quarantine. ``ThreatResponse`` is one."""

    @property
    def function_arn(self) -> str:
        """ARN of the function."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSignals:
    """Signals that a function gives after looking at every recorded call of Amazon Bedrock.

    Attributes:
        learning_days: For so many days after the first call, first uses are noted and not told; 0
            to 90. Default: 7.
        denied_calls: Denied calls of one principal within five minutes that are told, 1 to 1,000.
            Default: 10.
        models: Models that one principal tries within an hour that are told, 2 to 1,000.
            Default: 5.
        break_glass: Roles whose every use is told, at most 10.
        quarantine_on: Signals that ask the response, if there is one, for a quarantine. Default:
            a newcomer who asked for the logging configuration first, and many models.
    """

    learning_days: int = 7
    denied_calls: int = 10
    models: int = 5
    break_glass: Sequence[iam.IRole] = ()
    quarantine_on: Sequence[Signal] = field(default=(Signal.LOGGING_SCOUTED, Signal.MANY_MODELS))

    def problems(self, told: Sequence[Signal]) -> Iterator[str]:
        """What is wrong with it."""
        if not 0 <= self.learning_days <= _LONGEST_LEARNING:
            yield f"learning_days is {self.learning_days}: choose 0 to {_LONGEST_LEARNING}"
        if not 1 <= self.denied_calls <= _MOST:
            yield f"denied_calls is {self.denied_calls}: choose 1 to {_MOST}"
        if not 2 <= self.models <= _MOST:  # noqa: PLR2004 - one model is no search
            yield f"models is {self.models}: choose 2 to {_MOST}"
        if len(self.break_glass) > _MOST_ROLES:
            yield f"{len(self.break_glass)} break-glass roles: name at most {_MOST_ROLES}"
        for signal in self.quarantine_on:
            if signal not in told:
                yield f"quarantine_on has {signal}, which no function tells: leave it out"
