"""The functions that most users need."""

from collections.abc import Iterable, Mapping
from typing import Any

from secure_bedrock.rules._engine import evaluate
from secure_bedrock.rules._finding import Finding
from secure_bedrock.rules._parameters import Parameters
from secure_bedrock.rules._rule import Profile


def check(
    template: Mapping[str, Any],
    *,
    profiles: Iterable[Profile | str] = (Profile.BASELINE,),
    parameters: Parameters | None = None,
    region: str | None = None,
    account: str | None = None,
) -> list[Finding]:
    """The open findings of a template, sorted; ``evaluate`` also gives the acknowledged ones.

    Args:
        template: A CloudFormation template as parsed from JSON; intrinsics in their long form.
        profiles: Besides the baseline, which always runs: strict, residency, agentic.
        parameters: Thresholds and allow-lists. Default: ``Parameters()``.
        region: Region it is deployed to. Default: unknown.
        account: Account it is deployed to. Default: unknown.

    Raises:
        ValueError: The template is not an object with a Resources object, or a profile is unknown.
    """
    report = evaluate(
        template, profiles=profiles, parameters=parameters, region=region, account=account
    )
    return list(report.findings)
