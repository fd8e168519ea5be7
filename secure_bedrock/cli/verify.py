"""``secure-bedrock verify``: is what was deployed what the template claims?"""

import json
import sys

import click
from rich.console import Console
from rich.progress import track

from secure_bedrock.cli.one_line_errors import one_line_errors
from secure_bedrock.cli.verify_table import summary, table
from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.report import Outcome, ResourceReport
from secure_bedrock.verification.stack import Stack, StackError, load
from secure_bedrock.verification.verify import Verification


def _http_address(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> str | None:
    if value is not None and not value.startswith(("http://", "https://")):
        raise click.BadParameter(f"{value!r} is no address: write http://localhost:PORT")
    return value


@click.command(
    "verify",
    epilog="""\b
Examples:
  secure-bedrock verify --stack SecureBedrock
  secure-bedrock verify --stack SecureBedrock --region eu-west-1 --strict --json
""",
)
@click.option("--stack", "stack_name", required=True, metavar="NAME", help="Name of the stack.")
@click.option("--region", help="The stack's Region. Default: the profile's or the environment's.")
@click.option("--profile", help="A profile of the AWS configuration.")
@click.option(
    "--endpoint-url",
    metavar="URL",
    callback=_http_address,
    help="Where AWS is reached, for an emulator.",
)
@click.option("--json", "as_json", is_flag=True, help="Write a JSON report instead of a table.")
@click.option("--strict", is_flag=True, help="Fail also if something could not be verified.")
def command(
    *,
    stack_name: str,
    region: str | None,
    profile: str | None,
    endpoint_url: str | None,
    as_json: bool,
    strict: bool,
) -> None:
    """Compare a deployed stack with what its template claims.

    Every resource is read back through its own service, matched by its physical id, and compared
    property by property: encryption, policies, configuration. Only reading calls are made.

    Exit code 0: everything is as claimed. 1: something differs (with --strict: or could not be
    verified). 2: the stack could not be read.
    """
    with one_line_errors("verify", StackError):
        aws = Aws(region=region, profile=profile, endpoint_url=endpoint_url)
        stack = load(aws, stack_name)
        reports = _read(Verification(aws, stack))
    if as_json:
        click.echo(_as_json(stack, aws, reports))
    else:
        console = Console()
        console.print(table(reports))
        console.print(summary(stack, reports))
    failing = {Outcome.DIFFERS, Outcome.NOT_VERIFIED} if strict else {Outcome.DIFFERS}
    sys.exit(any(report.outcome in failing for report in reports))


def _read(verification: Verification) -> list[ResourceReport]:
    """All reports, with a bar on the terminal meanwhile."""
    return list(
        track(
            verification,
            description="Reading resources",
            total=len(verification),
            console=Console(stderr=True),
            transient=True,
        )
    )


def _as_json(stack: Stack, aws: Aws, reports: list[ResourceReport]) -> str:
    counts = {each.value: sum(r.outcome is each for r in reports) for each in Outcome}
    return json.dumps(
        {
            "stack": stack.name,
            "status": stack.status,
            "account": aws.account,
            "region": aws.region,
            "summary": counts,
            "resources": [report.as_json() for report in reports],
        },
        indent=2,
    )
