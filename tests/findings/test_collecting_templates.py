import json

import pytest

from secure_bedrock.findings.collect import collect

TEMPLATE = '{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}'


@pytest.fixture
def names(here):
    """What is collected from paths, relative to the folder."""

    def collected(*paths, **options):
        found = collect([here / path for path in paths or ["."]], **options)
        return [source.path.relative_to(here).as_posix() for source in found.sources], found

    return collected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", TEMPLATE),
        ("a.yaml", "Resources:\n  T:\n    Type: AWS::SNS::Topic\n"),
        ("a.yml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {Type: X}\n"),
        ("a.template", TEMPLATE),
        ("a.json", '{"Parameters": {}, "Resources": {"T": {"Type": "AWS::SNS::Topic"}}}'),
        ("a.json", '{"Resources": {"T": {"Type": "Datadog::Monitors::Monitor"}}}'),
        ("a.YAML", "Resources: {C: {Type: Custom::Thing}}"),
    ],
)
def test_templates_in_a_folder_are_found(write, names, name, text):
    write(f"deep/er/{name}", text)
    assert names()[0] == [f"deep/er/{name}"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package.json", '{"name": "x"}'),
        ("chart.yaml", "Resources: {{ .Values.x }}"),
        ("compose.yaml", "services: {a: {image: AWS::X}}"),
        ("notes.txt", TEMPLATE),
    ],
)
def test_other_files_in_a_folder_are_passed_over(write, names, name, text):
    write("a.json", TEMPLATE)
    write(name, text)
    found, collected = names()
    assert found == ["a.json"]
    assert collected.problems == []
    assert collected.others == (0 if name == "notes.txt" else 1)


@pytest.mark.parametrize("folder", [".git", "node_modules", "__pycache__"])
def test_folders_of_tools_are_passed_over(write, names, folder):
    write("a.json", TEMPLATE)
    write(f"{folder}/b.json", TEMPLATE)
    assert names()[0] == ["a.json"]


def test_a_template_with_a_syntax_error_is_a_problem_and_hides_nothing(write, names):
    write("a.json", TEMPLATE)
    write("b.yaml", "Resources:\n  T: {Type: AWS::SNS::Topic\n")
    found, collected = names()
    assert found == ["a.json"]
    (problem,) = collected.problems
    assert "b.yaml: while parsing a flow mapping" in problem
    assert problem.endswith(": correct it or leave it out")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nope.json", "does not exist: name a template, a folder"),
        ("empty", "no template in this folder: name a template"),
        ("other.json", "not a CloudFormation template: it has no Resources object: correct it"),
    ],
)
def test_what_is_named_has_to_be_a_template(write, names, name, problem):
    write("empty/readme.md", "")
    write("other.json", "{}")
    found, collected = names(name)
    assert found == []
    assert len(collected.problems) == 1
    assert problem in collected.problems[0]


def test_templates_only_passes_over_named_files_of_other_kinds(write, names):
    write("a.json", TEMPLATE)
    write("other.json", "{}")
    found, collected = names("a.json", "other.json", templates_only=True)
    assert (found, collected.others, collected.problems) == (["a.json"], 1, [])


def test_templates_only_does_not_hide_a_broken_template(write, names):
    write("a.json", TEMPLATE[:-1])
    assert names("a.json", templates_only=True)[1].problems != []


def test_a_file_that_is_named_twice_is_checked_once(write, names):
    write("a.json", TEMPLATE)
    assert names("a.json", ".", "a.json")[0] == ["a.json"]


@pytest.fixture
def assembly(write):
    properties = {"templateFile": "S.template.json"}
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://111122223333/eu-west-1",
        "properties": properties,
        "displayName": "App/S",
    }
    other = {"type": "cdk:tree", "properties": {"file": "tree.json"}}
    write("cdk.out/manifest.json", {"artifacts": {"S": stack, "Tree": other}})
    write("cdk.out/S.template.json", TEMPLATE)
    write("cdk.out/asset.abc/unrelated.json", TEMPLATE)


@pytest.mark.usefixtures("assembly")
@pytest.mark.parametrize("path", ["cdk.out", "."])
def test_an_assembly_gives_its_stacks_and_not_its_assets(names, path):
    found, collected = names(path)
    assert found == ["cdk.out/S.template.json"]
    (source,) = collected.sources
    assert (source.region, source.construct_path) == ("eu-west-1", "App/S")


@pytest.mark.usefixtures("assembly")
def test_an_assembly_without_its_template_is_a_problem(here, names):
    (here / "cdk.out/S.template.json").unlink()
    (problem,) = names("cdk.out")[1].problems
    assert "cdk.out: No such file or directory" in problem


def test_a_manifest_of_something_else_makes_no_assembly(write, names):
    write("web/manifest.json", json.dumps({"artifacts": {}}))
    write("web/a.json", TEMPLATE)
    assert names()[0] == ["web/a.json"]
