"""From lines of text to records: the same columns for DuckDB and for Athena.

A line that is no JSON, or a record of a schema that is not known, stays a row with its state, so
that it can be counted. Nothing is left out before the counting.
"""

from secure_bedrock.catalog.foundation_models import GEOGRAPHIES
from secure_bedrock.usage.fields import INTERVENED, SCHEMA_TYPE, SCHEMA_VERSIONS

RECORD, UNREADABLE, UNKNOWN_SCHEMA = "record", "unreadable", "unknown schema"

_FILED = r"/([0-9]{4}/[0-9]{2}/[0-9]{2}/[0-9]{2})/"
_PROFILE = r":application-inference-profile/([^/]+)$"
_NAME = r"([^/]+)$"


def quoted(text: str) -> str:
    """A string literal."""
    return "'" + text.replace("'", "''") + "'"


def _listed(texts: tuple[str, ...]) -> str:
    return ", ".join(quoted(text) for text in texts)


def _part(column: str, pattern: str) -> str:
    return f"NULLIF(regexp_extract({column}, {quoted(pattern)}, 1), '')"


def _count(*columns: str) -> str:
    casts = ", ".join(f"TRY_CAST({column} AS BIGINT)" for column in columns)
    return f"COALESCE({casts}, 0)"


def _if_like(column: str, pattern: str, value: str, otherwise: str = "NULL") -> str:
    """A comparison is much cheaper than a regular expression, and seldom true."""
    return f"CASE WHEN {column} LIKE {quoted(pattern)} THEN {value} ELSE {otherwise} END"


def _without_geography(column: str) -> str:
    tests = " OR ".join(f"{column} LIKE {quoted(f'{place}.%')}" for place in GEOGRAPHIES)
    return f"CASE WHEN {tests} THEN substr({column}, strpos({column}, '.') + 1) ELSE {column} END"


COLUMNS = f"""
  path,
  CASE
    WHEN NOT readable THEN '{UNREADABLE}'
    WHEN schema_type = '{SCHEMA_TYPE}' AND schema_version IN ({_listed(SCHEMA_VERSIONS)})
      THEN '{RECORD}'
    ELSE '{UNKNOWN_SCHEMA}'
  END AS state,
  CASE WHEN logged_at LIKE '%Z'
    THEN TRY_CAST(replace(substr(logged_at, 1, 19), 'T', ' ') AS TIMESTAMP) END AS called_at,
  {_part("path", _FILED)} AS filed,
  account,
  region,
  request_id,
  operation,
  model_id,
  {_if_like("model_id", "%/%", _part("model_id", _NAME), "model_id")} AS model_tail,
  {_if_like("model_id", "%:application-inference-profile/%", _part("model_id", _PROFILE))}
    AS profile,
  metadata_project,
  principal,
  {_if_like("principal", "%:assumed-role/%/%", "split_part(principal, '/', 2)")} AS role_name,
  error_code,
  {_count("logged_input")} AS input_tokens,
  {_count("logged_output")} AS output_tokens,
  {_count("logged_cache_read", "body_cache_read")} AS cache_read_tokens,
  {_count("logged_cache_write", "body_cache_write")} AS cache_write_tokens,
  TRY_CAST(logged_input AS BIGINT) IS NULL AS uncounted,
  TRY_CAST(body_latency AS BIGINT) AS latency_ms,
  COALESCE(body_stop IN ({_listed(INTERVENED)}), FALSE) AS intervened,
  {_part("body_path", _NAME)} AS body_file,
  logged_cache_read IS NULL AND body_read IS NULL AND body_path IS NOT NULL AS body_missing
"""
"""Columns made of the texts that were found in a line, in SQL that both engines understand."""

_FILED_AT = (
    "TRY_CAST(concat(replace(substr(filed, 1, 10), '/', '-'), ' ', substr(filed, 12, 2), ':00:00') "
    "AS TIMESTAMP)"
)

DATED = f"""
  *,
  {_without_geography("model_tail")} AS model_name,
  {_FILED_AT} AS filed_at,
  COALESCE(substr(CAST(called_at AS VARCHAR), 1, 10), replace(substr(filed, 1, 10), '/', '-'))
    AS day,
  COALESCE(role_name, principal) AS role,
  COALESCE(profile, metadata_project) AS project,
  COALESCE(called_at < {_FILED_AT} - INTERVAL '1' HOUR
    OR called_at >= {_FILED_AT} + INTERVAL '2' HOUR, FALSE) AS skewed
"""
"""Columns made of those columns. A record without a usable time is dated by its folder."""
