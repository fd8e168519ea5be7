import pytest

from secure_bedrock.verification.comparing import Difference, NotCompared, compare
from secure_bedrock.verification.values import ABSENT, Unknown


def found(claimed, read, name="Property"):
    return list(compare(name, claimed, read, "aws"))


def policy(**statement):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}


@pytest.mark.parametrize(
    ("claimed", "read"),
    [
        ("7", 7),
        (True, "true"),
        (0.5, "0.5"),
        (200, 200.0),
        ([1, 2], [2, 1]),
        ([{"a": 1}, {"b": 2}], [{"b": 2}, {"a": 1}]),
        ({"a": False}, {}),
        ({"a": []}, {}),
    ],
)
def test_the_same_in_other_words_is_no_difference(claimed, read):
    assert found(claimed, read) == []


@pytest.mark.parametrize(
    ("claimed", "read", "path"),
    [
        ("a", "b", "Property"),
        ({"a": 1}, {"a": 2}, "Property.a"),
        ({"a": 1}, {}, "Property.a"),
        ({}, {"a": 1}, "Property.a"),
        ([1], [1, 2], "Property[]"),
        ([1, 1], [1], "Property[]"),
        ([{"a": 1, "b": 1}], [{"a": 1, "b": 2}], "Property[].b"),
        (True, False, "Property"),
        (ABSENT, "x", "Property"),
        ({}, {"a": False}, "Property.a"),
        ({"a": 1}, "a", "Property"),
        (["a"], "a", "Property"),
    ],
)
def test_every_difference_has_its_path(claimed, read, path):
    (difference,) = found(claimed, read)
    assert isinstance(difference, Difference)
    assert difference.path == path


def test_an_unknown_claim_is_not_compared():
    assert found({"a": Unknown("why"), "b": 1}, {"a": 2, "b": 1}) == [
        NotCompared("Property.a", "why")
    ]


def test_an_unknown_element_takes_what_is_left():
    assert found([Unknown("why"), 1], [1, 2]) == [NotCompared("Property", "why")]


@pytest.mark.parametrize(
    ("claimed", "read"),
    [
        (
            policy(Action="s3:getobject", Resource="*"),
            policy(Action=["s3:GetObject"], Resource=["*"]),
        ),
        (
            policy(Principal={"AWS": "111122223333"}),
            policy(Principal={"AWS": "arn:aws:iam::111122223333:root"}),
        ),
        (policy(Principal="*"), policy(Principal={"AWS": "*"})),
        (
            policy(Condition={"Bool": {"aws:SecureTransport": False}}),
            policy(Condition={"Bool": {"AWS:SecureTransport": ["false"]}}),
        ),
    ],
)
def test_policies_are_compared_by_meaning(claimed, read):
    assert found(claimed, read, "PolicyDocument") == []


@pytest.mark.parametrize(
    "other",
    [
        policy(Action="s3:PutObject", Resource="*"),
        policy(Action="s3:GetObject", Resource="*", Condition={"Bool": {"a": "true"}}),
        policy(Action="s3:GetObject", Resource="*", Effect="Deny"),
        policy(NotAction="s3:GetObject", Resource="*"),
        {
            "Statement": [*policy(Action="s3:GetObject", Resource="*")["Statement"]] * 2,
            "Version": "2012-10-17",
        },
    ],
)
def test_another_policy_is_a_difference(other):
    claimed = policy(Action="s3:GetObject", Resource="*")
    assert any(isinstance(each, Difference) for each in found(claimed, other, "PolicyDocument"))


def test_tags_added_elsewhere_are_no_difference():
    claimed = [{"Key": "a", "Value": "1"}]
    assert found(claimed, [*claimed, {"Key": "b", "Value": "2"}], "Tags") == []


@pytest.mark.parametrize("there", [[], [{"Key": "a", "Value": "2"}]])
def test_a_missing_or_changed_tag_is_a_difference(there):
    (difference,) = found([{"Key": "a", "Value": "1"}], there, "Tags")
    assert difference.path == "Tags.a"
