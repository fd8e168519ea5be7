"""The questions put to DuckDB, over files on this machine."""

import gzip
import zlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from secure_bedrock.usage.asking import Inquiry, answered
from secure_bedrock.usage.duckdb_sql import body_query, records_query
from secure_bedrock.usage.files import Damaged, LogFiles, damaged_files
from secure_bedrock.usage.questions import Question, relations
from secure_bedrock.usage.records import quoted
from secure_bedrock.usage.report import Answer, UsageReport

Progress = Callable[[float], None]
"""Told how much is done, from 0 to 1."""

_LONGEST_LINE = 16 * 1024 * 1024
_BUFFER = 32 * 1024 * 1024
_TICK = 0.1


def summarise(
    files: LogFiles, inquiry: Inquiry, *, memory: str = "3GB", progress: Progress = lambda _: None
) -> UsageReport:
    """Read all files once and answer all questions.

    A damaged file is read as far as it goes and named in the report.

    Args:
        files: What to read.
        inquiry: What to ask.
        memory: How much DuckDB may use; beyond it a temporary file is used.
        progress: Told how much is read.

    Raises:
        ValueError: DuckDB gave up, for want of memory or at a line above 16 MiB.
    """
    try:
        return _summarise(files, inquiry, memory, progress)
    except duckdb.Error as error:
        raise ValueError(f"DuckDB gave up: {' '.join(str(error).split())}") from error


def _summarise(files: LogFiles, inquiry: Inquiry, memory: str, progress: Progress) -> UsageReport:
    with TemporaryDirectory(prefix="secure-bedrock-usage-") as name:
        folder = Path(name)
        with duckdb.connect(folder / "records.duckdb") as database:
            database.execute(f"SET memory_limit = {quoted(memory)}")
            database.execute(f"SET temp_directory = {quoted(str(folder / 'spill'))}")
            database.execute("SET preserve_insertion_order = false")
            damaged = _read(database, files, inquiry.project_key, folder, progress)
            _look_into_bodies(database, files.bodies)
            report = answered(inquiry, _percentile, lambda q: _ask(database, q, inquiry))
    return replace(
        report,
        damaged=tuple((str(file.path), file.problem) for file in damaged),
        others=len(files.others),
    )


def _read(
    database: duckdb.DuckDBPyConnection,
    files: LogFiles,
    project_key: str,
    folder: Path,
    progress: Progress,
) -> Sequence[Damaged]:
    """Fill the table of records. Only if a file is damaged, all are looked at beforehand."""
    try:
        _fill(database, files.records, project_key, progress)
    except duckdb.Error:
        damaged = damaged_files(files.records, folder / "readable")
        if not damaged:
            raise
        instead = {file.path: file.readable for file in damaged}
        _fill(database, [instead.get(p, p) for p in files.records], project_key, progress)
        return damaged
    return ()


def _fill(
    database: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    project_key: str,
    progress: Progress,
) -> None:
    listed = ", ".join(quoted(str(path.resolve())) for path in paths)
    lines = (
        f"SELECT filename AS path, line FROM read_csv([{listed}], columns = {{'line': 'VARCHAR'}}, "
        "delim = chr(1), quote = '', escape = '', header = false, auto_detect = false, "
        "filename = true, strict_mode = false, "
        f"max_line_size = {_LONGEST_LINE}, buffer_size = {_BUFFER})"
    )
    statement = f"CREATE OR REPLACE TABLE records AS {records_query(lines, project_key)}"
    with ThreadPoolExecutor(max_workers=1) as worker:
        filling = worker.submit(database.execute, statement)
        while wait_for([filling], timeout=_TICK).not_done:
            progress(max(0.0, database.query_progress()) / 100)
        filling.result()
    progress(1.0)


def _look_into_bodies(database: duckdb.DuckDBPyConnection, bodies: Mapping[str, Path]) -> None:
    """Answers in files of their own say what their records do not: cache tokens and latency."""
    wanted = database.execute(
        "SELECT DISTINCT body_file FROM records WHERE body_file IS NOT NULL"
    ).fetchall()
    found = [_body(database, name, bodies[name]) for (name,) in wanted if name in bodies]
    found = [row for row in found if row[-1]]
    if not found:
        return
    database.execute(
        "CREATE TEMP TABLE bodies (name VARCHAR, cache_read VARCHAR, cache_write VARCHAR, "
        "latency VARCHAR, stop VARCHAR, readable BOOLEAN)"
    )
    database.executemany("INSERT INTO bodies VALUES (?, ?, ?, ?, ?, ?)", found)
    database.execute(
        "UPDATE records SET body_missing = false, "
        "cache_read_tokens = CASE WHEN body_missing "
        "THEN COALESCE(TRY_CAST(bodies.cache_read AS BIGINT), 0) ELSE cache_read_tokens END, "
        "cache_write_tokens = CASE WHEN body_missing "
        "THEN COALESCE(TRY_CAST(bodies.cache_write AS BIGINT), 0) ELSE cache_write_tokens END, "
        "latency_ms = COALESCE(latency_ms, TRY_CAST(bodies.latency AS BIGINT)), "
        "intervened = intervened "
        "OR COALESCE(bodies.stop IN ('guardrail_intervened', 'INTERVENED'), false) "
        "FROM bodies WHERE bodies.name = records.body_file"
    )


def _body(database: duckdb.DuckDBPyConnection, name: str, path: Path) -> tuple[Any, ...]:
    try:
        packed = path.read_bytes()
        text = (gzip.decompress(packed) if name.endswith(".gz") else packed).decode()
    except (OSError, EOFError, ValueError, zlib.error):
        return (name, None, None, None, None, False)
    row = database.execute(body_query(), [text]).fetchone()
    return (name, *(row or (None, None, None, None, False)))


def _ask(database: duckdb.DuckDBPyConnection, question: Question, inquiry: Inquiry) -> Answer:
    asked = database.execute(f"WITH {relations(inquiry.prices, question)},{question.sql}")
    columns = [description[0] for description in asked.description or ()]
    return Answer.of(question, columns, asked.fetchall())


def _percentile(column: str, share: float) -> str:
    return f"approx_quantile({column}, {share})"
