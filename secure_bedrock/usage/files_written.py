"""The usage table as CSV and Parquet."""

import csv
from pathlib import Path

import duckdb

from secure_bedrock.usage.records import quoted
from secure_bedrock.usage.report import Answer

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TYPES = {"estimated_usd": "DOUBLE"}
_COUNTS = ("calls", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")
_BIG = {*_COUNTS, "unpriced_tokens"}


def write_csv(answer: Answer, path: Path) -> None:
    """Comma-separated values. Texts that a spreadsheet would run as a formula get an apostrophe."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(answer.columns)
        writer.writerows([[_cell(value) for value in row] for row in answer.rows])


def write_parquet(answer: Answer, path: Path) -> None:
    """A Parquet file: texts, whole numbers, and the estimated cost as a double."""
    with duckdb.connect() as database:
        columns = ", ".join(f'"{name}" {_type(name)}' for name in answer.columns)
        database.execute(f"CREATE TABLE usage ({columns})")
        if answer.rows:
            marks = ", ".join("?" for _ in answer.columns)
            database.executemany(f"INSERT INTO usage VALUES ({marks})", answer.rows)
        database.execute(f"COPY usage TO {quoted(str(path))} (FORMAT parquet)")


def _type(name: str) -> str:
    return "BIGINT" if name in _BIG else _TYPES.get(name, "VARCHAR")


def _cell(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.6f}"
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
