"""Whether a condition holds for a request: yes, no, or open."""

from collections.abc import Iterator

from secure_bedrock.policy.documents import Condition
from secure_bedrock.policy.operators import Comparison, Operator, Values
from secure_bedrock.policy.request import Context, Unknown
from secure_bedrock.policy.truth import Truth, all_of, any_of, negation
from secure_bedrock.policy.variables import expand, protected


def holds(condition: Condition, context: Context, *, variables: bool) -> Truth:
    """Judge one operator with one key.

    Open is also what AWS leaves undefined: an operator without ``ForAllValues`` or ``ForAnyValue``
    on a key with several values, and ``ForAnyValue:...IfExists`` on an absent key, where one half
    says false and the other true.
    """
    operator = condition.operator
    found = context.values(condition.key)
    if operator.compares is None:
        return _is_null(condition, found)
    if found is Unknown.OPEN:
        return None
    if found is Unknown.ABSENT:
        return _without_value(operator)
    wanted = [
        expand(value, context) if variables and operator.variables else value
        for value in condition.values
    ]
    if operator.values is Values.ONE and len(found) > 1:
        return None
    each = _each_value(wanted, found, operator.compares, negated=operator.negated)
    return any_of(each) if operator.values is Values.ANY else all_of(each)


def _without_value(operator: Operator) -> Truth:
    if operator.if_exists:
        return None if operator.values is Values.ANY else True
    return operator.values is Values.ALL or (operator.negated and operator.values is Values.ONE)


def _each_value(
    wanted: list[str | Unknown], found: tuple[str, ...], compares: Comparison, *, negated: bool
) -> Iterator[Truth]:
    for value in found:
        matches = any_of(_compare(entry, value, compares) for entry in wanted)
        yield negation(matches) if negated else matches


def _compare(wanted: str | Unknown, found: str, compares: Comparison) -> Truth:
    if isinstance(wanted, Unknown):
        return None if wanted is Unknown.OPEN else False
    return compares(wanted, protected(found))


def _is_null(condition: Condition, found: tuple[str, ...] | Unknown) -> Truth:
    if found is Unknown.OPEN:
        return None
    absent = str(found is Unknown.ABSENT).lower()
    return any(value.lower() == absent for value in condition.values)
