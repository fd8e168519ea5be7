import pytest

from secure_bedrock.verification.intrinsics import Resolver
from secure_bedrock.verification.values import Unknown

TEMPLATE = {
    "Mappings": {"Sizes": {"prod": {"days": 30}}},
    "Conditions": {
        "Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "NotProd": {"Fn::Not": [{"Condition": "Prod"}]},
        "Both": {"Fn::And": [{"Condition": "Prod"}, {"Condition": "NotProd"}]},
        "Either": {"Fn::Or": [{"Condition": "Prod"}, {"Condition": "NotProd"}]},
        "Secret": {"Fn::Equals": [{"Ref": "Password"}, "x"]},
    },
}


@pytest.fixture
def resolve():
    return Resolver(
        TEMPLATE,
        {"Stage": "prod", "Password": Unknown("NoEcho"), "Subnets": ["a", "b"]},
        ref=lambda name: f"id-of-{name}",
        attribute=lambda name, attribute: f"{name}:{attribute}",
        lookup=lambda function, argument: f"{function}({argument})",
    ).resolve


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ({"Ref": "Bucket"}, "id-of-Bucket"),
        ({"Ref": "Stage"}, "prod"),
        ({"Fn::GetAtt": ["Key", "Arn"]}, "Key:Arn"),
        ({"Fn::GetAtt": "Key.Arn"}, "Key:Arn"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Stage"}, 1]]}, "a-prod-1"),
        ({"Fn::Sub": "${Stage}/${Key.Arn}/${Bucket}/${!literal}"}, None),
        ({"Fn::Sub": ["${x}", {"x": {"Ref": "Stage"}}]}, "prod"),
        ({"Fn::Select": ["1", {"Ref": "Subnets"}]}, "b"),
        ({"Fn::Split": [",", "a,b"]}, ["a", "b"]),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "days"]}, 30),
        ({"Fn::If": ["Prod", "yes", "no"]}, "yes"),
        ({"Fn::If": ["NotProd", "yes", "no"]}, "no"),
        ({"Fn::If": ["Both", "yes", "no"]}, "no"),
        ({"Fn::If": ["Either", "yes", "no"]}, "yes"),
        ({"Fn::Base64": "a"}, "YQ=="),
        ({"Fn::ImportValue": {"Ref": "Stage"}}, "Fn::ImportValue(prod)"),
        ({"a": {"Ref": "AWS::NoValue"}, "b": 1}, {"b": 1}),
        ([{"Ref": "AWS::NoValue"}, 1], [1]),
        ({"a": {"Fn::If": ["NotProd", 1, {"Ref": "AWS::NoValue"}]}}, {}),
    ],
)
def test_functions_become_what_was_deployed(resolve, value, result):
    expected = result or "prod/Key:Arn/id-of-Bucket/${literal}"
    assert resolve(value) == (result if result is not None else expected)


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": "Password"},
        {"Fn::Join": ["", ["a", {"Ref": "Password"}]]},
        {"Fn::Sub": "${Password}"},
        {"Fn::If": ["Secret", 1, 2]},
        {"Fn::If": ["Nowhere", 1, 2]},
        {"Fn::FindInMap": ["Sizes", "test", "days"]},
        "{{resolve:secretsmanager:x}}",
    ],
)
def test_what_cannot_be_known_is_unknown_and_never_empty(resolve, value):
    assert isinstance(resolve(value), Unknown)
