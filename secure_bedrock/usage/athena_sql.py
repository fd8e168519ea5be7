"""The records of a log table in Athena, whose rows are lines of text."""

import re

from secure_bedrock.catalog.price_table import PriceTable
from secure_bedrock.usage.fields import BODY, PROJECT_KEY, Field, Path, all_fields
from secure_bedrock.usage.questions import Question, relations
from secure_bedrock.usage.records import COLUMNS, DATED, quoted

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LINE = "line"
"""The one column of the log table: a line of a file."""


def athena_query(
    question: Question,
    table: str,
    prices: PriceTable,
    *,
    since: str | None = None,
    last_days: int | None = None,
    key: str = PROJECT_KEY,
) -> str:
    """The query that answers a question over a log table, which is given as ``database.table``.

    Only files of days since ``since``, or of the last days, are read. Files of the day before
    ``since`` are read too: a record may be filed under the day before.
    """
    name = ".".join(f'"{part}"' for part in table.split("."))
    first = f"DATE {quoted(since)}" if since else "current_date"
    back = 1 if since else last_days
    days = (
        f"\n  WHERE day >= date_format(date_add('day', -{back}, {first}), '%Y/%m/%d')"
        if back
        else ""
    )
    return (
        f'WITH read_files AS (\n  SELECT "$path" AS path, {LINE}\n  FROM {name}{days}\n),\n'
        f"bodies AS (\n  SELECT regexp_extract(path, '[^/]+$') AS body_name,\n"
        f"    TRY(json_parse({LINE})) AS body\n"
        "  FROM read_files WHERE path LIKE '%/data/%'\n),\n"
        "entries AS (\n  SELECT path, TRY(json_parse(line)) AS entry\n"
        "  FROM read_files WHERE path NOT LIKE '%/data/%' AND line <> ''\n),\n"
        f"found AS (\n  SELECT path, entry, json_extract(entry, {quoted(_path(BODY))}) AS own,\n"
        "    regexp_extract(json_extract_scalar(entry, '$.output.outputBodyS3Path'), '[^/]+$')"
        " AS wanted\n  FROM entries\n),\n"
        "answered AS (\n  SELECT path, entry, entry IS NOT NULL AS readable,\n"
        "    COALESCE(own, body) AS body, body_name AS body_read\n"
        "  FROM found LEFT JOIN bodies ON body_name = wanted AND body IS NOT NULL\n),\n"
        f"texts AS (\n  SELECT path, readable, body_read,\n    {_texts(key)}\n  FROM answered\n),\n"
        f"columns_of_records AS (SELECT {COLUMNS} FROM texts),\n"
        f"records AS (SELECT {DATED} FROM columns_of_records),\n"
        f"{relations(prices, question)},{question.sql}"
    )


def _texts(key: str) -> str:
    places: dict[str, list[str]] = {}
    for field in all_fields(key):
        places.setdefault(field.column, []).append(_text(field))
    return ",\n    ".join(f"{_first(found)} AS {column}" for column, found in places.items())


def _first(found: list[str]) -> str:
    return found[0] if len(found) == 1 else f"COALESCE({', '.join(found)})"


def _text(field: Field) -> str:
    """An expression. Athena's JSON paths cannot count from the end of a list."""
    source = "body" if field.in_body else "entry"
    first, *rest = field.path
    if isinstance(first, int) and first < 0:
        return f"json_extract_scalar(json_array_get(body, {first}), {quoted(_path(tuple(rest)))})"
    return f"json_extract_scalar({source}, {quoted(_path(field.path))})"


def _path(path: Path) -> str:
    steps = (
        f"[{step}]"
        if isinstance(step, int)
        else f".{step}"
        if _PLAIN.fullmatch(step)
        else f'["{step}"]'
        for step in path
    )
    return "$" + "".join(steps)
