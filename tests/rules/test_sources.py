import json
import sys

import pytest

from secure_bedrock.rules import load_assembly, load_template
from secure_bedrock.rules._linked import check_all

YAML = """\
AWSTemplateFormatVersion: 2010-09-09
Conditions:
  Prod: !Equals [!Ref Stage, prod]
Resources:
  Guardrail:
    Type: AWS::Bedrock::Guardrail
    Condition: Prod
    Properties:
      Name: !Sub "${AWS::StackName}-x"
      KmsKeyArn: !If [Prod, !GetAtt Key.Arn, !Ref "AWS::NoValue"]
      Account: 012345678901
      Enabled: yes
      Threshold: 0.7
      Empty:
      Policy:
        Version: 2012-10-17
"""
JSON = """{
  "Resources": {
    "Guardrail": {
      "Type": "AWS::Bedrock::Guardrail",
      "Properties": {
        "Name": "a\\"b",
        "Tags": [
          {"Key": "a"},
          {"Key": "b"}
        ]
      }
    }
  }
}
"""
PROPERTIES = ("Resources", "Guardrail", "Properties")


@pytest.fixture
def load(tmp_path):
    def from_text(text, name="template.yaml"):
        file = tmp_path / name
        file.write_text(text)
        return load_template(file)

    return from_text


def test_short_forms_become_long_forms(load):
    template = load(YAML).template
    properties = template["Resources"]["Guardrail"]["Properties"]
    assert template["Conditions"]["Prod"] == {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}
    assert properties["Name"] == {"Fn::Sub": "${AWS::StackName}-x"}
    assert properties["KmsKeyArn"]["Fn::If"][1] == {"Fn::GetAtt": ["Key", "Arn"]}


def test_yaml_values_are_what_cloudformation_reads(load):
    properties = load(YAML).template["Resources"]["Guardrail"]["Properties"]
    assert properties["Policy"]["Version"] == "2012-10-17"
    assert properties["Account"] == "012345678901"
    assert (properties["Enabled"], properties["Threshold"]) == (True, 0.7)
    assert properties["Empty"] is None


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (PROPERTIES, 8),
        ((*PROPERTIES, "Name"), 9),
        ((*PROPERTIES, "KmsKeyArn", "Fn::If", 2), 10),
        ((*PROPERTIES, "Absent", "Deeper"), 8),
        ((*PROPERTIES, "Policy", "Version"), 16),
        (("Nowhere",), 1),
    ],
)
def test_lines_of_yaml(load, path, line):
    assert load(YAML).line(path) == line


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (PROPERTIES, 5),
        ((*PROPERTIES, "Name"), 6),
        ((*PROPERTIES, "Tags", 1), 9),
        ((*PROPERTIES, "Tags", 1, "Key"), 9),
        ((*PROPERTIES, "Tags", 7), 7),
        ((*PROPERTIES, "Name", "Deeper"), 6),
        ((*PROPERTIES, "Absent"), 5),
    ],
)
def test_lines_of_json(load, path, line):
    assert load(JSON, "template.json").line(path) == line


def test_the_line_of_a_member_is_the_line_of_its_key(load):
    text = '{"Resources":\n {"G":\n\n {"Type": "T"}}}'
    assert load(text, "template.json").line(("Resources", "G")) == 2


def test_aliases_and_merges_are_followed(load):
    text = "Resources:\n  A: &a {Type: T, Properties: {X: 1}}\n  B: {<<: *a, Type: U}\n  C: *a\n"
    resources = load(text).template["Resources"]
    assert resources["B"] == {"Type": "U", "Properties": {"X": 1}}
    assert resources["C"] is resources["A"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no Resources"),
        ("[]", "no Resources"),
        ('{"Resources": []}', "no Resources"),
        ('{"Resources": {', "line 1"),
        ("{" * 20_000, "template.yaml: "),
        ("Resources: [", "line 2"),
        ("Resources: &a {A: *a}", "alias contains itself"),
        ("a: 1\n---\nb: 2", "single document"),
        ("- " * 5000, "template.yaml: "),
        ('{"Resources": ' + '{"a":' * 50_000, "template.yaml: "),
    ],
)
def test_what_is_no_template_is_refused_in_one_line(load, text, message):
    with pytest.raises(ValueError, match=r"template\.yaml") as refused:
        load(text)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "template.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="not UTF-8"):
        load_template(tmp_path / "template.json")


def test_yaml_is_not_imported_for_json(load, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert load(JSON, "template.json").template["Resources"]


def write(directory, files):
    for name, content in files.items():
        file = directory / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(content))


def stack(file, environment="aws://unknown-account/unknown-region"):
    properties = {"templateFile": file}
    return {
        "type": "aws:cloudformation:stack",
        "environment": environment,
        "properties": properties,
    }


@pytest.fixture
def assembly(tmp_path):
    child = {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "n.json"}}
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "stage"}}
    tree = {"type": "cdk:tree", "properties": {"file": "tree.json"}}
    write(
        tmp_path,
        {
            "manifest.json": {"artifacts": {"A": stack("a.json"), "S": stage, "T": tree}},
            "a.json": {"Resources": {"Nested": child}},
            "n.json": {"Resources": {}},
            "stage/manifest.json": {"artifacts": {"B": stack("b.json", "aws://1/eu-west-1")}},
            "stage/b.json": {"Resources": {}},
        },
    )
    return tmp_path


def test_an_assembly_has_stacks_nested_stacks_and_stages(assembly):
    found = load_assembly(assembly)
    names = [str(source.path.relative_to(assembly)) for source in found]
    assert names == ["a.json", "n.json", "stage/b.json"]
    assert (found[2].account, found[2].region) == ("1", "eu-west-1")
    assert (found[0].account, found[0].region) == (None, None)


def test_a_stack_may_have_no_resources(assembly):
    (assembly / "a.json").write_text("{}")
    assert load_assembly(assembly)[0].template == {"Resources": {}}


def test_a_directory_without_manifest_is_refused(tmp_path):
    with pytest.raises(ValueError, match="not a cloud assembly"):
        load_assembly(tmp_path)


KEYS = {"Resources": {"Key": {"Type": "AWS::KMS::Key"}}}


def exporting(value):
    return KEYS | {"Outputs": {"O": {"Value": value, "Export": {"Name": "Key"}}}}


def importing(key):
    guardrail = {"Type": "AWS::Bedrock::Guardrail", "Properties": {"KmsKeyArn": key}}
    return {"Resources": {"G": guardrail}}


@pytest.fixture
def together(tmp_path):
    """GRD02 over templates that are judged together."""

    def statuses(*templates):
        write(tmp_path, {f"{i}.json": each for i, each in enumerate(templates)})
        sources = [load_template(tmp_path / f"{i}.json") for i in range(len(templates))]
        found = [f for _, report in check_all(sources) for f in report.findings]
        return [f.status for f in found if f.rule_id == "GRD02"]

    return statuses


IMPORT = {"Fn::ImportValue": "Key"}
OWN = {"Fn::GetAtt": ["Key", "Arn"]}


def test_an_import_of_a_sibling_stack_is_known(together):
    assert together(exporting(OWN), importing(IMPORT)) == []
    assert together(exporting("alias/aws/s3"), importing(IMPORT)) == ["fail"]


def test_an_import_from_elsewhere_is_unknown(together):
    assert together(KEYS, importing(IMPORT)) == ["unknown"]


def test_an_export_that_two_stacks_give_is_unknown(together):
    two = [exporting(OWN), exporting("alias/aws/s3")]
    assert together(*two, importing(IMPORT)) == ["unknown"]
