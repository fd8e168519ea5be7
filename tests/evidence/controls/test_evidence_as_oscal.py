import json
import re

import pytest
from trestle.core.validator_factory import validator_factory
from trestle.oscal.component import ComponentDefinition

from secure_bedrock.evidence.controls.collect import collect_evidence
from secure_bedrock.evidence.controls.mapping import framework_ids, load_framework
from secure_bedrock.evidence.oscal import NS, control_token, render

TOKEN = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def definition_of(evidence):
    return json.loads(render(evidence))["component-definition"]


def requirements(definition):
    (component,) = definition["components"]
    return {
        requirement["control-id"]: requirement
        for implementation in component["control-implementations"]
        for requirement in implementation["implemented-requirements"]
    }


def props(part, name):
    return [each["value"] for each in part["props"] if each["name"] == name]


def test_trestle_reads_it(evidence, tmp_path):
    path = tmp_path / "component-definition.json"
    path.write_text(render(evidence), encoding="utf-8")
    read = ComponentDefinition.oscal_read(path)
    assert len(read.components) == 1
    assert len(read.components[0].control_implementations) == len(framework_ids())


def test_the_validators_of_trestle_find_nothing(evidence, tmp_path):
    path = tmp_path / "component-definition.json"
    path.write_text(render(evidence), encoding="utf-8")
    read = ComponentDefinition.oscal_read(path)
    validators = [*validator_factory.get_all()]
    assert len(validators) >= 5
    assert all(each.model_is_valid(read, quiet=True, trestle_root=tmp_path) for each in validators)


def test_every_link_leads_to_the_back_matter(evidence):
    definition = definition_of(evidence)
    known = {f"#{each['uuid']}" for each in definition["back-matter"]["resources"]}
    links = [
        link["href"]
        for requirement in requirements(definition).values()
        for link in requirement["links"]
    ]
    assert links
    assert set(links) == known


def test_a_requirement_links_to_resource_and_property(evidence):
    definition = definition_of(evidence)
    requirement = requirements(definition)["sc-28"]
    link = next(each for each in requirement["links"] if each["text"].startswith("GRD02"))
    (resource,) = definition["back-matter"]["resources"]
    assert link["href"] == f"#{resource['uuid']}"
    assert link["resource-fragment"] == "Resources.Guardrail.Properties.KmsKeyArn"
    assert "shown: Guardrail Properties.KmsKeyArn, line" in link["text"]


def test_the_template_is_named_with_its_hash(evidence):
    (resource,) = definition_of(evidence)["back-matter"]["resources"]
    (link,) = resource["rlinks"]
    assert link["hashes"] == [{"algorithm": "SHA-256", "value": evidence.inputs[0].sha256}]


def test_a_requirement_says_what_the_template_shows_of_it(evidence):
    found = requirements(definition_of(evidence))
    assert props(found["sc-28"], "template-shows") == ["shown"]
    assert props(found["si-10"], "template-shows") == ["open"]
    assert props(found["sc-28"], "baseline")[0] == "FedRAMP Low"
    assert props(found["sc-28"], "label") == ["SC-28"]
    assert all(each["ns"] == NS for each in found["sc-28"]["props"])


def test_what_the_template_does_not_show_is_no_requirement_but_named(evidence):
    definition = definition_of(evidence)
    (component,) = definition["components"]
    nist = next(
        each for each in component["control-implementations"] if "NIST" in each["description"]
    )
    assert not {"ir-4", "sc-7", "sa-9.5", "au-3.3"} & set(requirements(definition))
    assert "IR-4" in props(nist, "customer-control")
    assert "SC-7" in props(nist, "absent-control")
    assert props(nist, "unknown-control") == ["CM-12", "SA-9(5)"]
    assert "AU-3(3)" in props(nist, "open-control")


def test_every_control_is_a_requirement_or_named(evidence):
    (component,) = definition_of(evidence)["components"]
    for made, framework in zip(
        component["control-implementations"], evidence.frameworks, strict=True
    ):
        named = [p["value"] for p in made["props"] if p["name"].endswith("-control")]
        shown = [props(each, "label")[0] for each in made["implemented-requirements"]]
        assert sorted([*named, *shown]) == sorted(control.id for control in framework.controls)


def test_ids_and_times_repeat(template, evidence_of, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    text = render(evidence_of(template))
    assert text == render(evidence_of(template))
    ids = re.findall(r'"uuid": "([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert all(UUID.fullmatch(each) for each in ids)
    assert '"last-modified": "2023-11-14T22:13:20+00:00"' in text


def test_another_template_has_another_definition(template, evidence, evidence_of):
    before = definition_of(evidence)["uuid"]
    template["Resources"]["Logs"]["Properties"]["RetentionInDays"] = 30
    assert definition_of(evidence_of(template))["uuid"] != before


@pytest.mark.parametrize("id", framework_ids())
def test_control_ids_are_tokens_and_differ(id):
    tokens = [control_token(id, control.id) for control in load_framework(id).controls]
    assert all(TOKEN.fullmatch(token) for token in tokens)
    assert len(tokens) == len(set(tokens))


def test_controls_of_nist_are_named_as_in_its_catalog():
    assert control_token("nist-800-53", "SC-28(1)") == "sc-28.1"
    assert control_token("hipaa", "164.312(a)(2)(iv)") == "hipaa_164.312.a.2.iv"


def test_a_template_that_shows_nothing_is_a_component_without_controls(evidence_of):
    evidence = evidence_of({"Resources": {"B": {"Type": "AWS::S3::Bucket"}}})
    (component,) = definition_of(evidence)["components"]
    assert "control-implementations" not in component


def test_hostile_names_and_paths_do_no_harm(template, evidence_of, tmp_path):
    evil = "a\n\u0000\ud800<script>"
    template["Resources"][evil] = template["Resources"].pop("Guardrail")
    text = render(evidence_of(template))
    text.encode()
    (tmp_path / "with space").mkdir()
    path = tmp_path / "with space" / "app.json"
    path.write_text((tmp_path / "app.template.json").read_text())
    assert "with%20space" in render(collect_evidence([path], frameworks=["gdpr"]))
