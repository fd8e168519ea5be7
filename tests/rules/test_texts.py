import pytest

from secure_bedrock.rules._answer import NO, UNKNOWN, YES
from secure_bedrock.rules._text import Hole, Kind, Reference, Text, join, reopen, text_matches

SEGMENT, PLAIN, FREE = (Hole(Reference(kind.value), kind) for kind in Kind)


def arn(hole):
    return join(["arn:", hole, ":iam::aws:policy/AmazonBedrockFullAccess"])


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*:policy/AmazonBedrockFullAccess", YES),
        ("arn:*AccessX", NO),
        ("arn:aws:iam::aws:policy/*", UNKNOWN),
        ("arn:aws:iam:*:*:policy/*", UNKNOWN),
        ("arn:a:b:iam::aws:policy/*", NO),
        ("arn:?*:policy/*", UNKNOWN),
        ("*", YES),
    ],
)
def test_patterns_against_a_segment(pattern, expected):
    assert text_matches(arn(SEGMENT), pattern) is expected


@pytest.mark.parametrize(
    ("hole", "value", "expected"),
    [
        (SEGMENT, "arn:aws:iam::aws:policy/AmazonBedrockFullAccess", True),
        (SEGMENT, "arn:a/b:iam::aws:policy/AmazonBedrockFullAccess", False),
        (SEGMENT, "arn::iam::aws:policy/AmazonBedrockFullAccess", False),
        (PLAIN, "arn:a:b:iam::aws:policy/AmazonBedrockFullAccess", True),
        (PLAIN, "arn:*:iam::aws:policy/AmazonBedrockFullAccess", False),
        (FREE, "arn::iam::aws:policy/AmazonBedrockFullAccess", True),
        (FREE, "arn:*:iam::aws:policy/AmazonBedrockFullAccess", True),
    ],
)
def test_what_a_hole_may_hold(hole, value, expected):
    assert arn(hole).may_equal(value) is expected


@pytest.mark.parametrize(
    ("hole", "pattern", "expected"),
    [(FREE, "", UNKNOWN), (PLAIN, "", NO), (SEGMENT, "a:b", NO), (PLAIN, "a:b", UNKNOWN)],
)
def test_a_hole_alone(hole, pattern, expected):
    assert text_matches(join([hole]), pattern) is expected


def test_a_text_without_holes_is_a_string():
    assert join(["a", "b"]) == "ab"


def test_a_text_shows_what_it_refers_to():
    assert str(join(["key/", Hole(Reference("Key", "Arn"))])) == "key/${Key.Arn}"


def test_a_piece_keeps_its_holes():
    text = join([SEGMENT, ":", PLAIN])
    piece = reopen(text.shape.split(":")[1], text.holes)
    assert isinstance(piece, Text)
    assert piece.holes == (PLAIN,)


def test_as_a_pattern_it_covers_a_value_only_perhaps():
    assert join(["bedrock:Get", FREE]).covers("bedrock:GetAgent") is UNKNOWN
    assert join(["bedrock:Get", FREE]).covers("bedrock:ListAgents") is NO


def test_a_huge_comparison_ends_as_unknown():
    assert text_matches(join(["a" * 5000, FREE, "b"]), "a*" * 3000 + "c") is UNKNOWN
