"""The records of files on this machine, for DuckDB: every line is parsed once."""

from secure_bedrock.usage.fields import BODY, Field, Path, all_fields, body_fields
from secure_bedrock.usage.records import COLUMNS, DATED, quoted

_NOT_KEPT = "path, filed, filed_at, model_id, model_tail, role_name, metadata_project, error_code"


def records_query(lines: str, project_key: str) -> str:
    """Rows of records from a relation of ``path`` and ``line``."""
    found, texts = _extraction("line", all_fields(project_key), BODY)
    return (
        f"WITH parsed AS (SELECT path, {found} AS f FROM ({lines}) WHERE line <> ''),\n"
        f"texts AS (SELECT path, f IS NOT NULL AS readable, NULL AS body_read, {texts} "
        "FROM parsed),\n"
        f"columns_of_records AS (SELECT {COLUMNS} FROM texts),\n"
        f"dated AS (SELECT {DATED} FROM columns_of_records)\n"
        f"SELECT * EXCLUDE ({_NOT_KEPT}) FROM dated"
    )


def body_query() -> str:
    """What an answer that lies in a file of its own says: one row, of the parameter's text."""
    found, texts = _extraction("?", body_fields(), ())
    return f"SELECT {texts}, f IS NOT NULL AS readable FROM (SELECT {found} AS f)"


def _extraction(text: str, fields: tuple[Field, ...], body: Path) -> tuple[str, str]:
    """An expression that parses a text once, and the columns made of what it finds.

    Only streamed answers are lists. What counts from their end is looked for in their last events,
    which are taken out as texts and are null everywhere else.
    """
    paths: list[str] = []
    places: dict[str, list[str]] = {}
    for field in fields:
        first, *rest = field.path
        if isinstance(first, int) and first < 0:
            event = _place(paths, _path((*body, first)))
            place = (
                f"CASE WHEN {event} IS NOT NULL THEN {event} ->> {quoted(_path(tuple(rest)))} END"
            )
        else:
            place = _place(paths, _path((*body, *field.path) if field.in_body else field.path))
        places.setdefault(field.column, []).append(place)
    columns = (f"COALESCE({', '.join(found)}) AS {column}" for column, found in places.items())
    listed = ", ".join(quoted(path) for path in paths)
    return f"TRY(json_extract_string({text}, [{listed}]))", ", ".join(columns)


def _place(paths: list[str], path: str) -> str:
    if path not in paths:
        paths.append(path)
    return f"f[{paths.index(path) + 1}]"


def _path(path: Path) -> str:
    steps = (
        (f"[{step}]" if step >= 0 else f"[#{step}]")
        if isinstance(step, int)
        else '."' + step.replace('"', '\\"') + '"'
        for step in path
    )
    return "$" + "".join(steps)
