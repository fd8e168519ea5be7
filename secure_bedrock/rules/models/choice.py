"""Which models are used."""

from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    YES,
    Answer,
    Node,
    Parameters,
    Severity,
    Statement,
    Template,
    Verdicts,
    covers_all,
    forbid,
    require,
    rule,
)
from secure_bedrock.rules.models._jobs import USER_GUIDE
from secure_bedrock.rules.models._named import (
    INVOKE,
    MANTLE,
    invoking,
    is_model,
    is_routed,
    named_models,
)

_LIFECYCLE = f"{USER_GUIDE}/model-lifecycle.html"


@rule(
    "MDL08",
    severity=Severity.MEDIUM,
    fix="Change to a model that AWS lists as active.",
    source=_LIFECYCLE,
    parameters=("legacy_models",),
)
def no_legacy_models(template: Template, parameters: Parameters) -> Verdicts:
    """No model that is about to be retired is used (parameter ``legacy_models``)."""
    if parameters.legacy_models:
        for node in named_models(template):
            yield from forbid(is_model(node, *parameters.legacy_models), node)
        for statement in invoking(template):
            for node in statement.resources:
                if is_model(node, *parameters.legacy_models) is YES:
                    yield from forbid(statement.allow, node)


@rule(
    "MDL09",
    severity=Severity.MEDIUM,
    fix="Use an approved model, or add this one to allowed_models.",
    source=f"{USER_GUIDE}/model-access.html",
    parameters=("allowed_models",),
)
def only_approved_models(template: Template, parameters: Parameters) -> Verdicts:
    """Only approved models are used and may be invoked (parameter ``allowed_models``).

    Prompt routers and application inference profiles count with the models they are made from.
    """
    allowed = parameters.allowed_models
    if allowed:
        for node in named_models(template):
            known = is_model(node, *allowed)
            yield from require(known | (is_routed(node) & UNKNOWN), node)
        for statement in invoking(template):
            yield from _within(statement, allowed)


def _within(statement: Statement, allowed: tuple[str, ...]) -> Verdicts:
    if statement.not_resources:
        yield from forbid(statement.allow, statement.node["NotResource"])
    if statement.allows(*INVOKE) is not NO:
        for node in statement.resources:
            concerned = statement.allow & _is_about_models(node)
            yield from require(~concerned | is_model(node, *allowed), node)
    if statement.allows(MANTLE) is not NO:
        models = [
            value
            for each in statement.conditions("bedrock-mantle:Model")
            if each.restricts
            for value in each.values
        ]
        for node in models:
            yield from require(~statement.allow | is_model(node, *allowed), node)
        if not models:
            message = "no condition on bedrock-mantle:Model narrows the models"
            yield from forbid(statement.allows(MANTLE), statement.action_node(MANTLE), message)


def _is_about_models(node: Node) -> Answer:
    """Whether a Resource entry covers models that its own text does not leave to another ARN."""
    if node.unknown:
        return UNKNOWN
    own = ("foundation-model/", ":inference-profile/", "custom-model", "imported-", "provisioned-")
    named = any(each in node.shape for each in own)
    return YES if named else covers_all(node, "bedrock", "foundation-model/")
