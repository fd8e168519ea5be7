"""Applying the rules to a template."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from secure_bedrock.rules._acknowledge import Acknowledgement, apply, read
from secure_bedrock.rules._finding import Finding, Report, Status, dotted
from secure_bedrock.rules._node import Node
from secure_bedrock.rules._parameters import Parameters
from secure_bedrock.rules._registry import load_rules
from secure_bedrock.rules._rule import KEPT, Fail, Located, Profile, Rule, Unknown, Verdict
from secure_bedrock.rules._statement import Statement
from secure_bedrock.rules._statements import statements
from secure_bedrock.rules._template import Resource, Template
from secure_bedrock.rules._worlds import section, worlds

Subject = Resource | Statement | Template
Witness = Callable[[Rule, Subject, Sequence[Located]], None]
"""Called for a rule and what it was applied to, with every place where the rule is kept."""
INTERNAL = "the rule itself failed"


def evaluate(
    template: Mapping[str, Any],
    *,
    profiles: Iterable[Profile | str] = (Profile.BASELINE,),
    parameters: Parameters | None = None,
    region: str | None = None,
    account: str | None = None,
    imports: Mapping[str, Node] | None = None,
    arguments: Mapping[str, Node] | None = None,
    rules: Iterable[Rule] | None = None,
    witness: Witness | None = None,
) -> Report:
    """Judge a template with every rule of some profiles.

    Args:
        template: A CloudFormation template as parsed from JSON; intrinsics in their long form.
        profiles: Besides the baseline, which always runs: strict, residency, agentic.
        parameters: Thresholds and allow-lists. Default: ``Parameters()``.
        region: Region it is deployed to. Default: unknown.
        account: Account it is deployed to. Default: unknown.
        imports: Values of exports of other templates, by name. Default: imports are unknown.
        arguments: Parameter values that a parent stack passes, and ``Nested.Outputs.Name`` of
            nested stacks. Default: the parameters' defaults; outputs are unknown.
        rules: The rules to apply, whatever their profile. Default: those of the profiles.
        witness: Told where rules are kept. Default: nobody is.

    Raises:
        ValueError: The template is not an object with a Resources object, or a profile is unknown.
    """
    _refuse_what_is_no_template(template)
    chosen = list(rules) if rules is not None else select(profiles)
    given = {name: node.literal for name, node in (arguments or {}).items() if node.literal}
    given |= {"AWS::Region": region} if region else {}
    given |= {"AWS::AccountId": account} if account else {}
    found: dict[Finding, None] = {}
    accepted: list[Acknowledgement] = []
    with _no_garbage_collection():
        for world in worlds(template, given):
            view = Template(
                template,
                world=world,
                region=region,
                account=account,
                imports=imports,
                arguments=arguments,
            )
            accepted += read(view, load_rules())[0]
            found.update(
                dict.fromkeys(_findings(view, chosen, parameters or Parameters(), witness))
            )
    return _report(list(found), accepted)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """What is read of a template is kept until the end, so looking for garbage would find none.

    In the process of a CDK app it would also look through everything that the CDK has loaded.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _refuse_what_is_no_template(template: object) -> None:
    resources = template.get("Resources") if isinstance(template, Mapping) else None
    if not isinstance(resources, dict):
        raise ValueError(  # noqa: TRY004 - one kind of refusal for every bad template
            "not a CloudFormation template: it has no Resources object"
        )


def select(profiles: Iterable[Profile | str]) -> list[Rule]:
    """The rules of some profiles and of the baseline, in the order of their ids.

    Raises:
        ValueError: A profile is unknown; the message lists those that exist.
    """
    names = [profiles] if isinstance(profiles, str) else list(profiles)
    unknown = [name for name in names if name not in set(Profile)]
    if unknown:
        raise ValueError(f"unknown profile {unknown[0]!r}: use {', '.join(Profile)}")
    wanted = {Profile.BASELINE, *map(Profile, names)}
    return [rule for rule in load_rules().values() if rule.profiles & wanted]


def _findings(
    view: Template, rules: list[Rule], parameters: Parameters, witness: Witness | None
) -> Iterator[Finding]:
    for rule in rules:
        for subject in _subjects(rule, view):
            if witness is None:
                found = _judge(rule, subject, view, parameters)
            else:
                found = _witnessed(rule, subject, view, parameters, witness)
            if found:
                yield from found


def _witnessed(
    rule: Rule, subject: Subject, view: Template, parameters: Parameters, witness: Witness
) -> list[Finding]:
    kept: list[Located] = []
    before = KEPT.set(kept)
    try:
        found = _judge(rule, subject, view, parameters)
    finally:
        KEPT.reset(before)
    if not any(each.message.startswith(INTERNAL) for each in found):
        witness(rule, subject, kept)
    return found


def _subjects(rule: Rule, view: Template) -> Iterable[Subject]:
    if rule.resources:
        return view.of_type(*rule.resources)
    return statements(view, *rule.statements) if rule.statements else (view,)


def _judge(rule: Rule, subject: Subject, view: Template, parameters: Parameters) -> list[Finding]:
    found: list[Finding] = []
    try:
        for verdict in rule.verdicts(subject, parameters):
            found.append(_finding(rule, verdict, view))  # noqa: PERF401 - kept if the rule fails
    except Exception as error:  # noqa: BLE001 - one broken rule must not hide what the others find
        at = view.node(view.raw.get("Resources"), ("Resources",))
        place = at if isinstance(subject, Template) else subject
        message = f"{INTERNAL}: {type(error).__name__}: {error}"
        found.append(_finding(rule, Unknown(place, message), view))
    return found


def _finding(rule: Rule, verdict: Verdict, view: Template) -> Finding:
    path = verdict.at.path
    logical_id = str(path[1]) if len(path) > 1 and path[0] == "Resources" else ""
    raw = section(view.raw, "Resources").get(logical_id)
    kind = raw.get("Type") if isinstance(raw, dict) else ""
    inner = dotted(path[2:] if logical_id else path)
    return Finding(
        rule_id=rule.id,
        status=Status.FAIL if isinstance(verdict, Fail) else Status.UNKNOWN,
        severity=rule.severity,
        title=rule.title,
        message=verdict.message or f"{inner or logical_id} is {verdict.at.shown}",
        fix=rule.fix,
        logical_id=logical_id,
        resource_type=kind if isinstance(kind, str) else "",
        path=path,
        value=verdict.at.shown,
    )


def _report(found: list[Finding], accepted: list[Acknowledgement]) -> Report:
    """Sort, and let a certain failure stand for an uncertain one at the same place."""
    failed = {(f.rule_id, f.path) for f in found if f.status is Status.FAIL}
    certain = [
        apply(finding, accepted)
        for finding in sorted(found, key=lambda finding: finding.order)
        if finding.status is Status.FAIL or (finding.rule_id, finding.path) not in failed
    ]
    return Report(
        findings=tuple(f for f in certain if not f.acknowledged),
        acknowledged=tuple(f for f in certain if f.acknowledged),
    )
