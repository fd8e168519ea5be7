"""The options of ``secure-bedrock erase``: who, and where to look."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from secure_bedrock.erasure.subject import Pairs

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _pairs(_context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> Pairs:
    found = []
    for value in values:
        key, separator, text = value.partition("=")
        if not (key and separator and text):
            raise click.BadParameter(f"{value!r} is no KEY=VALUE", param=option)
        found.append((key, text))
    return tuple(found)


def person_options(command: _Command) -> _Command:
    """Who it is about; one match is enough."""
    for option in (
        click.option(
            "--document-metadata",
            metavar="KEY=VALUE",
            multiple=True,
            callback=_pairs,
            help="Metadata attribute of documents. Repeatable.",
        ),
        click.option(
            "--request-metadata",
            metavar="KEY=VALUE",
            multiple=True,
            callback=_pairs,
            help="requestMetadata of invocations: what the caller said. Repeatable.",
        ),
        click.option(
            "--identity",
            metavar="ARN",
            multiple=True,
            help="identity.arn of invocations: who called. Repeatable.",
        ),
    ):
        command = option(command)
    return command


def log_options(command: _Command) -> _Command:
    """Where invocation logs are."""
    for option in (
        click.option("--log-group", metavar="NAME", help="Log group of invocation logs."),
        click.option(
            "--log-prefix",
            metavar="PREFIX",
            default="invocations/",
            show_default=True,
            help="Where log objects are in the bucket.",
        ),
        click.option("--log-bucket", metavar="NAME", help="Bucket of invocation logs."),
    ):
        command = option(command)
    return command


def documents_options(command: _Command) -> _Command:
    """Which knowledge base, and where its documents are."""
    for option in (
        click.option("--data-source", metavar="ID", help="Its data source."),
        click.option("--knowledge-base", metavar="ID", help="A knowledge base."),
        click.option("--documents-prefix", metavar="PREFIX", default="", help="Part that is read."),
        click.option("--documents-bucket", metavar="NAME", help="Bucket of the data source."),
    ):
        command = option(command)
    return command
