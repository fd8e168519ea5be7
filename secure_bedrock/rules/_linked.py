"""Templates that are deployed together: exports and imports, parents and nested stacks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from secure_bedrock.rules._assembly import nested_files
from secure_bedrock.rules._engine import Witness, evaluate
from secure_bedrock.rules._finding import Report
from secure_bedrock.rules._load import Source
from secure_bedrock.rules._node import Node
from secure_bedrock.rules._parameters import Parameters
from secure_bedrock.rules._rule import Profile
from secure_bedrock.rules._template import Template
from secure_bedrock.rules._worlds import World, section


def check_all(
    sources: Sequence[Source],
    *,
    profiles: Iterable[Profile | str] = (Profile.BASELINE,),
    parameters: Parameters | None = None,
    witness: Callable[[Source], Witness] | None = None,
) -> list[tuple[Source, Report]]:
    """Judge templates that belong together, so that references from one to another are known.

    Args:
        sources: The templates, in any order.
        profiles: Besides the baseline, which always runs: strict, residency, agentic.
        parameters: Thresholds and allow-lists. Default: ``Parameters()``.
        witness: Gives who is told where rules are kept in a template. Default: nobody is.

    Raises:
        ValueError: A profile is unknown.
    """
    names = list(profiles)
    views = {source.path: _view(source) for source in sources}
    imports = _exports(views.values())
    arguments = _arguments(sources, views)
    return [
        (
            source,
            evaluate(
                source.template,
                profiles=names,
                parameters=parameters,
                region=source.region,
                account=source.account,
                imports=imports,
                arguments=arguments.get(source.path),
                witness=witness(source) if witness else None,
            ),
        )
        for source in sources
    ]


def _view(source: Source) -> Template:
    """The template for reading what it hands to others; its conditions count as true."""
    world = World(section(source.template, "Conditions"))
    return Template(source.template, world=world, region=source.region, account=source.account)


def _exports(views: Iterable[Template]) -> dict[str, Node]:
    """Export name to value, for the names that are known and not given twice."""
    found: dict[str, list[Node]] = {}
    for view in views:
        for name in section(view.raw, "Outputs"):
            output = view.node(view.raw["Outputs"][name], ("Outputs", str(name)))
            export = output["Export"]["Name"].literal
            if export:
                found.setdefault(export, []).append(output["Value"])
    return {name: nodes[0] for name, nodes in found.items() if len(nodes) == 1}


def _arguments(
    sources: Sequence[Source], views: Mapping[Path, Template]
) -> dict[Path, dict[str, Node]]:
    """What parents pass to their nested stacks, and what these give back."""
    given: dict[Path, dict[str, Node]] = {path: {} for path in views}
    for source in sources:
        parent = views[source.path]
        for logical_id, file in nested_files(source).items():
            if file not in views or logical_id not in parent.resources:
                continue
            given[file] |= dict(parent.resources[logical_id]["Parameters"].items())
            child = views[file]
            outputs = child.node(child.raw.get("Outputs"), ("Outputs",))
            for name, output in outputs.items():
                given[source.path][f"{logical_id}.Outputs.{name}"] = output["Value"]
    for path, view in views.items():
        view.arguments = given[path]
    return given
