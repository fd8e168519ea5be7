"""The rules as a cdk-nag pack: they judge the synthesized templates, not the construct tree."""

from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

import aws_cdk as cdk
from cdk_nag import NagPack
from constructs import IConstruct

from secure_bedrock.rules import (
    RULES,
    Finding,
    Parameters,
    Profile,
    Report,
    Severity,
    Source,
    Status,
    check_all,
    load_template,
)
from secure_bedrock.rules._assembly import nested
from secure_bedrock.rules._granular import SingleFindings

_NAME = "BedrockSecurityChecks"
_RISING = tuple(reversed(Severity))


class BedrockSecurityChecks(NagPack):
    """Checks every template of an app for what makes Amazon Bedrock unsafe.

    Register it with ``Validations.of(app).add_plugins(BedrockSecurityChecks())``. A broken rule
    fails the synthesis; what is only known at deployment is a warning. Acknowledge a rule with
    ``Validations.of(construct).acknowledge(Acknowledgment(id="BedrockSecurityChecks::GRD06",
    reason=...))``, or one finding with ``BedrockSecurityChecks::GRD06[Properties.KmsKeyArn]``.

    Args:
        scope: Not used; other cdk-nag packs take it as first argument.
        profiles: Besides the baseline, which always runs: strict, residency, agentic.
        parameters: Thresholds and allow-lists. Default: ``Parameters()``.
        fail_on: Lowest severity that fails the synthesis; below it a finding is a warning.
            Default: low, so that only rules of severity info warn.

    Raises:
        ValueError: A profile or severity is unknown.

    Source: https://github.com/cdklabs/cdk-nag
    """

    def __init__(
        self,
        scope: IConstruct | None = None,
        *,
        profiles: Iterable[Profile | str] = (Profile.BASELINE,),
        parameters: Parameters | None = None,
        fail_on: Severity | str = Severity.LOW,
    ) -> None:
        super().__init__(scope)
        self._pack_name = _NAME
        self._profiles = _profiles(profiles)
        self._parameters = parameters or Parameters()
        self._fail_on = _severity(fail_on)

    @property
    def name(self) -> str:
        """The name that acknowledgements begin with."""
        return _NAME

    @property
    def version(self) -> str:
        """The version of this library."""
        return version("secure-bedrock")

    @property
    def rule_ids(self) -> list[str]:
        """The ids of all rules, whatever their profile."""
        return list(RULES)

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Judge every template, those of stages and nested stacks included."""
        violations: list[cdk.PolicyViolation] = []
        accepted: dict[str, str] = {}
        stacks = [_source(stack) for stack in context.stack_templates]
        sources = [each for stack in stacks for each in (stack, *nested(stack))]
        metadata = {source.path: stack for stack in stacks for source in (stack, *nested(stack))}
        reports = check_all(sources, profiles=self._profiles, parameters=self._parameters)
        for source, report in reports:
            names = SingleFindings(metadata[source.path].path, _NAME)
            violations += self._violations(source, report, names)
            accepted |= _accepted(source, report)
        return cdk.PolicyValidationPluginReport(
            success=not any(each.severity == "error" for each in violations),
            violations=violations,
            metadata=accepted or None,
        )

    def _check_resource(self, node: cdk.CfnResource) -> None:
        """Not called: ``validate`` reads the templates instead of walking the constructs."""

    def _violations(
        self, source: Source, report: Report, names: SingleFindings
    ) -> Iterator[cdk.PolicyViolation]:
        for finding in report.findings:
            where = cdk.PolicyViolatingResource(
                locations=[finding.location],
                resource_logical_id=finding.logical_id or None,
                template_path=str(source.path),
            )
            yield cdk.PolicyViolation(
                rule_name=names.name(finding),
                description=f"{finding.title} Here: {finding.message}",
                severity=self._severity(finding),
                fix=finding.fix,
                violating_resources=[where],
            )

    def _severity(self, finding: Finding) -> str:
        grave = _RISING.index(finding.severity) >= _RISING.index(self._fail_on)
        return "error" if grave and finding.status is Status.FAIL else "warning"


def _source(stack: cdk.PolicyValidationStack) -> Source:
    read = load_template(Path(stack.template_path), of_stack=True)
    return Source(
        path=read.path,
        template=read.template,
        line=read.line,
        region=stack.region,
        account=stack.account_id,
        construct_path=stack.stack_construct_path,
    )


def _accepted(source: Source, report: Report) -> dict[str, str]:
    """What the templates' own metadata acknowledges, for the report."""
    return {
        f"{f.rule_id} {source.construct_path}/{f.logical_id} {f.location}": f.acknowledged
        for f in report.acknowledged
    }


def _profiles(values: Iterable[Profile | str]) -> tuple[Profile, ...]:
    given = [values] if isinstance(values, str) else list(values)
    for value in given:
        if value not in set(Profile):
            raise ValueError(f"{_NAME}: unknown profile {value!r}: use {', '.join(Profile)}")
    return tuple(Profile(value) for value in given)


def _severity(value: Severity | str) -> Severity:
    if value not in set(Severity):
        raise ValueError(f"{_NAME}: unknown fail_on {value!r}: use {', '.join(Severity)}")
    return Severity(value)
