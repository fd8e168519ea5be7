"""What changed between two reports."""

from dataclasses import replace

import pytest

from secure_bedrock.evidence.changes import Kind, compare
from secure_bedrock.evidence.controls.model import (
    Control,
    Evidence,
    Framework,
    Input,
    Place,
    RuleFinding,
    Status,
    TemplateResource,
)


def place(logical_id, kind="AWS::S3::Bucket", file="cdk.out/a.json"):
    return Place(
        template=file,
        logical_id=logical_id,
        construct_path="",
        resource_type=kind,
        property_path="",
        line=1,
    )


def finding(fingerprint, acknowledged=None, **where):
    return RuleFinding(
        rule_id="GRD01",
        rule_title="title",
        severity="high",
        status=Status.OPEN,
        place=place("Bucket", **where),
        message="message",
        fix="fix",
        acknowledged=acknowledged,
        fingerprint=fingerprint,
    )


def control(status):
    return Control(
        framework="x",
        id="1",
        title="One",
        status=status,
        proofs=(),
        mapping_source="our reading",
        note="",
    )


def framework(*controls):
    return Framework(
        id="x", name="X", version="1", publisher="p", source_url="s", controls=controls
    )


def item(logical_id, digest="1", **where):
    return TemplateResource(place=place(logical_id, **where), digest=digest)


@pytest.fixture
def report():
    return Evidence(
        generated_at="2026-01-01T00:00:00Z",
        tool_version="0.1.0",
        rules_version="r",
        profiles=("baseline",),
        inputs=(Input(path="cdk.out/a.json", sha256="", stack="App", region=None, account=None),),
        frameworks=(framework(control(Status.OPEN)),),
        findings=(finding("f"),),
        acknowledgements=(finding("a", "because"),),
        resources=(item("Bucket"), item("Role", kind="AWS::IAM::Role")),
    )


def test_the_same_report_has_no_changes(report):
    found = compare(report, report)
    assert found.nothing
    assert found.same_rules


def test_a_control_with_another_answer_is_a_change(report):
    now = replace(report, frameworks=(framework(control(Status.SHOWN)),))
    (change,) = compare(report, now).controls
    assert (change.framework, change.id, change.title) == ("X 1", "1", "One")
    assert (change.before, change.after) == (Status.OPEN, Status.SHOWN)


def test_a_control_that_is_no_longer_in_the_report_is_a_change(report):
    (change,) = compare(report, replace(report, frameworks=())).controls
    assert (change.title, change.after) == ("One", None)


def test_findings_that_came_and_went_are_changes(report):
    found = compare(report, replace(report, findings=(finding("g"),))).findings
    assert [each.kind for each in found] == [Kind.ADDED, Kind.REMOVED]
    assert found[0].rule_id == "GRD01"


def test_a_finding_that_is_known_now_is_a_change(report):
    before = replace(report, findings=(replace(finding("f"), status=Status.UNKNOWN),))
    assert [each.kind for each in compare(before, report).findings] == [Kind.CHANGED]


def test_another_reason_is_a_change(report):
    found = compare(report, replace(report, acknowledgements=(finding("a", "so"),)))
    assert [each.kind for each in found.acknowledgements] == [Kind.CHANGED]
    assert found.acknowledgements[0].text == "message Reason: so"


def test_resources_and_principals_are_kept_apart(report):
    now = replace(report, resources=(item("New"), item("Role", "2", kind="AWS::IAM::Role")))
    found = compare(report, now)
    assert [(each.kind, each.place.logical_id) for each in found.resources] == [
        (Kind.ADDED, "New"),
        (Kind.REMOVED, "Bucket"),
    ]
    assert [(each.kind, each.place.logical_id) for each in found.principals] == [
        (Kind.CHANGED, "Role")
    ]


@pytest.mark.parametrize(("stack", "name"), [("App", "renamed.json"), ("", "a.json")])
def test_a_template_in_another_folder_is_the_same_one(report, stack, name):
    def at(file):
        where = Input(path=file, sha256="", stack=stack, region=None, account=None)
        return replace(
            report,
            inputs=(where,),
            findings=(finding("f", file=file),),
            acknowledgements=(),
            resources=(item("Bucket", file=file),),
        )

    assert compare(at("cdk.out/a.json"), at(f"/elsewhere/{name}")).nothing


def test_files_of_one_name_are_told_apart_by_their_folders(report):
    inputs = tuple(
        Input(path=f"{folder}/a.json", sha256="", stack="", region=None, account=None)
        for folder in ("one", "two")
    )
    both = replace(
        report,
        inputs=inputs,
        resources=(item("B", "1", file="one/a.json"), item("B", "2", file="two/a.json")),
    )
    assert compare(both, both).nothing
    (change,) = compare(both, replace(both, resources=both.resources[:1])).resources
    assert (change.kind, change.place.template) == (Kind.REMOVED, "two/a.json")


@pytest.mark.parametrize("field", ["rules_version", "profiles"])
def test_other_rules_are_pointed_out(report, field):
    assert not compare(report, replace(report, **{field: ("other",)})).same_rules
