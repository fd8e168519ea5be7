"""Which models policies let be invoked."""

from secure_bedrock.rules._kit import (
    NO,
    Answer,
    Controls,
    Severity,
    Statement,
    StatementKind,
    Verdicts,
    all_of,
    any_of,
    covers_all,
    forbid,
    none_of,
    rule,
)
from secure_bedrock.rules.access._grants import granted

_SOURCE = "https://docs.aws.amazon.com/bedrock/latest/userguide/security_iam_id-based-policy-examples.html"
_INVOKE = (
    "bedrock:InvokeModel",
    "bedrock:InvokeModelWithResponseStream",
    "bedrock:CreateModelInvocationJob",
)
_KINDS = (
    ("bedrock", "foundation-model/"),
    ("bedrock", "inference-profile/"),
    ("bedrock-mantle", "project/"),
)
_MANTLE = "bedrock-mantle:CreateInference"


@rule(
    "IAM07",
    statement=StatementKind.IDENTITY,
    severity=Severity.HIGH,
    fix="List the ARNs of the models, inference profiles and projects that are needed.",
    source=_SOURCE,
    controls={"NIST 800-53 r5": Controls(("AC-6", "CM-7"), "stave")},
)
def invocation_is_scoped_to_models(statement: Statement) -> Verdicts:
    """Policies let only chosen models be invoked."""
    if statement.allows(*_INVOKE, _MANTLE) is NO:
        return
    runtime = granted(statement, *_INVOKE) & any_of(
        (_all_models(statement), _all_profiles(statement))
    )
    mantle = all_of(
        (
            granted(statement, _MANTLE),
            statement.on_all("bedrock-mantle", "project/"),
            ~_bounded(statement, "bedrock-mantle:Model"),
        )
    )
    yield from forbid(runtime | mantle, statement.resource_node(*_KINDS))


def _all_models(statement: Statement) -> Answer:
    through = _bounded(statement, "bedrock:InferenceProfileArn")
    return statement.on_all("bedrock", "foundation-model/") & ~through


def _all_profiles(statement: Statement) -> Answer:
    return statement.on_all("bedrock", "inference-profile/")


def _bounded(statement: Statement, key: str) -> Answer:
    """Whether a condition narrows the models, and not by a value that admits all of them."""
    return any_of(
        none_of(covers_all(value, "bedrock", "inference-profile/") for value in condition.values)
        for condition in statement.conditions(key)
        if condition.restricts
    )
