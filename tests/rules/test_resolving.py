import pytest

from secure_bedrock.rules._answer import NO, UNKNOWN, YES
from secure_bedrock.rules._template import Template
from secure_bedrock.rules._values import (
    at_least,
    at_most,
    customer_managed_key,
    equals,
    is_false,
    is_true,
    matches,
    present,
    refers_to,
)

PARAMETERS = {
    "Given": {"Type": "String", "Default": "HIGH"},
    "Open": {"Type": "String"},
    "Secret": {"Type": "String", "NoEcho": True},
    "Many": {"Type": "CommaDelimitedList", "Default": "a, b"},
    "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/name/of/it"},
    "Count": {"Type": "Number", "Default": 3},
}
REF = {name: {"Ref": name} for name in [*PARAMETERS, "Key", "Role", "Nowhere"]}


def node(value, **options):
    resources = {
        "Key": {"Type": "AWS::KMS::Key"},
        "Role": {"Type": "AWS::IAM::Role"},
        "R": {"Type": "T", "Properties": {"P": value}},
    }
    mappings = {"Map": {"eu-west-1": {"Strength": "LOW"}}}
    raw = {"Parameters": PARAMETERS, "Mappings": mappings, "Resources": resources}
    return Template(raw, **options).resources["R"]["P"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (REF["Given"], "HIGH"),
        (REF["Count"], "3"),
        ({"Fn::Sub": "x-${Given}"}, "x-HIGH"),
        ({"Fn::Sub": ["${A}-${!A}", {"A": REF["Given"]}]}, "HIGH-${A}"),
        ({"Fn::Join": ["-", ["a", REF["Given"], {"Ref": "AWS::NoValue"}]]}, "a-HIGH"),
        ({"Fn::Join": [",", REF["Many"]]}, "a,b"),
        ({"Fn::Select": [1, REF["Many"]]}, "b"),
        ({"Fn::Select": ["0", {"Fn::Split": ["|", "x|y"]}]}, "x"),
        ({"Fn::Base64": {"Fn::Sub": "text"}}, "text"),
        ({"Fn::FindInMap": ["Map", {"Ref": "AWS::Region"}, "Strength"]}, "LOW"),
        ({"Fn::Sub": "${AWS::AccountId}/${AWS::Region}"}, "111122223333/eu-west-1"),
        (True, "true"),
        (0.5, "0.5"),
    ],
)
def test_what_can_be_known_is_known(value, expected):
    assert node(value, region="eu-west-1", account="111122223333").literal == expected


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"Fn::Sub": "arn:${AWS::Partition}:s3"}, "arn:${AWS::Partition}:s3"),
        ({"Fn::Join": ["", ["a", {"Fn::GetAtt": ["Key", "Arn"]}]]}, "a${Key.Arn}"),
        ({"Fn::GetAtt": "Key.Arn"}, "${Key.Arn}"),
        ("{{resolve:ssm:/x:1}}-y", "{{resolve:ssm:/x:1}}-y"),
        ({"Fn::ImportValue": "Name"}, "${Name}"),
    ],
)
def test_what_is_known_in_part_shows_the_rest_by_name(value, shown):
    assert node(value).shown == shown
    assert node(value).literal is None


@pytest.mark.parametrize(
    "value",
    [
        REF["Open"],
        REF["Stored"],
        REF["Nowhere"],
        {"Fn::ImportValue": "x"},
        {"Fn::GetAZs": ""},
        {"Fn::Transform": {"Name": "AWS::Include"}},
        {"Fn::FindInMap": ["Map", {"Ref": "AWS::Region"}, "Strength"]},
        {"Fn::Select": [9, ["a"]]},
        {"Fn::Select": ["9" * 5000, ["a"]]},
        {"Fn::Join": "x"},
        {"Fn::Sub": 3},
        {"Fn::If": ["a"]},
        {"Fn::Unheard": 1},
        {"Ref": ["a"]},
        {"Fn::GetAtt": []},
    ],
)
def test_what_cannot_be_known_is_unknown(value):
    found = node(value)
    assert found.unknown
    assert found["Deeper"].unknown
    assert [member.unknown for member in found] == [True]
    assert equals(found, "HIGH") is UNKNOWN
    assert present(found) is UNKNOWN


@pytest.mark.parametrize("value", [None, {"Ref": "AWS::NoValue"}])
def test_what_is_absent_is_missing(value):
    found = node(value)
    assert found.missing
    assert list(found) == []
    assert found["Deeper"].missing
    assert present(found) is equals(found, "x") is is_true(found) is at_least(found, 1) is NO
    assert equals(found, "x", missing=YES) is at_most(found, 1, missing=YES) is YES


def test_a_path_leads_through_what_is_absent():
    assert node({"A": 1})["B"]["C"].path == ("Resources", "R", "Properties", "P", "B", "C")


def test_members_that_are_no_value_are_left_out():
    assert [m.path[-1] for m in node(["a", {"Ref": "AWS::NoValue"}, "b"])] == [0, 2]


def test_one_value_counts_as_a_list_of_one():
    assert [member.literal for member in node("a")] == ["a"]


def test_an_object_with_a_macro_may_hold_anything_else():
    found = node({"A": 1, "Fn::Transform": {"Name": "AWS::Include"}})
    assert found["A"].literal == "1"
    assert found["B"].unknown


def test_secrets_are_told_apart():
    secrets = [REF["Secret"], "{{resolve:secretsmanager:x}}", "{{resolve:ssm-secure:x}}"]
    assert all(node(value).reference.secret for value in secrets)
    assert not node("{{resolve:ssm:x}}").reference.secret


def test_a_json_string_is_read_with_its_holes():
    text = {"Fn::Join": ["", ['{"A": ["', {"Fn::GetAtt": ["Key", "Arn"]}, '", "b"], "C": 2}']]}
    found = node(text).parsed()
    first, second = found["A"]
    assert first.target.logical_id == "Key"
    assert first.shown == "${Key.Arn}"
    assert second.literal == "b"
    assert found["C"].literal == "2"


@pytest.mark.parametrize("text", ["{", "[" * 100_000, {"Fn::Sub": '{"A": ${Count.x}}'}])
def test_what_is_no_json_is_unknown(text):
    assert node(text).parsed()["A"].unknown


def test_numbers():
    assert (
        at_least(node("3600"), 3600)
        is at_most(node(1.5), 2)
        is at_least(node(REF["Count"]), 3)
        is YES
    )
    assert at_least(node("many"), 1) is at_most(node([1]), 1) is at_most(node("nan"), 1) is NO
    assert at_least(node(REF["Open"]), 1) is UNKNOWN


@pytest.mark.parametrize("value", [True, "true", "True"])
def test_truth(value):
    assert is_true(node(value)) is YES
    assert is_false(node(value)) is NO


@pytest.mark.parametrize("value", [{}, [], ""])
def test_what_is_empty_is_not_present(value):
    assert present(node(value)) is NO


def test_matching_is_exact_unless_asked():
    assert matches(node("ABC"), "a*") is NO
    assert matches(node("ABC"), "x", "a*", ignore_case=True) is YES


def test_a_star_as_a_value_is_not_a_pattern():
    assert equals(node({"Fn::Sub": "${AWS::Partition}"}), "*") is NO


def test_references_to_resources():
    key = node(1).template.resources["Key"]
    for value in (REF["Key"], {"Fn::Sub": "arn:${Key.Arn}/x"}):
        found = node(value)
        assert refers_to(found, found.template.resources["Key"]) is YES
        assert refers_to(found, found.template.resources["R"]) is (NO if found.target else UNKNOWN)
    assert refers_to(node("literal"), key) is NO
    assert refers_to(node(REF["Open"]), key) is UNKNOWN


def test_a_part_from_another_template_refers_to_nothing_here():
    there = node({"Fn::Sub": "x${Key.Arn}"})
    found = node({"Fn::Sub": "y${Open}"}, arguments={"Open": there})
    assert found.shown == "yx${Key}"
    assert refers_to(found, found.template.resources["Key"]) is UNKNOWN


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (REF["Key"], YES),
        ("alias/aws/s3", NO),
        ("alias/mine", YES),
        ({"Fn::Sub": "arn:${AWS::Partition}:kms:eu-west-1:1:key/x"}, YES),
        (REF["Open"], UNKNOWN),
        ({"Fn::GetAtt": ["Elsewhere", "Outputs.Key"]}, UNKNOWN),
    ],
)
def test_customer_managed_keys(value, expected):
    assert customer_managed_key(node(value)) is expected


def test_endless_nesting_ends():
    value = "x"
    for _ in range(500):
        value = {"Fn::Join": ["", [value]]}
    assert node(value).unknown or node(value).text is not None


@pytest.mark.parametrize(("depth", "known"), [(40, True), (60, False), (5000, False)])
def test_choices_that_nest_too_deeply_are_unknown(depth, known):
    value = "x"
    for _ in range(depth):
        value = {"Fn::If": ["Yes", value, value]}
    assert node(value).unknown is not known
    assert node(value).literal == ("x" if known else None)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"a": [1, "b"]}, "{a: [1, b]}"),
        (True, "true"),
        ({"Fn::Sub": "${Open}-x"}, "${Open}-x"),
        ("x" * 200, f"{'x' * 117}..."),
    ],
)
def test_values_are_shown_in_short(value, shown):
    assert node(value).shown == shown
