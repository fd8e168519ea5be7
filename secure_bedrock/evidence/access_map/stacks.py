"""The stacks of an assembly with references between them followed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from secure_bedrock.catalog.authorization import Place
from secure_bedrock.evidence.access_map.stand_ins import Names
from secure_bedrock.rules import Source
from secure_bedrock.rules._assembly import nested_files
from secure_bedrock.rules._node import Node
from secure_bedrock.rules._template import Resource, Template
from secure_bedrock.rules._worlds import section, worlds

Values = Mapping[str, str]
_PARTITIONS = {
    "us-gov-": "aws-us-gov",
    "cn-": "aws-cn",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StackView:
    """A template as it will be deployed, as far as that is known.

    Attributes:
        name: The stack's path in its app, or the file's name.
        template: The template, with conditions decided.
        names: What its resources will be called.
        assumed: Parameters whose value decided conditions although another may be given.
    """

    name: str
    template: Template
    names: Names
    assumed: tuple[str, ...]

    @property
    def place(self) -> Place:
        """Where it is deployed."""
        return self.names.place

    def text(self, node: Node) -> str:
        """A text of the template with references replaced."""
        return self.names.text(node)

    def of_type(self, *types: str) -> Iterator[Resource]:
        """Resources of some types."""
        yield from self.template.of_type(*types)

    def shown(self, resource: Resource) -> str:
        """The resource's construct path, otherwise its logical id."""
        path = resource.attribute("Metadata")["aws:cdk:path"].literal
        return (path or f"{self.name}/{resource.logical_id}").removesuffix("/Resource")


def read_stacks(
    sources: Sequence[Source], *, region: str | None = None, account: str | None = None
) -> list[StackView]:
    """Read templates that are deployed together.

    Args:
        sources: The templates.
        region: Region of those that name none.
        account: Account of those that name none.

    Raises:
        ValueError: A template's Region or account is neither known nor given.
    """
    places = [_place(source, region, account) for source in sources]
    exports: Values = {}
    passed: Mapping[Path, Values] = {}
    for _ in range(len(sources) + 1):  # each round knows what one more stack hands over
        views = [
            _view(source, place, exports, passed.get(source.path, {}))
            for source, place in zip(sources, places, strict=True)
        ]
        found = _exports(views), _passed(sources, views)
        if found == (exports, passed):
            break
        exports, passed = found
    return views


def _place(source: Source, region: str | None, account: str | None) -> Place:
    region, account = source.region or region, source.account or account
    if not region or not account:
        what = " and ".join(
            name for name, value in (("--region", region), ("--account", account)) if not value
        )
        raise ValueError(
            f"{source.construct_path or source.path} does not say where it is deployed: give {what}"
        )
    partition = next((p for prefix, p in _PARTITIONS.items() if region.startswith(prefix)), "aws")
    return Place(partition=partition, region=region, account=account)


def _view(source: Source, place: Place, exports: Values, arguments: Values) -> StackView:
    given = {**arguments, "AWS::Region": place.region, "AWS::AccountId": place.account}
    possible = worlds(source.template, given)
    empty = Template({})
    template = Template(
        source.template,
        world=possible[0],
        region=place.region,
        account=place.account,
        imports={name: Node(value, (), empty) for name, value in exports.items()},
        arguments={name: Node(value, (), empty) for name, value in arguments.items()},
    )
    name = source.construct_path or source.path.name.split(".")[0]
    return StackView(
        name=name,
        template=template,
        names=Names(place=place, stack=name.rpartition("/")[2]),
        assumed=tuple(possible[0].choices) if len(possible) > 1 else (),
    )


def _exports(views: Sequence[StackView]) -> Values:
    found: dict[str, str] = {}
    for view in views:
        for _, output in _outputs(view):
            name = output["Export"]["Name"]
            if not name.missing and output["Value"].text is not None:
                found[view.text(name)] = view.text(output["Value"])
    return found


def _passed(sources: Sequence[Source], views: Sequence[StackView]) -> Mapping[Path, Values]:
    """Parameters that parents pass to nested stacks, and outputs that these give back."""
    by_path = {source.path: view for source, view in zip(sources, views, strict=True)}
    given: dict[Path, dict[str, str]] = {}
    for path, parent in by_path.items():
        source = next(s for s in sources if s.path == path)
        for logical_id, file in nested_files(source).items():
            if file not in by_path or logical_id not in parent.template.resources:
                continue
            for name, value in parent.template.resources[logical_id]["Parameters"].items():
                if value.text is not None:
                    given.setdefault(file, {})[name] = parent.text(value)
            for name, output in _outputs(by_path[file]):
                key = f"{logical_id}.Outputs.{name}"
                given.setdefault(path, {})[key] = by_path[file].text(output["Value"])
    return given


def _outputs(view: StackView) -> Iterator[tuple[str, Node]]:
    for name, raw in section(view.template.raw, "Outputs").items():
        yield name, view.template.node(raw, ("Outputs", name))
