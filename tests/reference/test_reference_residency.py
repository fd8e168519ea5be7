import pytest


def test_the_reference_stack_keeps_a_residency_that_fits(reference):
    app, _ = reference(residency="eu", region="eu-central-1")
    assert app.synth().stacks


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"residency": ["eu-west-1"]}, "eu.amazon.nova-lite-v1:0 also runs in eu-central-1"),
        (
            {"residency": "us", "models": ["amazon.nova-lite-v1:0"]},
            "eu-west-1 is outside the data residency us",
        ),
    ],
)
def test_what_would_leave_does_not_synthesize(reference, changes, message):
    with pytest.raises(ValueError, match=message):
        reference(**changes)
