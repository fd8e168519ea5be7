import json

import pytest

from secure_bedrock.findings.baseline import read_baseline
from secure_bedrock.findings.collect import collect
from secure_bedrock.findings.result import OnUnknown, Policy, assemble
from secure_bedrock.rules import RULES, check_all

BAD = {
    "Type": "AWS::Bedrock::Guardrail",
    "Properties": {"Name": "a", "KmsKeyArn": {"Ref": "Key"}},
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write(here):
    """Write a file: text as it is, anything else as JSON with one member per line."""

    def to(name, content):
        file = here / name
        file.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content, indent=1)
        file.write_text(text)
        return file

    return to


@pytest.fixture
def guardrail():
    """A template with one guardrail: GRD02 is unknown, GRD03, GRD06 and GRD11 fail."""

    def template(*accepted, **properties):
        entries = [{"id": id, "reason": "batch input"} for id in accepted]
        resource = {
            **BAD,
            "Metadata": {"secure-bedrock": {"acknowledge": entries}},
            "Properties": BAD["Properties"] | properties,
        }
        parameters = {"Key": {"Type": "String"}}
        return {"Parameters": parameters, "Resources": {"Guardrail": resource}}

    return template


@pytest.fixture
def result(here):
    """The result of a check of what lies in the folder, with the baseline of a file."""

    def of(*paths, baseline=None, profiles=(), fail_on="low", unknown="report"):
        found = collect(paths or [here])
        return assemble(
            check_all(found.sources, profiles=profiles),
            rules=[r for r in RULES.values() if r.profiles & {"baseline", *profiles}],
            policy=Policy(fail_on=fail_on, unknown=OnUnknown(unknown)),
            baseline=read_baseline(baseline) if baseline else None,
            problems=found.problems,
        )

    return of
