"""The text of a conformance pack."""

import json
from collections.abc import Iterator, Sequence

from secure_bedrock.monitoring.config_rules.declared import NAME_PREFIX, Declared
from secure_bedrock.monitoring.config_rules.managed import AwsRule
from secure_bedrock.monitoring.config_rules.policies import RUNTIME, GuardPolicy

_CHANGES = ("ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification")


def conformance_pack_template(rules: Sequence[Declared], *, partition: str = "aws") -> str:
    """The template of a conformance pack with these rules, in YAML.

    Args:
        rules: The rules, for example ``WatchedByConfig().declared()``.
        partition: Of the accounts that it is deployed to: policies of AWS have it in their ARN.
    """
    return "\n".join(
        ["Resources:", *(line for rule in rules for line in _resource(rule, partition))]
    )


def _resource(rule: Declared, partition: str) -> Iterator[str]:
    logical_id = "".join(part.title() for part in rule.name.split("-"))
    yield f"  {logical_id}:"
    yield "    Type: AWS::Config::ConfigRule"
    yield "    Properties:"
    yield f"      ConfigRuleName: {NAME_PREFIX}{rule.name}"
    yield f"      Description: {json.dumps(rule.description)}"
    yield from _managed(rule, partition) if isinstance(rule, AwsRule) else _custom(rule)


def _managed(rule: AwsRule, partition: str) -> Iterator[str]:
    if rule.inputs:
        yield "      InputParameters:"
        for name, value in rule.inputs.items():
            yield f"        {name}: {json.dumps(value.replace('{partition}', partition))}"
    yield "      Source:"
    yield "        Owner: AWS"
    yield f"        SourceIdentifier: {rule.identifier}"


def _custom(rule: GuardPolicy) -> Iterator[str]:
    yield "      Scope:"
    yield "        ComplianceResourceTypes:"
    yield f"          - {json.dumps(rule.resource_type)}"
    yield "      Source:"
    yield "        Owner: CUSTOM_POLICY"
    yield "        SourceDetails:"
    for kind in _CHANGES:
        yield "          - EventSource: aws.config"
        yield f"            MessageType: {kind}"
    yield "        CustomPolicyDetails:"
    yield f"          PolicyRuntime: {RUNTIME}"
    yield "          PolicyText: |"
    yield from (f"            {line}" for line in rule.text.splitlines())
