"""What CloudTrail records of Bedrock."""

from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    YES,
    Answer,
    Controls,
    Node,
    Profile,
    Resource,
    Severity,
    StatementKind,
    Template,
    Verdicts,
    all_of,
    any_in,
    any_of,
    equals,
    is_false,
    is_true,
    matches,
    require,
    rule,
    statements,
)
from secure_bedrock.rules.access._grants import granted
from secure_bedrock.rules.logging_and_audit._use import first_use

_TRAIL = "AWS::CloudTrail::Trail"
_SOURCE = "https://docs.aws.amazon.com/bedrock/latest/userguide/logging-using-cloudtrail.html"
_EVENT_SOURCE = "bedrock.amazonaws.com"
_CONTROLS = {
    "DORA": Controls(("Art17",), "Prowler"),
    "FFIEC CAT": Controls(("d2-ma-ma-b-2",), "Prowler"),
    "FedRAMP": Controls(("au-2-a-d", "au-12-a-c"), "Prowler"),
    "HIPAA": Controls(("164_308_a_1_ii_d", "164_312_b"), "Prowler"),
    "ISO 27001:2022": Controls(("A.8.15",), "Prowler"),
    "NIST 800-53 r5": Controls(("au_2_b", "au_12_a", "au_12_c"), "Prowler"),
    "SOC 2": Controls(("cc_7_2",), "Prowler"),
}
# Resource type in a template to the type in a data event selector, where they differ.
_RECORDED_AS = {
    "AWS::Bedrock::Agent": "AWS::Bedrock::AgentAlias",
    "AWS::Bedrock::Flow": "AWS::Bedrock::FlowAlias",
    "AWS::Bedrock::Prompt": "AWS::Bedrock::PromptVersion",
    "AWS::BedrockMantle::Project": "AWS::BedrockMantle::Project",
} | {
    each: each
    for each in (
        "AWS::Bedrock::Guardrail",
        "AWS::Bedrock::KnowledgeBase",
        "AWS::BedrockAgentCore::BrowserCustom",
        "AWS::BedrockAgentCore::CodeInterpreterCustom",
        "AWS::BedrockAgentCore::Gateway",
        "AWS::BedrockAgentCore::Memory",
        "AWS::BedrockAgentCore::Runtime",
        "AWS::BedrockAgentCore::WorkloadIdentity",
    )
}
# Action to what is recorded of it; not all of these are types in templates.
_RECORDED_ACTIONS = {
    "bedrock-mantle:CreateInference": "BedrockMantle::Project",
    "bedrock-websearch:InvokeFetch": "BedrockWebSearch::Tool",
    "bedrock-websearch:InvokeSearch": "BedrockWebSearch::Tool",
    "bedrock:InvokeInlineAgent": "Bedrock::InlineAgent",
}


@rule(
    "LOG07",
    severity=Severity.MEDIUM,
    fix="Record management events, reads included: InvokeModel counts as one.",
    source=_SOURCE,
    controls=_CONTROLS,
)
def invocations_reach_the_trail(template: Template) -> Verdicts:
    """Where models are used and a trail is made, a trail records invocations.

    InvokeModel and Converse are management events that only read: a trail for data events or for
    writes does not have them.
    """
    trails = template.of_type(_TRAIL)
    if trails and first_use(template) is not None:
        recorded = any_of(_records_invocations(each) for each in trails)
        yield from require(recorded, _selectors(trails[0]), "no trail records invocations")


def _selectors(trail: Resource) -> Node:
    advanced = trail["AdvancedEventSelectors"]
    return trail["EventSelectors"] if advanced.missing else advanced


def _records_invocations(trail: Resource) -> Answer:
    advanced, basic = [*trail["AdvancedEventSelectors"]], [*trail["EventSelectors"]]
    selected = any_of(_selects_invocations(each) for each in advanced)
    if not advanced:
        selected = any_of(map(_includes_reads, basic)) if basic else YES
    return selected & ~is_false(trail["IsLogging"])


def _includes_reads(selector: Node) -> Answer:
    every = is_true(selector["IncludeManagementEvents"], missing=YES)
    return every & equals(selector["ReadWriteType"], "All", "ReadOnly", missing=YES)


def _selects_invocations(selector: Node) -> Answer:
    if selector.unknown:
        return UNKNOWN
    fields = [*selector["FieldSelectors"]]
    management = any_of(
        equals(each["Field"], "eventCategory") & any_in(each["Equals"], "Management")
        for each in fields
    )
    return management & all_of(_lets_through(each) for each in fields)


def _lets_through(field: Node) -> Answer:
    """Whether a field selector accepts InvokeModel."""
    if equals(field["Field"], "readOnly") is YES:
        return any_of(is_true(each) for each in field["Equals"])
    if equals(field["Field"], "eventSource") is YES:
        named = any_in(field["Equals"], _EVENT_SOURCE)
        left_out = any_in(field["NotEquals"], _EVENT_SOURCE)
        return (named if not field["Equals"].missing else YES) & ~left_out
    if equals(field["Field"], "eventName") is YES and not field["Equals"].missing:
        return any_of(matches(each, "InvokeModel", "Converse") for each in field["Equals"])
    return YES


@rule(
    "LOG08",
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Add a data event selector with this resources.type.",
    source=_SOURCE,
    controls=_CONTROLS,
)
def data_events_are_recorded(template: Template) -> Verdicts:
    """A trail records the data events of the Bedrock and AgentCore resources beside it."""
    trails = template.of_type(_TRAIL)
    if not trails:
        return
    kinds = [kind for trail in trails for kind in _selected_types(trail)]
    for wanted in sorted(_wanted(template)):
        message = f"no trail records data events of {wanted}"
        yield from require(any_of(equals(k, wanted) for k in kinds), _selectors(trails[0]), message)


def _selected_types(trail: Resource) -> list[Node]:
    return [
        value
        for selector in trail["AdvancedEventSelectors"]
        for field in selector["FieldSelectors"]
        if equals(field["Field"], "resources.type") is not NO
        for value in field["Equals"]
    ]


def _wanted(template: Template) -> set[str]:
    used = {_RECORDED_AS[kind] for kind in template.types if kind in _RECORDED_AS}
    held = statements(template, StatementKind.IDENTITY)
    for action, kind in _RECORDED_ACTIONS.items():
        if any(granted(each, action) is YES for each in held):
            used.add(f"AWS::{kind}")
    return used
