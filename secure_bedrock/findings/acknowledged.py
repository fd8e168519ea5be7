"""Acknowledgements that a CDK app gives in the CDK's own way, read from its cloud assembly.

    Validations.of(construct).acknowledge(
        Acknowledgment(id="BedrockSecurityChecks::GRD06", reason="...")
    )

The CDK writes those of stacks and what is in them beside the templates. Those on the app or on a
stage it does not write.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from secure_bedrock.findings.assembly import Assembly
from secure_bedrock.rules import Finding, Report, Source
from secure_bedrock.rules._acknowledge import within

Reasons = Mapping[str, Mapping[str, str]]


def acknowledge(source: Source, report: Report, assembly: Assembly, more: Reasons) -> Report:
    """The report, with what the app acknowledges moved to where it belongs.

    Args:
        source: The template.
        report: Its findings.
        assembly: The assembly that the template is in.
        more: Construct path to id to reason; what the assembly does not say.
    """
    reasons = [*more.items(), *assembly.reasons.items()]
    if not reasons:
        return report
    judged = [
        replace(each, acknowledged=_reason(each, assembly.construct_path(source, each), reasons))
        for each in report.findings
    ]
    return Report(
        findings=tuple(each for each in judged if not each.acknowledged),
        acknowledged=(*report.acknowledged, *(each for each in judged if each.acknowledged)),
    )


def _reason(finding: Finding, path: str, reasons: Iterable[tuple[str, Mapping[str, str]]]) -> str:
    for scope, accepted in reasons:
        if scope and path != scope and not path.startswith(f"{scope}/"):
            continue
        for id, reason in accepted.items():
            rule_id, _, location = id.partition("[")
            if rule_id == finding.rule_id and within(finding.location, location.removesuffix("]")):
                return reason
    return ""
