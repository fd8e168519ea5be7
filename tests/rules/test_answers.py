from itertools import product

import pytest

from secure_bedrock.rules._answer import NO, UNKNOWN, YES, Answer, all_of, any_of, none_of

RANK = {NO: 0, UNKNOWN: 1, YES: 2}


@pytest.mark.parametrize(("left", "right"), list(product(Answer, repeat=2)))
def test_combinations_follow_the_logic_of_three_values(left, right):
    assert left & right is min(left, right, key=RANK.get)
    assert left | right is max(left, right, key=RANK.get)
    assert none_of((left, right)) is ~(left | right)


def test_of_nothing():
    assert all_of(()) is YES
    assert any_of(()) is NO
    assert none_of(()) is YES


def test_an_answer_is_no_condition():
    with pytest.raises(TypeError, match="three values"):
        bool(UNKNOWN)
