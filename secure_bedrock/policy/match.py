"""Patterns as IAM reads them: plain wildcards, resources, and the fields of an ARN.

Source: IAM User Guide, "IAM JSON policy elements: Resource" and "Condition operators".
"""

_ARN_FIELDS = 6


def wildcard_match(pattern: str, value: str, *, ignore_case: bool = False) -> bool:
    """Whether ``value`` matches ``pattern``, where ``*`` is any text and ``?`` any one character.

    Each part between two stars is placed as far left as it fits and never moved again, so the time
    is bounded by the product of the lengths, whatever the pattern.
    """
    if ignore_case:
        pattern, value = pattern.lower(), value.lower()
    head, *rest = pattern.split("*")
    if not rest:
        return len(head) == len(value) and _fits(head, value, 0)
    *middle, tail = rest
    end = len(value) - len(tail)
    if len(head) > end or not _fits(head, value, 0) or not _fits(tail, value, end):
        return False
    position = len(head)
    for part in middle:
        position = _find(part, value, position, end)
        if position < 0:
            return False
        position += len(part)
    return True


def resource_match(pattern: str, value: str) -> bool:
    """Whether an ARN matches an entry of a ``Resource`` element.

    A star at the end of a field may reach over colons, any other star stays in its field. IAM
    completes an entry that has fewer than six fields with stars; ``*`` alone matches anything.
    """
    if pattern == "*":
        return True
    fields = pattern.split(":", _ARN_FIELDS - 1)
    if pattern.startswith("arn:") and len(fields) < _ARN_FIELDS:
        fields += ["*"] * (_ARN_FIELDS - len(fields))
    whole = ":".join(fields)
    if arn_match(whole, value):
        return True
    return any(wildcard_match(p, value) and _reaching_match(p, value) for p in (pattern, whole))


def _reaching_match(pattern: str, value: str) -> bool:
    """Match with two kinds of stars, by following every position that is possible so far."""
    last_field = len(":".join(pattern.split(":", _ARN_FIELDS - 1)[: _ARN_FIELDS - 1]))
    positions = {0}
    for at, wanted in enumerate(pattern):
        if wanted != "*":
            positions = {p + 1 for p in positions if value[p : p + 1] and wanted in (value[p], "?")}
        elif at > last_field or pattern[at + 1 : at + 2] in ("", ":"):
            positions = set(range(min(positions, default=len(value) + 1), len(value) + 1))
        else:
            positions = {q for p in positions for q in range(p, _field_end(value, p) + 1)}
    return len(value) in positions


def _field_end(value: str, start: int) -> int:
    end = value.find(":", start)
    return len(value) if end < 0 else end


def arn_match(pattern: str, value: str) -> bool:
    """Whether an ARN matches a value of ``ArnLike``: field by field, no star reaches over a colon.

    Only the sixth field, the resource, may hold colons itself. What is no ARN does not match.
    """
    wanted = pattern.split(":", _ARN_FIELDS - 1)
    found = value.split(":", _ARN_FIELDS - 1)
    return len(wanted) == len(found) == _ARN_FIELDS and all(map(wildcard_match, wanted, found))


def _fits(part: str, value: str, at: int) -> bool:
    if "?" not in part:
        return value.startswith(part, at)
    window = value[at : at + len(part)]
    return len(window) == len(part) and all(
        p in ("?", c) for p, c in zip(part, window, strict=True)
    )


def _find(part: str, value: str, start: int, end: int) -> int:
    if "?" not in part:
        return value.find(part, start, end)
    return next(
        (at for at in range(start, end - len(part) + 1) if _fits(part, value, at)),
        -1,
    )
