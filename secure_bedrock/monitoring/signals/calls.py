"""The function behind signals that take more than one call to see."""

from collections.abc import Collection, Mapping
from typing import Any

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.catalog.security_behaviours import BEHAVIOURS, calls_pattern
from secure_bedrock.catalog.security_signals import Signal
from secure_bedrock.monitoring.response.event_function import EventFunction
from secure_bedrock.monitoring.signals.options import CallSignals, Responds


def watch_calls(
    scope: Construct,
    *,
    options: CallSignals,
    topic: sns.ITopic,
    encryption_key: kms.IKey,
    response: Responds | None,
    without: Collection[Signal],
    removal_policy: RemovalPolicy,
) -> EventFunction:
    """The function, the rule that feeds it, and its settings."""
    watching = EventFunction(
        scope,
        "Calls",
        module="signal_calls",
        description="Tells of first uses, bursts and patterns of theft in calls of Amazon Bedrock",
        statements=_asking(response),
        ledger_actions=["dynamodb:GetItem", "dynamodb:UpdateItem"],
        encryption_key=encryption_key,
        topic=topic,
        removal_policy=removal_policy,
    )
    break_glass = [role.role_arn for role in options.break_glass]
    watching.configure(_settings(options, topic, break_glass, response, without))
    text = "Recorded calls of Amazon Bedrock, those that only read as well"
    watching.on("Every", text, calls_pattern(break_glass), reading=True)
    return watching


def _asking(response: Responds | None) -> list[iam.PolicyStatement]:
    """Ask the response for a quarantine."""
    if response is None:
        return []
    return [
        iam.PolicyStatement(
            sid="AskForQuarantine",
            actions=["lambda:InvokeFunction"],
            resources=[response.function_arn],
        )
    ]


def _settings(
    options: CallSignals,
    topic: sns.ITopic,
    break_glass: list[str],
    response: Responds | None,
    without: Collection[Signal],
) -> Mapping[str, Any]:
    return {
        "topic": topic.topic_arn,
        "learning_days": options.learning_days,
        "at_least": {
            str(Signal.DENIED_CALLS): options.denied_calls,
            str(Signal.MANY_MODELS): options.models,
        },
        "break_glass": break_glass,
        "signals": {
            str(signal): {
                "severity": str(each.severity),
                "summary": each.summary,
                "runbook": each.runbook,
            }
            for signal, each in BEHAVIOURS.items()
            if signal not in without
        },
        "respond": response.function_arn if response else "",
        "respond_to": [str(each) for each in options.quarantine_on] if response else [],
    }
