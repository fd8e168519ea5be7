"""The questions: SQL over the rows of ``secure_bedrock.usage.records``, for both engines alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from secure_bedrock.catalog.price_table import PriceTable
from secure_bedrock.usage.prices import price_rows, profile_rows
from secure_bedrock.usage.records import RECORD, UNKNOWN_SCHEMA, UNREADABLE, quoted

Percentile = Callable[[str, float], str]


class Dimension(StrEnum):
    """What usage is told apart by."""

    PRINCIPAL = "principal"
    """ARN of the caller; of an assumed role with its session."""
    ROLE = "role"
    """The caller without its session."""
    MODEL = "model"
    """The foundation model, whichever inference profile was called; ``global.`` profiles, which are
    priced on their own, stay apart."""
    PROJECT = "project"
    """Application inference profile, or else what the caller wrote into ``requestMetadata``."""
    DAY = "day"
    """Day in UTC."""
    ACCOUNT = "account"
    REGION = "region"
    OPERATION = "operation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that can be asked.

    Attributes:
        name: A word for files and commands.
        title: What the answer is called.
        sql: A query over the relations ``records``, ``prices`` and ``profiles``.
    """

    name: str
    title: str
    sql: str


def relations(table: PriceTable, question: Question) -> str:
    """The relations of prices a question needs, to be put behind ``WITH`` and before it."""
    profiles = f"profiles (profile_id, profile_model) AS (\n  {profile_rows(table)}\n)"
    if "prices." not in question.sql:
        return profiles
    return (
        "prices (price_model, price_region, input_price, output_price, cache_read_price, "
        f"cache_write_price) AS (\n  {price_rows(table)}\n),\n{profiles}"
    )


def usage_by(
    dimensions: Sequence[Dimension], *, since: str | None = None, name: str = "usage"
) -> Question:
    """Calls, tokens and estimated cost by one or more dimensions.

    Tokens are added up before they are priced, so that the answer does not depend on the order of
    the records. Tokens without a price are counted apart: the cost never includes them as zero.
    """
    if not dimensions or len(set(dimensions)) != len(dimensions):
        raise ValueError(
            f"dimensions {', '.join(dimensions) or 'none'}: give one or more of "
            f"{', '.join(Dimension)}, each once"
        )
    keys = ", ".join(dimensions)
    sql = f"""
sums AS (
  SELECT {_selected(dimensions)}, {_MODEL} AS priced_model, records.region AS priced_region,
    COUNT(*) AS calls, SUM(input_tokens) AS input_tokens, SUM(output_tokens) AS output_tokens,
    SUM(cache_read_tokens) AS cache_read_tokens, SUM(cache_write_tokens) AS cache_write_tokens
  FROM records LEFT JOIN profiles ON profiles.profile_id = records.profile
  WHERE state = '{RECORD}'{_since(since)}
  GROUP BY {", ".join(str(n + 1) for n in range(len(dimensions) + 2))}
)
SELECT {keys}, SUM(calls) AS calls, SUM(input_tokens) AS input_tokens,
  SUM(output_tokens) AS output_tokens, SUM(cache_read_tokens) AS cache_read_tokens,
  SUM(cache_write_tokens) AS cache_write_tokens,
  ROUND(SUM({_COST}) / 1000000, 6) AS estimated_usd,
  SUM({_UNPRICED}) AS unpriced_tokens
FROM sums LEFT JOIN prices ON prices.price_model = sums.priced_model
  AND prices.price_region IN ('*', sums.priced_region)
GROUP BY {keys}
ORDER BY {_ORDER[Dimension.DAY in dimensions]}{keys}"""
    return Question(name=name, title=f"Usage by {', '.join(dimensions)}", sql=sql)


def latency(percentile: Percentile, *, since: str | None = None) -> Question:
    """How long models take. Only calls whose record says it are counted."""
    sql = f"""
timed AS (
  SELECT {_MODEL} AS model, latency_ms
  FROM records LEFT JOIN profiles ON profiles.profile_id = records.profile
  WHERE state = '{RECORD}' AND latency_ms IS NOT NULL{_since(since)}
)
SELECT model, COUNT(*) AS timed_calls, CAST(ROUND(AVG(latency_ms)) AS BIGINT) AS mean_ms,
  CAST({percentile("latency_ms", 0.5)} AS BIGINT) AS p50_ms,
  CAST({percentile("latency_ms", 0.95)} AS BIGINT) AS p95_ms, MAX(latency_ms) AS max_ms
FROM timed GROUP BY model ORDER BY timed_calls DESC, model"""
    return Question(name="latency", title="Latency by model", sql=sql)


def guardrail_interventions(*, since: str | None = None) -> Question:
    """Who met a guardrail that intervened, and how often."""
    sql = f"""
asked AS (
  SELECT principal, {_MODEL} AS model, intervened
  FROM records LEFT JOIN profiles ON profiles.profile_id = records.profile
  WHERE state = '{RECORD}'{_since(since)}
)
SELECT principal, model, COUNT(*) AS calls,
  SUM(CASE WHEN intervened THEN 1 ELSE 0 END) AS interventions
FROM asked GROUP BY principal, model
HAVING SUM(CASE WHEN intervened THEN 1 ELSE 0 END) > 0
ORDER BY interventions DESC, principal, model"""
    return Question(name="guardrails", title="Guardrail interventions", sql=sql)


def largest_prompts(*, since: str | None = None, limit: int = 20) -> Question:
    """Which calls had the largest prompts, prompt cache included. Their text is not shown."""
    sql = f"""
sized AS (
  SELECT request_id, day, principal, {_MODEL} AS model,
    input_tokens + cache_read_tokens + cache_write_tokens AS prompt_tokens
  FROM records LEFT JOIN profiles ON profiles.profile_id = records.profile
  WHERE state = '{RECORD}'{_since(since)}
)
SELECT request_id, day, principal, model, prompt_tokens
FROM sized ORDER BY prompt_tokens DESC, request_id LIMIT {limit:d}"""
    return Question(name="prompts", title="Largest prompts", sql=sql)


def quality(*, since: str | None = None) -> Question:
    """What could not be read, or must be doubted. ``since`` leaves out only what has a day."""
    tallies = {
        "records": f"state = '{RECORD}'",
        "unreadable_lines": f"state = '{UNREADABLE}'",
        "unknown_schema": f"state = '{UNKNOWN_SCHEMA}'",
        "without_time": f"state = '{RECORD}' AND called_at IS NULL",
        "clock_skew": f"state = '{RECORD}' AND skewed",
        "without_token_counts": f"state = '{RECORD}' AND uncounted",
        "missing_bodies": f"state = '{RECORD}' AND body_missing",
    }
    sums = ",\n  ".join(
        f"COALESCE(SUM(CASE WHEN {test} THEN 1 ELSE 0 END), 0) AS {name}"
        for name, test in tallies.items()
    )
    early = f" WHERE day IS NULL OR day >= {quoted(since)}" if since else ""
    return Question(
        name="quality",
        title="What the logs are like",
        sql=f"\nread_lines AS (SELECT * FROM records{early})\nSELECT {sums}\nFROM read_lines",
    )


_MODEL = "COALESCE(profile_model, model_name)"
_ORDER = {True: "day, calls DESC, ", False: "calls DESC, "}
_COST = (
    "CASE WHEN input_price IS NULL THEN NULL ELSE input_tokens * input_price "
    "+ output_tokens * output_price + cache_read_tokens * COALESCE(cache_read_price, 0) "
    "+ cache_write_tokens * COALESCE(cache_write_price, 0) END"
)
_UNPRICED = (
    "CASE WHEN input_price IS NULL THEN input_tokens + output_tokens + cache_read_tokens "
    "+ cache_write_tokens "
    "ELSE (CASE WHEN cache_read_price IS NULL THEN cache_read_tokens ELSE 0 END) "
    "+ (CASE WHEN cache_write_price IS NULL THEN cache_write_tokens ELSE 0 END) END"
)


def _selected(dimensions: Sequence[Dimension]) -> str:
    return ", ".join(
        f"{_MODEL} AS model" if dimension is Dimension.MODEL else f"records.{dimension}"
        for dimension in dimensions
    )


def _since(day: str | None) -> str:
    return f" AND day >= {quoted(day)}" if day else ""
