import pytest

from secure_bedrock.network.policy_size import policy_length


def test_compact_json_is_counted():
    assert policy_length({"a": ["b", "c"]}) == len('{"a":["b","c"]}')


@pytest.mark.parametrize(
    ("reference", "longest"), [("AWS::AccountId", 12), ("AWS::Partition", 10), ("AWS::Region", 14)]
)
def test_what_only_cloudformation_knows_counts_at_its_longest(reference, longest):
    joined = {"Fn::Join": ["", ["arn:", {"Ref": reference}, ":x"]]}
    assert policy_length(joined) == len("arn::x") + longest + 2


def test_other_references_count_as_256():
    assert policy_length([{"Fn::GetAtt": ["A", "Arn"]}, {"Ref": "B"}]) == 2 * 258 + 3
