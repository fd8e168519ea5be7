import json

import pytest

from secure_bedrock.emulator.filter_patterns import InvalidPatternError, matches

EVENT = {"a": "xyz", "n": 3, "t": True, "z": None, "o": {"p-q": "v"}, "l": [{"k": 1}, {"k": 2}]}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ('{ $.a = "xyz" }', True),
        ("{ $.a = xyz }", True),
        ('{ $.a = "xy" }', False),
        ('{ $.a = "x*" }', True),
        ('{ $.a = "*y*" }', True),
        ('{ $.missing = "*" }', False),
        ('{ $.o = "*" }', False),
        ('{ $.a != "x" }', True),
        ('{ $.missing != "x" }', False),
        ("{ $.n = 3 }", True),
        ("{ $.n = 3.0 }", True),
        ("{ $.a = 3 }", False),
        ("{ $.n > 2 }", True),
        ("{ $.n >= 3 }", True),
        ("{ $.n < 3 }", False),
        ("{ $.n <= 3 }", True),
        ("{ $.a < 3 }", False),
        ("{ $.t < 3 }", False),
        ("{ $.missing < 3 }", False),
        ("{ $.t IS TRUE }", True),
        ("{ $.t IS FALSE }", False),
        ("{ $.z IS NULL }", True),
        ("{ $.missing IS NULL }", False),
        ("{ $.missing NOT EXISTS }", True),
        ("{ $.a NOT EXISTS }", False),
        ('{ $.o.p-q = "v" }', True),
        ("{ $.l[1].k = 2 }", True),
        ("{ $.l[2].k = 2 }", False),
        ("{ $.l.k = 2 }", False),
        ("{ $.a = %y.% }", True),
        ("{ ($.n = 1) || ($.n = 3) }", True),
        ("{ ($.n = 3) && ($.t IS FALSE) }", False),
        ("{ $.n = 3 || $.n = 1 && $.t IS FALSE }", True),
        ("{ ($.n = 3 || $.n = 1) && $.t IS FALSE }", False),
    ],
)
def test_patterns_over_json(pattern, expected):
    assert matches(pattern, json.dumps(EVENT)) is expected


def test_text_that_is_no_json_matches_no_pattern_over_json():
    assert not matches("{ $.a NOT EXISTS }", "plain text")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", True),
        ("ERROR", True),
        ("error", False),
        ("ERROR disk", True),
        ("ERROR network", False),
        ('"disk full"', True),
        ('"full disk"', False),
        ("?network ?disk", True),
        ("?network ?memory", False),
        ("ERROR -disk", False),
        ("%d[io]sk%", True),
        ('"\\"code\\":7"', True),
    ],
)
def test_patterns_over_text(pattern, expected):
    assert matches(pattern, 'ERROR: disk full {"code":7}') is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "[a, b]",
        "{ $.a }",
        "{ $.a = }",
        '{ $.a = "x"',
        '{ a = "x" }',
        '{ $.a < "x" }',
        "{ $.a IS MAYBE }",
        '{ $.a = "x" } }',
        '{ ($.a = "x" }',
        "?a b",
        '"open',
        "x" * 1_025,
    ],
)
def test_what_is_no_pattern_is_refused(pattern):
    with pytest.raises(InvalidPatternError):
        matches(pattern, "x")
