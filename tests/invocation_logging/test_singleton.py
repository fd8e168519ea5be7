import aws_cdk as cdk
import pytest

from secure_bedrock import InvocationLogging

ONE = cdk.Environment(account="111122223333", region="eu-west-1")


def in_stack(app, name, env=None):
    return InvocationLogging(cdk.Stack(app, name, env=env), "Logging")


def test_two_for_one_account_and_region_are_refused_with_both_paths(app):
    in_stack(app, "First", ONE)
    expected = "Second/Logging: First/Logging already .* 111122223333/eu-west-1"
    with pytest.raises(ValueError, match=expected):
        in_stack(app, "Second", ONE)


def test_two_in_one_stack_are_refused(stack):
    InvocationLogging(stack, "Logging")
    with pytest.raises(ValueError, match="Test/Again: Test/Logging already"):
        InvocationLogging(stack, "Again")


def test_two_in_stacks_without_an_environment_are_refused(app):
    in_stack(app, "First")
    with pytest.raises(ValueError, match="give their stacks different environments"):
        in_stack(app, "Second")


def test_two_across_stages_are_refused(app):
    in_stack(cdk.Stage(app, "A"), "First", ONE)
    with pytest.raises(ValueError, match="A/First/Logging already"):
        in_stack(cdk.Stage(app, "B"), "First", ONE)


@pytest.mark.parametrize(
    "other",
    [
        cdk.Environment(account="111122223333", region="eu-central-1"),
        cdk.Environment(account="444455556666", region="eu-west-1"),
        None,
    ],
)
def test_another_environment_has_its_own(app, other):
    in_stack(app, "First", ONE)
    in_stack(app, "Second", other)


def test_another_app_has_its_own(feature_flags):
    for _ in range(2):
        in_stack(cdk.App(context=feature_flags), "First", ONE)
