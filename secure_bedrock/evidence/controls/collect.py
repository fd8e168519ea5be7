"""Collecting everything that a report is made of."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from secure_bedrock.evidence.controls.kept import Kept
from secure_bedrock.evidence.controls.mapping import (
    MappedControl,
    MappedFramework,
    digest,
    framework_ids,
    load_framework,
)
from secure_bedrock.evidence.controls.model import (
    Control,
    Evidence,
    Framework,
    Input,
    Proof,
    RuleFinding,
    Status,
    TemplateResource,
)
from secure_bedrock.evidence.controls.proofs import Places, not_checked, proofs_of, rule_finding
from secure_bedrock.findings.collect import collect
from secure_bedrock.findings.located import State, shown
from secure_bedrock.findings.result import Policy, assemble
from secure_bedrock.rules import Parameters, Profile, Rule, Source, check_all
from secure_bedrock.rules._engine import select
from secure_bedrock.rules._registry import load_rules

_WEIGHT = (Status.OPEN, Status.UNKNOWN, Status.SHOWN, Status.NOT_CHECKED, Status.ABSENT)
_EPOCH = "SOURCE_DATE_EPOCH"
Proofs = Mapping[str, tuple[Proof, ...]]


def collect_evidence(
    paths: Iterable[Path],
    *,
    profiles: Iterable[Profile | str] = tuple(Profile),
    frameworks: Iterable[str] | None = None,
    parameters: Parameters | None = None,
    region: str | None = None,
    account: str | None = None,
) -> Evidence:
    """Judge templates and say of every control what they show.

    Args:
        paths: Templates, folders of them, cloud assemblies. They are taken to be deployed together.
        profiles: Besides the baseline, which always runs. Default: all, so that no rule is left
            out that says something about a control.
        frameworks: Ids such as ``nist-800-53``. Default: all.
        parameters: Thresholds and allow-lists. Default: ``Parameters()``.
        region: Region of templates that name none. Default: it stays unknown.
        account: Account of templates that name none. Default: it stays unknown.

    Raises:
        ValueError: Something could not be read, as a report would then leave it out in silence; or
            a profile or framework is unknown.
    """
    chosen = [load_framework(id) for id in dict.fromkeys(frameworks or framework_ids())]
    names = sorted({Profile.BASELINE, *profiles}, key=str)
    rules = {rule.id: rule for rule in select(names)}
    sources = [
        replace(each, region=each.region or region, account=each.account or account)
        for each in _sources(paths)
    ]
    kept = Kept(parameters or Parameters())
    reports = check_all(sources, profiles=names, parameters=parameters, witness=kept.witness)
    found = assemble(reports, rules=rules.values(), policy=Policy()).found
    accepted = [rule_finding(each) for each in found if each.state is not State.OPEN]
    findings = [rule_finding(each) for each in found if each.state is State.OPEN]
    places = Places(sources)
    proofs = dict(_proofs((*findings, *accepted), rules, kept, places))
    return Evidence(
        generated_at=_now(),
        tool_version=version("secure-bedrock"),
        rules_version=digest(rules),
        profiles=tuple(map(str, names)),
        inputs=tuple(_input(source) for source in sources),
        frameworks=tuple(_framework(each, proofs) for each in chosen),
        findings=tuple(findings),
        acknowledgements=tuple(accepted),
        resources=tuple(_resources(sources, places)),
        sources=tuple(sources),
    )


def _proofs(
    found: Iterable[RuleFinding], applied: Mapping[str, Rule], kept: Kept, places: Places
) -> Iterator[tuple[str, tuple[Proof, ...]]]:
    by_rule: dict[str, list[RuleFinding]] = {}
    for each in found:
        by_rule.setdefault(each.rule_id, []).append(each)
    for id, rule in load_rules().items():
        said = proofs_of(rule, by_rule.get(id, ()), kept, places) if id in applied else None
        yield id, said or not_checked(rule)


def _sources(paths: Iterable[Path]) -> list[Source]:
    found = collect(paths)
    if found.problems:
        raise ValueError(found.problems[0])
    if not found.sources:
        raise ValueError("nothing to report on: name a template, a folder or a cloud assembly")
    return found.sources


def _framework(mapped: MappedFramework, proofs: Proofs) -> Framework:
    return Framework(
        id=mapped.id,
        name=mapped.name,
        version=mapped.version,
        publisher=mapped.publisher,
        source_url=mapped.source_url,
        note=mapped.note,
        controls=tuple(_control(mapped.id, each, proofs) for each in mapped.controls),
    )


def _control(framework: str, mapped: MappedControl, proofs: Proofs) -> Control:
    said = tuple(proof for rule in mapped.rules for proof in proofs[rule])
    return Control(
        framework=framework,
        id=mapped.id,
        title=mapped.title,
        status=weightiest(said),
        proofs=said,
        mapping_source=mapped.source,
        note=mapped.note,
        baselines=mapped.baselines,
    )


def weightiest(proofs: Sequence[Proof]) -> Status:
    """The status of a control: one finding outweighs everything that is shown."""
    statuses = {proof.status for proof in proofs}
    return next((each for each in _WEIGHT if each in statuses), Status.CUSTOMER)


def _input(source: Source) -> Input:
    return Input(
        path=shown(source.path),
        sha256=sha256(source.path.read_bytes()).hexdigest(),
        stack=source.construct_path,
        region=source.region,
        account=source.account,
    )


def _resources(sources: Iterable[Source], places: Places) -> Iterator[TemplateResource]:
    for source in sources:
        for logical_id, resource in source.template["Resources"].items():
            if isinstance(resource, dict):
                definition = {key: value for key, value in resource.items() if key != "Metadata"}
                text = json.dumps(definition, sort_keys=True, default=str)
                place = places.of(source, ("Resources", str(logical_id)))
                yield TemplateResource(place=place, digest=sha256(text.encode()).hexdigest())


def _now() -> str:
    given = os.environ.get(_EPOCH)
    try:
        moment = datetime.fromtimestamp(int(given), UTC) if given else datetime.now(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(f"{_EPOCH} is {given!r}: give seconds since 1970") from error
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
