"""Assertions for the tests of those who write templates."""

import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from os import PathLike
from typing import Any, TypeVar

from secure_bedrock.findings.located import State
from secure_bedrock.findings.result import OnUnknown, Policy, Result, assemble
from secure_bedrock.rules import Parameters, Profile, Severity, Status, check_all
from secure_bedrock.rules._engine import select
from secure_bedrock.testing._subject import DeployableStack, SynthesizedTemplate, subject_of

__all__ = ["UnknownUntilDeploymentWarning", "assert_secure"]


class UnknownUntilDeploymentWarning(UserWarning):
    """Whether rules are kept depends on values that are only known at deployment."""


def assert_secure(
    template: Mapping[str, Any] | str | PathLike[str] | SynthesizedTemplate | DeployableStack,
    *,
    profile: Profile | str | Iterable[Profile | str] = Profile.BASELINE,
    parameters: Parameters | None = None,
    fail_on: Severity | str = Severity.LOW,
    unknown: OnUnknown | str = OnUnknown.REPORT,
    region: str | None = None,
    account: str | None = None,
) -> None:
    """Fail the test if a template breaks a rule; the message lists what, where and how to mend it.

    Args:
        template: A parsed template, the path of a template, folder or cloud assembly, an
            ``aws_cdk.assertions.Template``, or a stack. A stack is synthesized with its app, so
            that what it takes from other stacks is known; its nested stacks are judged too.
        profile: One or several of strict, residency and agentic. The baseline always runs.
        parameters: Thresholds and allow-lists. Default: ``Parameters()``.
        fail_on: Lowest severity that fails. Default: low.
        unknown: Findings that only deployment can decide: ``report`` them as a warning (default),
            ``fail``, or warn with their number only (``count``).
        region: Where it is deployed. Default: what an assembly says, otherwise unknown.
        account: Account it is deployed to. Default: likewise.

    Raises:
        AssertionError: The template breaks a rule.
        ValueError: It is no template, or a profile or a severity is unknown.
    """
    profiles = [profile] if isinstance(profile, str) else list(profile)
    policy = Policy(fail_on=_one_of(Severity, fail_on), unknown=_one_of(OnUnknown, unknown))
    subject = subject_of(template)
    place = {"region": region, "account": account}
    known = {name: value for name, value in place.items() if value}
    sources = [replace(source, **known) for source in subject.sources]  # type: ignore[arg-type]
    reports = check_all(sources, profiles=profiles, parameters=parameters)
    result = assemble(
        [(source, report) for source, report in reports if source.path in subject.judged],
        rules=select(profiles),
        policy=policy,
        accepted=subject.accepted,
    )
    if result.failed:
        raise AssertionError("\n".join(_lines(result)))
    _warn(result)


def _lines(result: Result) -> Iterator[str]:
    """The message: a heading, then each failing finding with place, problem and fix."""
    failing = [each for each in result.found if each.fails]
    yield f"{len(failing)} findings"
    for each in failing:
        finding = each.finding
        unknown = " unknown until deployment" if finding.status is Status.UNKNOWN else ""
        place = " ".join(
            filter(None, (each.construct_path or finding.logical_id, finding.location))
        )
        file = f"{each.file}:{each.line}: " if each.line else ""
        yield f"  {finding.rule_id} {finding.severity}{unknown}: {file}{place}"
        yield f"    {finding.message}"
        yield f"    Fix: {finding.fix}"


def _warn(result: Result) -> None:
    """Say what only deployment can decide, so that it does not pass unseen."""
    number = result.count(Status.UNKNOWN)
    listed = [
        f"{each.finding.rule_id} {each.finding.logical_id} {each.finding.location}"
        for each in result.listed
        if each.finding.status is Status.UNKNOWN and each.state is State.OPEN
    ]
    if number:
        text = "; ".join([f"{number} findings are unknown until deployment", *listed])
        warnings.warn(text, UnknownUntilDeploymentWarning, stacklevel=3)


_Choice = TypeVar("_Choice", bound=StrEnum)


def _one_of(kind: type[_Choice], value: str) -> _Choice:
    if value not in set(kind):
        raise ValueError(f"{value!r} is none of {', '.join(kind)}")
    return kind(value)
