import pytest

from secure_bedrock.emulator.event_patterns import InvalidPatternError, check, matches


@pytest.mark.parametrize(
    ("pattern", "event", "expected"),
    [
        ({"a": ["x"]}, {"a": "x"}, True),
        ({"a": ["x"]}, {"a": "y"}, False),
        ({"a": ["x"]}, {}, False),
        ({"a": [1]}, {"a": 1}, True),
        ({"a": [1]}, {"a": True}, False),
        ({"a": ["1"]}, {"a": 1}, False),
        ({"a": [None]}, {"a": None}, True),
        ({"a": ["x"]}, {"a": ["y", "x"]}, True),
        ({"a": {"b": ["x"]}}, {"a": {"b": "x"}}, True),
        ({"a": {"b": ["x"]}}, {"a": "x"}, False),
        ({"a": {"b": ["x"], "c": ["y"]}}, {"a": [{"b": "x"}, {"c": "y"}]}, False),
        ({"a": {"b": ["x"], "c": ["y"]}}, {"a": [{"b": "-"}, {"b": "x", "c": "y"}]}, True),
        ({"a": [{"exists": True}]}, {"a": None}, True),
        ({"a": [{"exists": True}]}, {"a": {"b": 1}}, False),
        ({"a": [{"exists": False}]}, {}, True),
        ({"a": {"b": [{"exists": False}]}}, {"a": None}, True),
        ({"a": [{"exists": False}]}, {"a": "x"}, False),
        ({"a": [{"prefix": "aws."}]}, {"a": "aws.iam"}, True),
        ({"a": [{"prefix": "aws."}]}, {"a": "my.aws."}, False),
        ({"a": [{"prefix": {"equals-ignore-case": "AWS"}}]}, {"a": "aws.iam"}, True),
        ({"a": [{"suffix": ".png"}]}, {"a": "x.png"}, True),
        ({"a": [{"equals-ignore-case": "X"}]}, {"a": "x"}, True),
        ({"a": [{"wildcard": "a*c"}]}, {"a": "abc"}, True),
        ({"a": [{"wildcard": "a*c"}]}, {"a": "abcd"}, False),
        ({"a": [{"anything-but": ["x"]}]}, {"a": "y"}, True),
        ({"a": [{"anything-but": ["x"]}]}, {"a": "x"}, False),
        ({"a": [{"anything-but": ["x"]}]}, {}, False),
        ({"a": [{"anything-but": {"prefix": "x"}}]}, {"a": "xy"}, False),
        ({"a": [{"numeric": [">", 1, "<=", 3]}]}, {"a": 3}, True),
        ({"a": [{"numeric": [">", 1, "<=", 3]}]}, {"a": "3"}, False),
        ({"a": [{"cidr": "10.0.0.0/8"}]}, {"a": "10.1.2.3"}, True),
        ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"b": "y"}, True),
        ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"b": "x"}, False),
        ({"c": ["z"], "$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"b": "y"}, False),
    ],
)
def test_patterns(pattern, event, expected):
    assert matches(pattern, event) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        {},
        {"a": "x"},
        {"a": []},
        {"a": {}},
        {"a": [["x"]]},
        {"a": [{"contains": "x"}]},
        {"a": [{"exists": "true"}]},
        {"a": [{"prefix": "x", "suffix": "y"}]},
        {"$or": [{"a": ["x"]}]},
        {"a": ["x" * 2_048]},
    ],
)
def test_what_eventbridge_would_not_take(pattern):
    with pytest.raises(InvalidPatternError):
        check(pattern)
