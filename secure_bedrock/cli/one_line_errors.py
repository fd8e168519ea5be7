"""What AWS or an input refuses ends a command in one line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from botocore.exceptions import BotoCoreError, ClientError

_USAGE = 2


@contextmanager
def one_line_errors(command: str, *kinds: type[Exception]) -> Iterator[None]:
    """End with exit code 2 and one line on errors of AWS and of the given kinds."""
    try:
        yield
    except (BotoCoreError, *kinds) as error:
        problem = " ".join(str(error).split())
    except ClientError as error:
        found = error.response["Error"]
        problem = f"{error.operation_name}: {found['Code']}: {found.get('Message', '')}"
    else:
        return
    click.echo(f"secure-bedrock {command}: {problem}", err=True)
    sys.exit(_USAGE)
