"""All figures of the architecture."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from secure_bedrock.evidence.access_map import AccessMap
from secure_bedrock.evidence.picture.callers import callers
from secure_bedrock.evidence.picture.columns import MOST as COLUMN_MOST
from secure_bedrock.evidence.picture.columns import Columns, draw_columns, in_words
from secure_bedrock.evidence.picture.graph import Graph
from secure_bedrock.evidence.picture.guardrails import MOST as GUARDRAILS_MOST
from secure_bedrock.evidence.picture.guardrails import cards, draw_cards
from secure_bedrock.evidence.picture.keys import keys
from secure_bedrock.evidence.picture.network import MOST as NETWORK_MOST
from secure_bedrock.evidence.picture.network import draw_vpcs, sentences, vpcs
from secure_bedrock.evidence.picture.records import alarms, logs
from secure_bedrock.evidence.picture.shapes import count
from secure_bedrock.rules import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing.

    Attributes:
        name: Its id.
        title: What it is of.
        description: What it shows, in a sentence.
        svg: The drawing; safe to put into a page as it is. Empty if there is nothing to draw.
        words: The same in sentences, complete where the drawing is not. Not escaped.
        complete: Whether everything is drawn.
    """

    name: str
    title: str
    description: str
    svg: str
    words: tuple[str, ...]
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The architecture.

    Attributes:
        figures: One for each side of it.
    """

    figures: tuple[Figure, ...]


def draw(
    sources: Sequence[Source],
    access: AccessMap | None = None,
    *,
    names: Mapping[tuple[str, str], str] | None = None,
) -> Picture:
    """Draw what templates that are deployed together describe.

    The same templates give the same picture, byte for byte.

    Args:
        sources: The templates.
        access: Who may call what. Without it that figure is left out.
        names: File, as people name it, and logical id to construct path, where the templates
            themselves do not say.
    """
    graph = Graph(sources, names)
    return Picture(figures=tuple(_figures(graph, access)))


def _figures(graph: Graph, access: AccessMap | None) -> Iterator[Figure]:
    if access is not None:
        yield _of_columns(callers(access, graph))
    found = vpcs(graph)
    description = (
        f"{count(len(found), 'VPC', 'VPCs')} with subnets and endpoints."
        if found
        else "No VPC, subnet or endpoint is in the templates."
    )
    yield Figure(
        name="network",
        title="Network",
        description=description,
        svg=draw_vpcs(found, description) if found else "",
        words=tuple(sentences(graph, found)),
        complete=all(max(len(vpc.subnets), len(vpc.endpoints)) <= NETWORK_MOST for vpc in found),
    )
    guardrails = cards(graph)
    description = f"{count(len(guardrails), 'guardrail', 'guardrails')} in the templates."
    yield Figure(
        name="guardrails",
        title="Guardrails",
        description=description,
        svg=draw_cards(guardrails, description) if guardrails else "",
        words=tuple(f"{card.name}: {line}" for card in guardrails for line in card.lines),
        complete=len(guardrails) <= GUARDRAILS_MOST,
    )
    yield from map(_of_columns, (keys(graph), logs(graph), alarms(graph)))


def _of_columns(columns: Columns) -> Figure:
    drawn = bool(columns.left or columns.right)
    return Figure(
        name=columns.name,
        title=columns.title,
        description=columns.description,
        svg=draw_columns(columns) if drawn else "",
        words=in_words(columns),
        complete=max(len(columns.left), len(columns.right)) <= COLUMN_MOST,
    )
