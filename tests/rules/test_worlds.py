import pytest

from secure_bedrock.rules._worlds import worlds

PROD = {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}
STAGE = {"Stage": {"Type": "String", "Default": "dev"}}


def outcomes(conditions, *names, parameters=STAGE, fixed=None):
    used = {f"R{i}": {"Type": "T", "Condition": name} for i, name in enumerate(names)}
    template = {"Parameters": parameters, "Conditions": conditions, "Resources": used}
    return [tuple(map(world.holds, names)) for world in worlds(template, fixed or {})]


def test_without_conditions_there_is_one_world():
    assert outcomes({"IsProd": PROD}) == [()]


def test_the_default_comes_first():
    assert outcomes({"IsProd": PROD}, "IsProd") == [(False,), (True,)]


def test_a_condition_and_its_negation_never_agree():
    conditions = {"IsProd": PROD, "NotProd": {"Fn::Not": [{"Condition": "IsProd"}]}}
    assert sorted(outcomes(conditions, "IsProd", "NotProd")) == [(False, True), (True, False)]


def test_a_parameter_has_one_value_at_a_time():
    test = {"Fn::Equals": ["test", {"Ref": "Stage"}]}
    found = outcomes({"IsProd": PROD, "IsTest": test}, "IsProd", "IsTest")
    assert sorted(found) == [(False, False), (False, True), (True, False)]


def test_allowed_values_bound_the_worlds():
    only = {"Stage": {"Type": "String", "AllowedValues": ["prod"]}}
    assert outcomes({"IsProd": PROD}, "IsProd", parameters=only) == [(True,)]


def test_a_known_region_decides():
    conditions = {"Here": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}}
    assert outcomes(conditions, "Here", fixed={"AWS::Region": "eu-west-1"}) == [(True,)]
    assert outcomes(conditions, "Here", fixed={"AWS::Region": "us-east-1"}) == [(False,)]


@pytest.mark.parametrize(("values", "expected"), [(["a", "a"], True), (["a", "b"], False)])
def test_literals_decide(values, expected):
    assert outcomes({"C": {"Fn::Equals": values}}, "C") == [(expected,)]


@pytest.mark.parametrize("function", ["Fn::And", "Fn::Or"])
def test_combined_conditions(function):
    other = {"Fn::Equals": [{"Ref": "Other"}, "x"]}
    conditions = {"C": {function: [PROD, other]}, "P": PROD, "O": other}
    combine = {"Fn::And": all, "Fn::Or": any}[function]
    assert all(c is combine((p, o)) for c, p, o in outcomes(conditions, "C", "P", "O"))


@pytest.mark.parametrize(
    "condition",
    [
        {"Fn::Equals": [{"Fn::FindInMap": ["M", "a", "b"]}, "x"]},
        {"Fn::Equals": [{"Ref": "Stage"}, "x", "y"]},
        {"Fn::Equals": ["x"]},
        {"Condition": "Loop"},
        "junk",
        None,
    ],
)
def test_what_cannot_be_evaluated_goes_both_ways(condition):
    assert sorted(outcomes({"Loop": condition}, "Loop")) == [(False,), (True,)]


def test_an_undefined_condition_goes_both_ways():
    assert sorted(outcomes({}, "Nowhere")) == [(False,), (True,)]


def test_many_conditions_are_varied_one_at_a_time():
    conditions = {f"C{i}": {"Fn::Equals": [{"Ref": f"P{i}"}, "x"]} for i in range(30)}
    found = outcomes(conditions, *conditions, parameters={})
    assert len(found) == 31
    assert all(len({world[i] for world in found}) == 2 for i in range(30))


def test_conditions_that_decide_nothing_are_left_out():
    metadata = {"Type": "AWS::CDK::Metadata", "Condition": "Available"}
    template = {"Conditions": {"Available": PROD}, "Resources": {"CDKMetadata": metadata}}
    assert len(worlds(template, {})) == 1
