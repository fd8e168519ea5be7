import pytest

from secure_bedrock import AuditTrail, DataEventGroup, ManagementEvents, TrailEvents


def fields(selector):
    return {each["Field"]: each["Equals"] for each in selector["FieldSelectors"]}


def categories(events):
    return [fields(each)["eventCategory"][0] for each in events.selectors()]


def kinds(events):
    found = [fields(each).get("resources.type") for each in events.selectors()]
    return [kind for each in found if each for kind in each]


def test_trap_12_management_events_have_a_selector_of_their_own():
    first = TrailEvents().selectors()[0]
    assert fields(first) == {"eventCategory": ["Management"]}


def test_trap_12_no_selector_leaves_reads_out():
    assert all("readOnly" not in fields(each) for each in TrailEvents().selectors())


def test_everything_is_recorded_by_default():
    counted = categories(TrailEvents())
    assert [counted.count(c) for c in ("Management", "Data", "NetworkActivity")] == [1, 43, 2]


def test_each_selector_has_one_resource_type_because_cloudtrail_takes_no_more():
    data = [each for each in TrailEvents().selectors() if "resources.type" in fields(each)]
    assert {len(fields(each)["resources.type"]) for each in data} == {1}


def test_cloudtrail_takes_500_values_at_most():
    values = [v for s in TrailEvents().selectors() for each in fields(s).values() for v in each]
    assert len(values) <= 500


def test_no_two_selectors_have_one_name():
    names = [each["Name"] for each in TrailEvents().selectors()]
    assert len(names) == len(set(names))


def test_groups_choose_the_resource_types():
    chosen = TrailEvents(data=[DataEventGroup.GUARDRAILS, DataEventGroup.MANTLE])
    assert kinds(chosen) == [
        "AWS::Bedrock::AutomatedReasoningPolicy",
        "AWS::Bedrock::AutomatedReasoningPolicyVersion",
        "AWS::Bedrock::Guardrail",
        "AWS::BedrockMantle::Project",
    ]


def test_a_type_can_be_left_out():
    kept = kinds(TrailEvents(leave_out=["AWS::BedrockAgentCore::ABTest"]))
    assert len(kept) == 42
    assert "AWS::BedrockAgentCore::ABTest" not in kept


def test_management_events_can_be_recorded_elsewhere():
    assert "Management" not in categories(TrailEvents(management=ManagementEvents.ELSEWHERE))


def test_refused_calls_at_endpoints_have_a_selector_for_each_source():
    found = [fields(each) for each in TrailEvents(data=()).selectors()[1:]]
    assert [each["eventSource"] for each in found] == [
        ["bedrock-agentcore.amazonaws.com"],
        ["bedrock.amazonaws.com"],
    ]
    assert {each["errorCode"][0] for each in found} == {"VpceAccessDenied"}


def test_endpoint_denials_can_be_left_out():
    assert "NetworkActivity" not in categories(TrailEvents(endpoint_denials=False))


@pytest.mark.parametrize(
    ("events", "message"),
    [
        (TrailEvents(data="agents"), r"events.data has \['a', 'e'"),
        (TrailEvents(data=["x"]), r"events.data has \['x'\]: choose members of DataEventGroup"),
        (
            TrailEvents(data=(), leave_out=["AWS::Bedrock::Tool"]),
            r"events.leave_out has \['AWS::Bedrock::Tool'\], which events.data does not record",
        ),
        (
            TrailEvents(management=ManagementEvents.ELSEWHERE, data=(), endpoint_denials=False),
            r"events records nothing: choose a group",
        ),
    ],
)
def test_what_cannot_be_recorded_is_refused(stack, events, message):
    with pytest.raises(ValueError, match=rf"^Test/Audit: {message}"):
        AuditTrail(stack, "Audit", events=events)
