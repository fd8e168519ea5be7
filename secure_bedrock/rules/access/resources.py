"""Which resources policies reach."""

from secure_bedrock.catalog.service_authorization import action as known_action
from secure_bedrock.rules._kit import (
    BEDROCK_PREFIXES,
    NO,
    YES,
    Answer,
    Fail,
    Node,
    Parameters,
    Profile,
    Severity,
    Statement,
    StatementKind,
    Unknown,
    Verdicts,
    any_of,
    rule,
)
from secure_bedrock.rules.access._grants import narrows, on_everything, open_action

_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide"
_REFERENCE = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html"
)
_LOOKS = ("Get", "List", "Describe", "BatchGet")
# Their resource types are optional extras; what they create has no ARN yet.
_CREATES = ("bedrock:CreateDataAutomationProject", "bedrock:CreateGuardrail")
_NARROWED_BY = {
    "bedrock:InvokeModel": "bedrock:InferenceProfileArn",
    "bedrock:InvokeModelWithResponseStream": "bedrock:InferenceProfileArn",
    "bedrock-mantle:CreateInference": "bedrock-mantle:Model",
    "bedrock-mantle:CountTokens": "bedrock-mantle:Model",
}


@rule(
    "IAM06",
    statement=StatementKind.IDENTITY,
    severity=Severity.HIGH,
    fix="List the ARNs of the resources that are needed.",
    source=_REFERENCE,
)
def every_resource_only_where_it_has_to_be(statement: Statement) -> Verdicts:
    """``Resource: "*"`` stands only with actions that take no other resource, or that only look.

    Which these are is in AWS's Service Authorization Reference. A condition on resource tags, on
    the inference profile or on the model counts as naming resources.
    """
    if statement.allow is NO or not _may_name_bedrock(statement):
        return
    for node in statement.resources:
        wide = any_of(on_everything(node, prefix) for prefix in BEDROCK_PREFIXES)
        if wide is not NO:
            yield from _judge(statement, node, wide & statement.allow)


def _judge(statement: Statement, node: Node, wide: Answer) -> Verdicts:
    found = sorted(
        name
        for name in statement.named_actions()
        if takes_resource(name)
        and on_everything(node, name.partition(":")[0]) is not NO
        and not _is_narrowed(statement, name)
    )
    if found:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        message = f"{found[0]}{more} can be limited to resources, but is allowed on {node.shown}"
        yield Fail(node, message) if wide is YES else Unknown(node)
    elif open_action(statement) is not None:
        yield Unknown(open_action(statement) or node)


def _may_name_bedrock(statement: Statement) -> bool:
    return any(statement.may_name(prefix) for prefix in BEDROCK_PREFIXES)


def takes_resource(name: str) -> bool:
    """Whether an action can be limited to resources and does more than look at a configuration."""
    action = known_action(name)
    if action is None or not action.resource_types or name in _CREATES:
        return False
    looks = name.partition(":")[2].startswith(_LOOKS) and action.access_level in ("Read", "List")
    return not looks


def _is_narrowed(statement: Statement, name: str) -> bool:
    wanted = _NARROWED_BY.get(name, "").lower()
    return any(
        narrows(each) is not NO
        for each in statement.conditions()
        if each.key.lower() == wanted or each.key.lower().startswith("aws:resourcetag/")
    )


@rule(
    "IAM09",
    statement=StatementKind.IDENTITY,
    severity=Severity.INFO,
    profiles=(Profile.STRICT,),
    fix="Add a condition on aws:ResourceTag with a required tag.",
    source=f"{_GUIDE}/security_iam_id-based-policy-examples-br-studio.html",
    parameters=("required_tags",),
)
def many_resources_are_chosen_by_tag(statement: Statement, parameters: Parameters) -> Verdicts:
    """Access to many Bedrock resources at once is limited by their tags.

    Only where tags are required (parameter ``required_tags``) and the actions look at them.
    """
    if not parameters.required_tags or statement.allow is NO:
        return
    tagged = any(_looks_at_tags(name) for name in statement.named_actions())
    keys = [f"aws:ResourceTag/{tag}" for tag in parameters.required_tags]
    bound = any_of(narrows(each) for each in statement.conditions(*keys))
    for node in statement.resources if tagged and bound is not YES else ():
        if node.unknown:
            yield Unknown(node)
        elif "*" in node.shape and "::foundation-model/" not in node.shape:
            yield Fail(node)


def _looks_at_tags(name: str) -> bool:
    action = known_action(name)
    keys = action.condition_keys if action else frozenset[str]()
    return any(key.startswith("aws:ResourceTag/") for key in keys)
