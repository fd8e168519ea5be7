"""Model invocation logging: prompts and answers of a whole account and Region."""

from secure_bedrock.rules._kit import (
    NO,
    YES,
    Controls,
    Fail,
    Parameters,
    Profile,
    Severity,
    StatementKind,
    Template,
    Verdicts,
    any_of,
    is_false,
    is_true,
    present,
    refers_to,
    require,
    rule,
    statements,
)
from secure_bedrock.rules.access._grants import granted
from secure_bedrock.rules.access._workloads import handlers
from secure_bedrock.rules.logging_and_audit._destinations import (
    configurations,
    groups_of,
    invocation_groups,
)
from secure_bedrock.rules.logging_and_audit._use import first_use

_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide"
_SOURCE = f"{_GUIDE}/model-invocation-logging.html"
_PUT = "bedrock:PutModelInvocationLoggingConfiguration"
_OTHER_DATA = ("image", "embedding", "video", "audio")


@rule(
    "LOG01",
    severity=Severity.INFO,
    profiles=(Profile.STRICT,),
    fix="Switch model invocation logging on, here or in the stack that looks after the account.",
    source=_SOURCE,
    controls={
        "AWS AI Security Framework": Controls(("AISF-AI-05",), "Prowler"),
        "C5": Controls(("OPS-15.01B",), "Prowler"),
        "CCC": Controls(("GenAI.CN05.AR01",), "Prowler"),
        "CIS Controls 8.1": Controls(("8.2",), "Prowler"),
        "ISO 27001:2022": Controls(("A.8.15",), "Prowler"),
        "KISA ISMS-P": Controls(("2.9.4",), "Prowler"),
        "NIS2": Controls(("3.2.3.c",), "Prowler"),
        "SOC 2": Controls(("cc_a_1_1",), "Prowler"),
    },
)
def invocations_are_logged(template: Template) -> Verdicts:
    """A template that audits the use of models also logs what is said to them.

    Invocation logging exists once for each account and Region, so it belongs where a trail is made,
    not into every application. It does not cover ``bedrock-mantle``.
    """
    trails = template.of_type("AWS::CloudTrail::Trail")
    use = first_use(template)
    if trails and use is not None and not configurations(template) and not _by_handler(template):
        yield Fail(use, "models are used here, but nothing switches invocation logging on")


def _by_handler(template: Template) -> bool:
    """Whether the function behind a custom resource may switch invocation logging on."""
    return any(
        granted(each, _PUT) is not NO and any(name in handlers(template) for name in each.holders)
        for each in statements(template, StatementKind.IDENTITY)
    )


@rule(
    "LOG02",
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Switch delivery on for every kind of data, or leave the text out by parameter log_text.",
    source=_SOURCE,
    controls={
        "NIST 800-53 r5": Controls(("AU-3",), "stave"),
        "OWASP LLM Top 10": Controls(("LLM02",), "stave"),
    },
    parameters=("log_text",),
)
def logs_are_complete(template: Template, parameters: Parameters) -> Verdicts:
    """Invocation logs contain every kind of data, or no text when ``log_text`` is false."""
    for configuration in configurations(template):
        text = configuration["textDataDeliveryEnabled"]
        if not parameters.log_text:
            yield from require(is_false(text), text)
            continue
        for node in (text, *(configuration[f"{kind}DataDeliveryEnabled"] for kind in _OTHER_DATA)):
            yield from require(is_true(node, missing=YES), node)


@rule(
    "LOG10",
    severity=Severity.INFO,
    profiles=(Profile.STRICT,),
    fix="Add a metric filter, a subscription filter or a data protection policy.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html",
)
def invocation_logs_are_watched(template: Template) -> Verdicts:
    """Something looks at the log group of model invocations and counts or forwards what it finds.

    A data protection policy counts: it publishes how many events had personal data.
    """
    filters = template.of_type("AWS::Logs::MetricFilter", "AWS::Logs::SubscriptionFilter")
    for group in invocation_groups(template):
        names = [each["LogGroupName"] for each in filters]
        named = any(group.logical_id == each.logical_id for n in names for each in groups_of(n))
        if not named:
            watched = any_of(refers_to(each, group) for each in names)
            watched |= present(group["DataProtectionPolicy"])
            yield from require(watched, group, "no filter of the template looks at this log group")
