"""``secure-bedrock erase``: what is kept of one person, found, erased and reported."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import click

from secure_bedrock.cli.erase_options import documents_options, log_options, person_options
from secure_bedrock.cli.one_line_errors import one_line_errors
from secure_bedrock.erasure.documents import DocumentStore
from secure_bedrock.erasure.log_bucket import LogBucket
from secure_bedrock.erasure.log_group import finds_in_log_group
from secure_bedrock.erasure.report import Find, Report
from secure_bedrock.erasure.subject import Pairs, Subject


@click.command(
    "erase",
    epilog="""\b
Examples:
  secure-bedrock erase --request-metadata user=u-4711 --log-bucket logs --log-group bedrock
  secure-bedrock erase --document-metadata user=u-4711 --documents-bucket docs \\
      --knowledge-base ABCDEFGHIJ --data-source KLMNOPQRST --apply --report erased.json
""",
)
@person_options
@log_options
@documents_options
@click.option("--region", help="Region. Default: the profile's or the environment's.")
@click.option("--profile", help="A profile of the AWS configuration.")
@click.option("--endpoint-url", metavar="URL", help="Where AWS is reached, for an emulator.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="JSON report.")
@click.option("--json", "as_json", is_flag=True, help="Write the report instead of lines.")
@click.option("--apply", "applied", is_flag=True, help="Erase. Without it, only look and report.")
def command(
    *,
    identity: tuple[str, ...],
    request_metadata: Pairs,
    document_metadata: Pairs,
    report: Path | None,
    applied: bool,
    as_json: bool,
    region: str | None,
    profile: str | None,
    endpoint_url: str | None,
    **places: str | None,
) -> None:
    """Find what is kept of one person in invocation logs and knowledge bases, and erase it.

    Looks only, unless --apply is given. Objects under an object lock or a legal hold, and events in
    log groups, cannot be erased: they are reported with the day on which they can, or expire.

    Exit code 0: nothing is kept. 1: something is kept, the report says why. 2: wrong use, or AWS
    refused to be read.
    """
    with one_line_errors("erase", ValueError):
        subject = Subject(
            identities=identity,
            request_metadata=request_metadata,
            document_metadata=document_metadata,
        )
        _check_places(subject, places)
        session = boto3.Session(profile_name=profile, region_name=region)
        result = Report(subject=subject, applied=applied)
        try:
            for find in result.add(_finds(session, endpoint_url, result, places)):
                if not as_json:
                    click.echo(_line(find))
        finally:
            text = json.dumps(result.as_json(), indent=2)
            if report is not None:
                report.write_text(f"{text}\n", encoding="utf-8")
            if as_json:
                click.echo(text)
    click.echo(f"{len(result.finds)} finds, {len(result.kept)} kept", err=True)
    sys.exit(1 if result.kept else 0)


def _line(find: Find) -> str:
    reason = f": {find.reason}" if find.reason else ""
    return f"{find.outcome.value}: {find.what} in {find.place}{reason}"


def _check_places(subject: Subject, places: dict[str, str | None]) -> None:
    of_logs = places["log_bucket"] or places["log_group"]
    documents = [places[name] for name in ("documents_bucket", "knowledge_base", "data_source")]
    if not of_logs and not any(documents):
        raise click.UsageError("say where to look: --log-bucket, --log-group or --documents-bucket")
    if any(documents) and not all(documents):
        raise click.UsageError("--documents-bucket, --knowledge-base and --data-source go together")
    if of_logs and not (subject.identities or subject.request_metadata):
        raise click.UsageError("logs need --identity or --request-metadata to look for")
    if any(documents) and not subject.document_metadata:
        raise click.UsageError("documents need --document-metadata to look for")


def _finds(
    session: boto3.Session, endpoint_url: str | None, result: Report, places: dict[str, Any]
) -> Iterator[Find]:
    s3 = session.client("s3", endpoint_url=endpoint_url)
    if places["log_bucket"]:
        bucket = LogBucket(s3, places["log_bucket"], places["log_prefix"], result.applied)
        yield from bucket.finds(result.subject)
    if places["log_group"]:
        logs = session.client("logs", endpoint_url=endpoint_url)
        yield from finds_in_log_group(logs, places["log_group"], result.subject)
    if places["documents_bucket"]:
        documents = DocumentStore(
            s3=s3,
            agent=session.client("bedrock-agent", endpoint_url=endpoint_url),
            bucket=places["documents_bucket"],
            prefix=places["documents_prefix"],
            knowledge_base_id=places["knowledge_base"],
            data_source_id=places["data_source"],
            apply=result.applied,
        )
        yield from documents.finds(result.subject)
