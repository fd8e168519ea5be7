"""What an assertion is about, whatever form it is given in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any, Protocol, cast, runtime_checkable

from secure_bedrock.findings.acknowledged import Reasons
from secure_bedrock.findings.assembly import ACKNOWLEDGED, ours
from secure_bedrock.findings.collect import collect
from secure_bedrock.rules import Source, load_assembly
from secure_bedrock.rules._assembly import nested


@runtime_checkable
class SynthesizedTemplate(Protocol):
    """What ``aws_cdk.assertions.Template`` is."""

    def to_json(self) -> Mapping[str, Any]:
        """The template as parsed from JSON."""


@runtime_checkable
class DeployableStack(Protocol):
    """What ``aws_cdk.Stack`` and ``aws_cdk.NestedStack`` are."""

    @property
    def template_file(self) -> str:
        """Name of the template in the cloud assembly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What to judge: all sources are read, findings of the judged ones count."""

    sources: Sequence[Source]
    judged: frozenset[Path]
    accepted: Reasons = field(default_factory=dict)


def subject_of(template: object) -> Subject:
    """The subject that somebody gave to an assertion.

    Raises:
        ValueError: It is no template and has none.
    """
    if isinstance(template, DeployableStack):
        return _of_stack(template)
    if isinstance(template, str | PathLike):
        found = collect([Path(template)])
        if found.problems:
            raise ValueError("; ".join(found.problems))
        return Subject(sources=found.sources, judged=_paths(found.sources))
    data = template
    if isinstance(template, SynthesizedTemplate):
        data = {"Resources": {}, **template.to_json()}
    if not isinstance(data, Mapping) or not isinstance(data.get("Resources"), dict):
        raise ValueError(  # noqa: TRY004 - one kind of refusal for everything that is no template
            f"{type(template).__name__} is no template: give a parsed template, a path, an"
            " aws_cdk.assertions.Template or a stack"
        )
    source = Source(path=Path("template"), template=data, line=lambda _: 0)
    return Subject(sources=[source], judged=_paths([source]))


def _of_stack(stack: DeployableStack) -> Subject:
    """The whole assembly, of which the stack and its nested stacks are judged."""
    from aws_cdk import Stage  # noqa: PLC0415 - imported already by who has a stack

    construct = cast("Any", stack)
    sources = load_assembly(cast("Stage", Stage.of(construct)).synth().directory)
    chosen = [source for source in sources if source.path.name == stack.template_file]
    judged = [*chosen, *(each for source in chosen for each in nested(source))]
    accepted: dict[str, dict[str, str]] = {}
    for scope in construct.node.scopes:
        for entry in scope.node.metadata:
            if entry.type == ACKNOWLEDGED:
                accepted.setdefault(scope.node.path, {}).update(ours(entry.data))
    return Subject(sources=sources, judged=_paths(judged), accepted=accepted)


def _paths(sources: Iterable[Source]) -> frozenset[Path]:
    return frozenset(source.path for source in sources)
