import pytest

TOPICS = "Properties.TopicPolicyConfig.TopicsConfig"
LISTS = "Properties.WordPolicyConfig.ManagedWordListsConfig"
ADVICE = {"Name": "Investment advice", "Definition": "Which shares to buy.", "Type": "DENY"}
EMPTY = {"Type": "AWS::Bedrock::Guardrail", "Properties": {}}


def topics(*members, **more):
    properties = {"TopicPolicyConfig": {"TopicsConfig": list(members)}} | more
    return {"Type": "AWS::Bedrock::Guardrail", "Properties": properties}


def words(lists):
    properties = {"WordPolicyConfig": {"ManagedWordListsConfig": lists}}
    return {"Type": "AWS::Bedrock::Guardrail", "Properties": properties}


@pytest.mark.parametrize("subject", [EMPTY, topics()])
def test_no_topic_fails(judge, subject):
    assert judge("GRD16", subject) == [f"fail {TOPICS}"]


def test_a_topic_passes(judge):
    assert judge("GRD16", topics(ADVICE)) == []


def test_topics_known_only_at_deployment_are_unknown(judge):
    properties = {"TopicPolicyConfig": {"TopicsConfig": {"Ref": "Topics"}}}
    subject = {"Type": "AWS::Bedrock::Guardrail", "Properties": properties}
    assert judge("GRD16", subject) == [f"unknown {TOPICS}"]


def test_no_topic_can_be_acknowledged(judge, accepting):
    assert judge("GRD16", accepting(EMPTY, "GRD16")) == []


@pytest.mark.parametrize("subject", [EMPTY, topics(ADVICE)])
def test_no_topic_about_the_system_prompt_fails(judge, subject):
    assert judge("GRD17", subject) == [f"fail {TOPICS}"]


@pytest.mark.parametrize(
    "text",
    [
        "System prompt",
        "Prompt leaking",
        "Requests to reveal the hidden instructions.",
        "Asks the assistant to repeat, word by word, its prompt",
    ],
)
@pytest.mark.parametrize("key", ["Name", "Definition"])
def test_a_topic_about_the_system_prompt_passes(judge, text, key):
    assert judge("GRD17", topics(ADVICE, ADVICE | {key: text})) == []


@pytest.mark.parametrize(
    ("tier", "kind", "lines"),
    [
        ("STANDARD", "PROMPT_ATTACK", []),
        ("CLASSIC", "PROMPT_ATTACK", [f"fail {TOPICS}"]),
        ("STANDARD", "HATE", [f"fail {TOPICS}"]),
    ],
)
def test_the_standard_tier_needs_no_topic(judge, tier, kind, lines):
    content = {
        "ContentFiltersTierConfig": {"TierName": tier},
        "FiltersConfig": [{"Type": "INSULTS"}, {"Type": kind, "InputStrength": "HIGH"}],
    }
    assert judge("GRD17", topics(ADVICE, ContentPolicyConfig=content)) == lines


def test_a_topic_known_only_at_deployment_is_unknown(judge):
    subject = topics(ADVICE | {"Definition": {"Ref": "Definition"}})
    assert judge("GRD17", subject) == [f"unknown {TOPICS}"]


def test_disclosure_can_be_acknowledged(judge, accepting):
    assert judge("GRD17", accepting(EMPTY, "GRD17")) == []


@pytest.mark.parametrize("subject", [EMPTY, words([])])
def test_no_profanity_list_fails(judge, subject):
    assert judge("GRD18", subject) == [f"fail {LISTS}"]


def test_the_profanity_list_passes(judge):
    assert judge("GRD18", words([{"Type": "PROFANITY"}])) == []


def test_lists_known_only_at_deployment_are_unknown(judge):
    assert judge("GRD18", words({"Ref": "Lists"})) == [f"unknown {LISTS}"]


def test_profanity_can_be_acknowledged(judge, accepting):
    assert judge("GRD18", accepting(EMPTY, "GRD18")) == []
