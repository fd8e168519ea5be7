import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from secure_bedrock.guardrail_tests.loading import load_suite, load_suites

PACKAGE = Path(load_suite.__code__.co_filename).parent
SCHEMA = json.loads((PACKAGE / "suite.schema.json").read_text())
CASE = {"id": "a", "text": "hello", "expect": "block", "policy": "word", "category": "c"}


@pytest.fixture
def suite(tmp_path):
    def write(*cases, **fields):
        document = {"version": 1, "name": "S", "cases": list(cases), **fields}
        file = tmp_path / "s.yaml"
        file.write_text(yaml.safe_dump(document, allow_unicode=True))
        return file

    return write


@pytest.fixture
def problems(suite):
    """The mistakes, without the file's name."""

    def found(*cases, **fields):
        file = suite(*cases, **fields)
        with pytest.raises(ValueError) as caught:
            load_suite(file)
        return [line.removeprefix(f"{file}: ") for line in str(caught.value).splitlines()]

    return found


def without(*names, **more):
    return {k: v for k, v in (CASE | more).items() if k not in names}


MISTAKES = [
    (without("text"), "case a: give exactly one of text, file, conversation, got none of them"),
    (without(file="b"), "case a: give exactly one of text, file, conversation, got text and file"),
    (without(expect="stop"), "case a: expect 'stop': use anonymize, block, pass"),
    (without(policy="words"), "case a: policy 'words': use content, contextual_grounding, none"),
    (without(source="input"), "case a: source 'input': use INPUT, OUTPUT"),
    (without(language="english language"), "case a: language 'english language': write a BCP 47"),
    (without(language=False), "case a: language False: write a BCP 47 tag such as en or pt-BR"),
    (without(text=""), "case a: text '': write some text"),
    (without(tags="x"), "case a: tags 'x': write a list of words"),
    (without(txt="x"), "case a: 'txt' is no field: use text, file, conversation"),
    (without("text", conversation=[{"role": "system", "text": "x"}]), "case a: conversation ["),
    ("text", "case 1: write an object with an id"),
    (without(id="A b"), "case 1: id 'A b': use a-z, 0-9 and hyphens"),
]


@pytest.mark.parametrize(("case", "problem"), MISTAKES)
def test_a_mistake_is_one_line_with_file_and_case(problems, case, problem):
    (line,) = problems(case)
    assert line.startswith(problem)


@pytest.mark.parametrize(("case", "_problem"), MISTAKES)
def test_the_schema_finds_the_same_mistakes(case, _problem):
    document = {"version": 1, "name": "S", "cases": [case]}
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(document)


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        (without("expect"), "case a: expect is missing"),
        (without("category"), "case a: category is missing"),
        (without("policy"), "case a: policy is missing: say which should block"),
        (without(expect="pass"), "case a: expect pass and policy word: what passes is acted on"),
        (without(policy="none", detail="X"), "case a: detail without a policy"),
        (
            without(policy="contextual_grounding", grounding_source="g", query="q"),
            "case a: policy contextual_grounding with source INPUT: it checks responses",
        ),
        (
            without(policy="contextual_grounding", source="OUTPUT"),
            "case a: policy contextual_grounding: give grounding_source and query",
        ),
        (without("text", file="../s.yaml"), "case a: file '../s.yaml' leaves the suite's folder"),
        (without("text", file="gone.txt"), "case a: file 'gone.txt' cannot be read"),
    ],
)
def test_a_contradiction_is_one_line(problems, case, problem):
    (line,) = problems(case)
    assert line.startswith(problem)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"version": 2}, "version 2: write 1"),
        ({"name": ""}, "name is missing"),
        ({"cases": []}, "cases is missing"),
        ({"thresholds": {"misses": 5}}, "thresholds: misses 5: write a share from 0 to 1"),
        ({"thresholds": {"missed": 0}}, "thresholds: 'missed' is unknown"),
        ({"defaults": {"text": "x"}}, "defaults: text belongs to each case"),
        ({"case": []}, "'case' is no field of a suite"),
    ],
)
def test_a_mistake_of_the_suite_is_one_line(problems, fields, problem):
    (line,) = problems(CASE, **fields)
    assert line.startswith(problem)
    document = {"version": 1, "name": "S", "cases": [CASE], **fields}
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(document)


def test_all_mistakes_are_said_at_once(problems):
    assert len(problems(without(expect="stop"), without(id="b", policy="x"))) == 2


def test_an_id_that_is_given_twice_is_a_mistake(problems):
    assert problems(CASE, CASE) == ["case a: the id is given twice: choose another"]


def test_a_key_that_is_given_twice_is_a_mistake(tmp_path):
    (tmp_path / "s.yaml").write_text("version: 1\nname: S\nname: T\ncases: []\n")
    with pytest.raises(ValueError, match="'name' is given twice: keep one"):
        load_suite(tmp_path / "s.yaml")


def test_what_is_no_yaml_is_a_mistake(tmp_path):
    (tmp_path / "s.yaml").write_text("{")
    with pytest.raises(ValueError, match=r"s\.yaml: no YAML: "):
        load_suite(tmp_path / "s.yaml")


def test_cases_have_the_defaults_and_their_own_fields_win(suite):
    defaults = {"category": "d", "policy": "topic", "language": "fr", "source": "OUTPUT"}
    (case,) = load_suite(suite(without("category", language="de"), defaults=defaults)).cases
    found = (case.category, case.policy, case.language, case.source)
    assert found == ("d", "word", "de", "OUTPUT")


def test_a_case_that_should_pass_does_not_take_the_policy_of_the_defaults(suite):
    case = without("policy", expect="pass")
    (found,) = load_suite(suite(case, defaults={"policy": "topic", "detail": "X"})).cases
    assert (found.policy, found.detail) == ("none", "")


def test_a_text_can_come_from_a_file(suite, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear Sir")
    (case,) = load_suite(suite(without("text", file="letter.txt"))).cases
    assert case.texts == ("Dear Sir",)


def test_a_conversation_is_sent_as_one_text_for_each_turn(suite):
    turns = [{"role": "user", "text": "a"}, {"role": "assistant", "text": "b"}]
    (case,) = load_suite(suite(without("text", conversation=turns))).cases
    assert case.content == [{"text": {"text": "a"}}, {"text": {"text": "b"}}]


def test_grounding_is_sent_qualified(suite):
    grounded = {"source": "OUTPUT", "grounding_source": "g", "query": "q"}
    (case,) = load_suite(suite(without(policy="contextual_grounding", **grounded))).cases
    qualifiers = [block["text"]["qualifiers"] for block in case.content]
    assert qualifiers == [["grounding_source"], ["query"], ["guard_content"]]


def test_starter_is_the_suites_of_this_package_and_each_has_its_name():
    names = [each.name for each in load_suites(["starter"])]
    assert len(names) == len(set(names)) > 10
    (one,) = load_suites(["starter/content-hate"])
    assert one.name in names


def test_a_starter_suite_that_does_not_exist_is_said():
    with pytest.raises(ValueError, match=re.escape("starter/nothing: no such suite, there are ")):
        load_suites(["starter/nothing"])


def test_the_suites_of_this_package_fit_the_schema():
    validator = jsonschema.Draft202012Validator(SCHEMA)
    files = sorted((PACKAGE / "corpus").glob("*.yaml"))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    documents = {each.name: yaml.load(each.read_text(), Loader=loader) for each in files}  # noqa: S506
    assert [name for name, each in documents.items() if not validator.is_valid(each)] == []
