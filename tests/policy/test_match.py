from time import perf_counter

import pytest

from secure_bedrock.policy.match import arn_match, resource_match, wildcard_match

FOUNDATION = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"
GLOBAL = "arn:aws:bedrock:::foundation-model/amazon.nova-lite-v1:0"


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("*", "anything:at/all", True),
        ("?", "", False),
        ("?", "a", True),
        ("a*", "a", True),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("*b*", "abc", True),
        ("*b*", "acd", False),
        ("a*b*c", "axbxc", True),
        ("a*b*c", "axcxb", False),
        ("a*?c", "abc", True),
        ("a*?c", "ac", False),
        ("*?b", "xxb", True),
        ("**", "x", True),
        ("*ab*ab", "ab", False),
        ("*ab*ab", "abab", True),
        ("a.c", "abc", False),
        ("[a]", "a", False),
        ("Invoke*", "invokeModel", False),
    ],
)
def test_star_is_any_text_and_question_mark_one_character(pattern, value, expected):
    assert wildcard_match(pattern, value) is expected


def test_case_can_be_ignored():
    assert wildcard_match("BEDROCK:invoke*", "bedrock:InvokeModel", ignore_case=True)


def test_many_stars_take_no_time():
    start = perf_counter()
    assert not wildcard_match("*a" * 2000 + "b", "a" * 20_000)
    assert not wildcard_match("*a?" * 500 + "b", "a" * 5_000)
    assert perf_counter() - start < 2


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("arn:aws:bedrock:*::foundation-model/amazon.*", FOUNDATION, True),
        ("arn:aws:bedrock:*::foundation-model/amazon.*", GLOBAL, True),
        ("arn:aws:bedrock:*:foundation-model/*", FOUNDATION, False),
        ("arn:aws:bedrock:*", FOUNDATION, False),
        ("*", FOUNDATION, False),
        ("arn:aws:bedrock:eu-west-?::foundation-model/*", FOUNDATION, True),
        ("arn:aws:bedrock:eu-west-1::*", FOUNDATION, True),
        ("arn:aws:bedrock:eu-west-1::*", "not an arn", False),
    ],
)
def test_arn_like_compares_field_by_field(pattern, value, expected):
    assert arn_match(pattern, value) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", True),
        ("arn:aws:bedrock", True),
        ("arn:aws:bedrock:eu-west-1", True),
        ("arn:aws:bedrock:us-east-1", False),
        ("arn:aws:bedrock:*:foundation-model/*", True),
        ("arn:aws:bedrock:*:*:foundation-model/*", True),
        ("arn:aws:bedrock:*:111122223333:foundation-model/*", False),
        ("arn:aws:s3", False),
        ("arn:aws:bedrock:eu*on-model/*", False),
        ("arn:aws:bedrock:eu-*", True),
    ],
)
def test_a_resource_entry_is_completed_and_its_stars_reach_over_colons(pattern, expected):
    assert resource_match(pattern, FOUNDATION) is expected
