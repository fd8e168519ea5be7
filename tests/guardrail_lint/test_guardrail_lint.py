import json

import pytest
from click.testing import CliRunner

from secure_bedrock.cli.group import commands
from secure_bedrock.custom_resources.assets.handlers.guardrail_cases import Case
from secure_bedrock.guardrail_lint.linting import lint
from secure_bedrock.rules import load_template

MESSAGES = {"BlockedInputMessaging": "No.", "BlockedOutputsMessaging": "No."}
CONTENT = {"Type": "HATE", "InputStrength": "HIGH", "OutputStrength": "HIGH"}
ATTACK = {"Type": "PROMPT_ATTACK", "InputStrength": "HIGH", "OutputStrength": "NONE"}
TOPIC = {
    "Name": "Advice",
    "Type": "DENY",
    "Definition": "Recommendations to buy or sell shares.",
    "Examples": ["Which shares should I buy?"],
}
PASSES = Case(id="plain", texts=("Where is Acme?",), expect="pass", category="c")


def words(*texts, **more):
    return {"WordPolicyConfig": {"WordsConfig": [{"Text": each, **more} for each in texts]}}


def content(*filters, tier="CLASSIC"):
    config = {"FiltersConfig": list(filters), "ContentFiltersTierConfig": {"TierName": tier}}
    return {"ContentPolicyConfig": config}


def topics(*entries, tier="CLASSIC"):
    config = {"TopicsConfig": [TOPIC | each for each in entries]}
    return {"TopicPolicyConfig": config | {"TopicsTierConfig": {"TierName": tier}}}


def regexes(*patterns, pii=(), action="BLOCK"):
    entries = [
        {"Name": f"r{n}", "Pattern": each, "Action": action} for n, each in enumerate(patterns)
    ]
    return {
        "SensitiveInformationPolicyConfig": {
            "RegexesConfig": entries,
            "PiiEntitiesConfig": [{"Type": t, "Action": a} for t, a in pii],
        }
    }


def pii(*types):
    entities = [{"Type": each, "Action": "BLOCK"} for each in types]
    return {"SensitiveInformationPolicyConfig": {"PiiEntitiesConfig": entities}}


def grounding(threshold):
    filters = [{"Type": "GROUNDING", "Threshold": threshold}]
    return {"ContextualGroundingPolicyConfig": {"FiltersConfig": filters}}


def template(folder, properties, **sections):
    guardrail = {"Type": "AWS::Bedrock::Guardrail", "Properties": MESSAGES | properties}
    file = folder / "template.json"
    file.write_text(
        json.dumps({"Resources": {"G": guardrail, **sections.pop("more", {})}, **sections})
    )
    return file


@pytest.fixture
def found(tmp_path):
    def checks(properties, *cases, **sections):
        source = load_template(template(tmp_path, properties, **sections))
        _, problems = lint([source], cases)
        return [
            (each.problem.check, each.location.removeprefix("Properties.")) for each in problems
        ]

    return checks


TWO_TOPICS = topics({}, {"Name": "advice "})
WORD = "WordPolicyConfig.WordsConfig"
REGEX = "SensitiveInformationPolicyConfig.RegexesConfig"
TOPICS = "TopicPolicyConfig.TopicsConfig"
FILTERS = "ContentPolicyConfig.FiltersConfig"


@pytest.mark.parametrize(
    ("properties", "check", "location"),
    [
        (words("Acme", "ACME "), "word-twice", f"{WORD}[1].Text"),
        (words("x" * 101), "word-too-long", f"{WORD}[0].Text"),
        (words(r"acme-\d+"), "word-is-a-pattern", f"{WORD}[0].Text"),
        (words("The"), "word-everyday", f"{WORD}[0].Text"),
        (words("ab"), "word-everyday", f"{WORD}[0].Text"),
        (words("secret") | {"BlockedInputMessaging": "No secret here."}, "word-in-message",
         "BlockedInputMessaging"),
        (regexes("a$b"), "regex-never", f"{REGEX}[0].Pattern"),
        (regexes("x^y"), "regex-never", f"{REGEX}[0].Pattern"),
        (regexes("[0-9]*"), "regex-empty", f"{REGEX}[0].Pattern"),
        (regexes(r"\w+ \w+"), "regex-broad", f"{REGEX}[0].Pattern"),
        (regexes(r"^\d{8}$"), "regex-whole-text", f"{REGEX}[0].Pattern"),
        (regexes(r"(?=\d)\d{8}"), "regex-look-around", f"{REGEX}[0].Pattern"),
        (regexes(r"ID-(\d+)+x"), "regex-explodes", f"{REGEX}[0].Pattern"),
        (regexes(r"ID-(.|\s)*x"), "regex-explodes", f"{REGEX}[0].Pattern"),
        (regexes(r"ID-[0-9"), "regex-invalid", f"{REGEX}[0].Pattern"),
        (regexes("a" * 501), "regex-too-long", f"{REGEX}[0].Pattern"),
        (regexes("ID-1", "ID-1"), "regex-twice", f"{REGEX}[1].Pattern"),
        (regexes(r"\S+@\S+", pii=[("EMAIL", "ANONYMIZE")]), "regex-against-pii",
         f"{REGEX}[0].Pattern"),
        (TWO_TOPICS, "topic-twice", f"{TOPICS}[1].Name"),
        (topics({"Definition": "Everything except our own products."}), "topic-negative",
         f"{TOPICS}[0].Definition"),
        (topics({"Definition": "Do not talk about politics at all."}), "topic-instruction",
         f"{TOPICS}[0].Definition"),
        (topics({"Definition": "Politics"}), "topic-vague", f"{TOPICS}[0].Definition"),
        (topics({"Definition": "politics " * 23}), "topic-too-long", f"{TOPICS}[0].Definition"),
        (topics({"Examples": None}), "topic-without-example", f"{TOPICS}[0]"),
        (topics({}, {"Name": "Other"}), "example-of-two-topics", f"{TOPICS}[1].Examples[0]"),
        (topics({"Examples": ["Какие акции купить?"]}), "script-not-understood",
         f"{TOPICS}[0].Examples[0]"),
        ({"BlockedInputMessaging": " "}, "message-empty", "BlockedInputMessaging"),
        (content(CONTENT | {"OutputStrength": "NONE"}), "filter-one-sided",
         f"{FILTERS}[0].OutputStrength"),
        (content(CONTENT | {"InputEnabled": False}), "filter-one-sided",
         f"{FILTERS}[0].InputStrength"),
        (content(ATTACK | {"OutputStrength": "LOW"}), "prompt-attack-output",
         f"{FILTERS}[0].OutputStrength"),
        (content(ATTACK | {"InputModalities": ["IMAGE"]}), "image-attacks-on-classic",
         f"{FILTERS}[0].InputModalities"),
        (content(ATTACK), "prompt-attack-tags", f"{FILTERS}[0]"),
        (content(CONTENT, tier="STANDARD") | topics({}), "tiers-differ",
         "TopicPolicyConfig.TopicsTierConfig"),
        (grounding(1), "threshold-too-high",
         "ContextualGroundingPolicyConfig.FiltersConfig[0].Threshold"),
        (grounding(0), "threshold-zero",
         "ContextualGroundingPolicyConfig.FiltersConfig[0].Threshold"),
        (grounding(0.7), "grounding-unused", "ContextualGroundingPolicyConfig"),
        (pii("CREDIT_DEBIT_CARD_CVV"), "part-without-whole",
         "SensitiveInformationPolicyConfig.PiiEntitiesConfig[0].Type"),
    ],
)  # fmt: skip
def test_a_problem_is_found_in_its_place(found, properties, check, location):
    assert (check, location) in found(properties)


@pytest.mark.parametrize(
    "properties",
    [
        words("Acme", "project-x"),
        words("The", InputAction="NONE", OutputEnabled=False),
        regexes(r"\bID-\d{8}\b", r"(?:\d{4} ){3}x", r"([A-Z]{2}\d)+Z"),
        regexes(r"\S+@\S+", pii=[("EMAIL", "BLOCK")]),
        topics({}, {"Name": "Other", "Examples": ["Something else?"]}),
        topics({"Definition": "politics " * 23}, tier="STANDARD"),
        topics({"Examples": ["Какие акции купить?"]}, tier="STANDARD"),
        content(CONTENT),
        content(CONTENT, tier="STANDARD") | topics({}, tier="STANDARD"),
        pii("CREDIT_DEBIT_CARD_CVV", "CREDIT_DEBIT_CARD_NUMBER"),
        words({"Ref": "Word"}) | {"BlockedInputMessaging": {"Ref": "Message"}},
        regexes({"Fn::ImportValue": "Pattern"}),
        {"SensitiveInformationPolicyConfig": {"Ref": "Policy"}},
    ],
)
def test_what_makes_sense_or_is_not_known_is_no_problem(found, properties):
    assert found(properties) == []


def test_a_knowledge_base_uses_grounding(found):
    base = {"Type": "AWS::Bedrock::KnowledgeBase", "Properties": {}}
    assert found(grounding(0.7), more={"K": base}) == []


@pytest.mark.parametrize(
    ("properties", "check"),
    [
        (words("acme"), "word-needed"),
        (regexes(r"\b[A-Z]cme\b"), "regex-needed"),
        (topics({"Examples": ["where is  acme?"]}), "example-should-pass"),
    ],
)
def test_what_should_pass_and_is_blocked_is_a_contradiction(found, properties, check):
    assert check in {name for name, _ in found(properties, PASSES)}


def test_a_word_that_is_blocked_on_the_other_side_only_is_no_contradiction(found):
    assert found(words("acme", InputEnabled=False), PASSES) == []


@pytest.mark.parametrize(
    ("policy", "detail", "properties"),
    [
        ("content", "HATE", content(CONTENT)),
        ("prompt_attack", "", content(ATTACK)),
        ("topic", "Advice", topics({})),
        ("word", "", words("Acme")),
        ("sensitive_information", "EMAIL", pii("EMAIL")),
        ("sensitive_information", "r0", regexes(r"\bID-\d{8}\b")),
    ],
)
def test_a_case_that_nothing_can_act_on_is_a_gap(found, policy, detail, properties):
    case = Case(id="x", texts=("?",), expect="block", category="c", policy=policy, detail=detail)
    assert "nothing-acts" not in dict(found(properties, case))
    assert "nothing-acts" in dict(found({}, case))


def test_languages_of_the_cases_that_the_classic_tier_does_not_know_are_a_gap(found):
    case = Case(id="x", texts=("?",), expect="pass", category="c", language="de-CH")
    assert ("language-not-understood", "ContentPolicyConfig") in found(content(CONTENT), case)
    assert found(content(CONTENT, tier="STANDARD"), case) == []


def test_a_pattern_that_would_take_for_ever_is_not_tried(found):
    long = Case(id="x", texts=("a" * 5000,), expect="pass", category="c")
    assert found(regexes("(a+)+b"), long) == [("regex-explodes", f"{REGEX}[0].Pattern")]


def test_both_sides_of_a_condition_are_read(found):
    text = {"Fn::If": ["C", "Acme", "The"]}
    checks = found(words(text), Conditions={"C": {"Fn::Equals": [{"Ref": "AWS::Region"}, "x"]}})
    assert checks == [("word-everyday", f"{WORD}[0].Text.Fn::If[2]")]


@pytest.fixture
def run(tmp_path):
    def invoke(properties, *arguments):
        file = template(tmp_path, properties)
        return CliRunner().invoke(commands, ["guardrail", "lint", str(file), *arguments])

    return invoke


@pytest.mark.parametrize(
    ("properties", "arguments", "code"),
    [
        (words("Acme"), [], 0),
        (words("The"), [], 1),
        (words("The"), ["--fail-on", "never"], 0),
        (words("Acme", "acme"), [], 0),
        (words("Acme", "acme"), ["--fail-on", "low"], 1),
        (words("Acme"), ["--suite", "no-such-suite.yaml"], 2),
    ],
)
def test_the_exit_code_follows_the_severity(run, properties, arguments, code):
    assert run(properties, *arguments).exit_code == code


def test_json_has_line_location_and_remedy(run):
    (problem,) = json.loads(run(words("The"), "--json").stdout)["problems"]
    assert (problem["guardrail"], problem["check"]) == ("G", "word-everyday")
    assert problem["location"] == f"Properties.{WORD}[0].Text"
    assert problem["remedy"].startswith("name a longer phrase")


def test_a_program_is_not_run(tmp_path):
    (tmp_path / "app.py").write_text("raise SystemExit('run')")
    done = CliRunner().invoke(commands, ["guardrail", "lint", str(tmp_path / "app.py")])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "a program is not run here: synthesize it" in done.stderr


def test_a_template_without_a_guardrail_is_said(tmp_path):
    (tmp_path / "t.json").write_text('{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}')
    done = CliRunner().invoke(commands, ["guardrail", "lint", str(tmp_path / "t.json")])
    assert done.exit_code == 2
    assert "no guardrail in what was named" in done.stderr
