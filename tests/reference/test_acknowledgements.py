import json
from pathlib import Path

import aws_cdk as cdk
import pytest

from secure_bedrock.checks import BedrockSecurityChecks
from secure_bedrock.reference import acknowledgements, application
from secure_bedrock.rules import Profile

MULTIPLE_MODELS = [
    "eu.amazon.nova-lite-v1:0",
    "eu.amazon.nova-pro-v1:0",
    "amazon.titan-embed-text-v2:0",
]


def findings(app, outdir):
    """What cdk-nag's packs and our rules in every profile find."""
    cdk.Validations.of(app).add_plugins(BedrockSecurityChecks(profiles=list(Profile)))
    try:
        app.synth()
    except RuntimeError:
        pass
    else:
        return set()
    report = json.loads((Path(outdir) / "validation-report.json").read_text())
    return {
        (construct["constructPath"], f"{plugin['pluginName']}::{violation['ruleName']}")
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"account": None, "region": None},
        {"region": "eu-north-1", "models": MULTIPLE_MODELS, "geography": None},
        {"audit_trail": "data-events", "replace_existing_logging": True},
    ],
    ids=["any place", "no budgets here, and more models", "another trail"],
)
def test_no_finding_is_left_unacknowledged(reference, tmp_path, changes):
    app, _ = reference(outdir=str(tmp_path), **changes)
    assert findings(app, tmp_path) == set()


@pytest.mark.parametrize("settings", ["assembly", "full", "least"])
def test_no_finding_is_left_whatever_is_switched_on(settings, request):
    assert request.getfixturevalue(settings).stacks


@pytest.mark.parametrize("switched_on", [False, True], ids=["defaults", "everything"])
def test_every_acknowledgement_answers_a_finding(
    reference, everything, tmp_path, monkeypatch, switched_on
):
    monkeypatch.setattr(application, "acknowledge", lambda *_: None)
    app, stack = reference(outdir=str(tmp_path), **(everything if switched_on else {}))
    settings = application.Settings.from_context(app.node.get_context("secure-bedrock"))
    acknowledged = {
        (acknowledgements._at(stack, entry.path).node.path, rule)
        for entry in acknowledgements.entries(stack, settings)
        for rule in entry.rules
    }
    assert findings(app, tmp_path) == acknowledged


def test_every_reason_is_a_sentence(reference):
    app, stack = reference()
    settings = application.Settings.from_context(app.node.get_context("secure-bedrock"))
    for entry in acknowledgements.entries(stack, settings):
        assert len(entry.reason.split()) > 8
        assert "{" not in entry.reason


def test_an_acknowledgement_of_nothing_is_an_error(reference):
    _, stack = reference()
    with pytest.raises(
        ValueError, match=r"^SecureBedrock: no construct 'Keys/Nothing' to acknowledge"
    ):
        acknowledgements._at(stack, "Keys/Nothing")


def test_template_validation_runs_as_errors(reference):
    app, stack = reference()
    cdk.Validations.of(app).add_plugins(cdk.CloudFormationValidatePlugin())
    cdk.CfnResource(stack, "Wrong", type="AWS::SNS::Topic", properties={"NoSuchProperty": 1})
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
