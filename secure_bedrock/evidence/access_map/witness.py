"""Whether conditions that are listed side by side can hold at once.

Each statement is open by itself; together they may exclude each other. Values are tried that the
policies name, so a call that is found exists. None found does not prove that there is none.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice, product

from secure_bedrock.evidence.access_map.stand_ins import OPEN
from secure_bedrock.policy import Decision, Request
from secure_bedrock.policy.compare import number
from secure_bedrock.policy.request import Context, Unknown

_MOST = 500
Values = str | tuple[()]
Call = Mapping[str, Values]


def possible_calls(open_decisions: Iterable[tuple[Decision, Request]]) -> Iterator[Call]:
    """Calls made of the values that open statements name; an empty value stands for no value."""
    candidates: dict[str, dict[Values, None]] = {}
    for decision, request in open_decisions:
        context = Context(request)
        for hit in decision.depends_on:
            for condition in hit.statement.conditions:
                key = condition.key.lower()
                if not key.startswith(OPEN) and context.values(key) is Unknown.OPEN:
                    tried = candidates.setdefault(key, {(): None})
                    tried.update(dict.fromkeys(_examples(condition.values)))
    combinations = product(*candidates.values())
    for values in islice(combinations, _MOST):
        yield dict(zip(candidates, values, strict=True))


def some_call_passes(calls: Iterable[Call], passes: Callable[[Call], bool]) -> bool:
    """Whether one of the calls is not refused."""
    return any(passes(call) for call in calls)


def _examples(patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        yield pattern.replace("*", "1").replace("?", "1")
        if number(pattern) is not None:
            yield str((number(pattern) or 0) - 1)
            yield str((number(pattern) or 0) + 1)
        if pattern.lower() in ("true", "false"):
            yield from ("true", "false")
    yield "another-value"
