import pytest

from secure_bedrock.findings.parameters_file import read_parameters
from secure_bedrock.rules import Parameters


@pytest.mark.parametrize(
    "text",
    [
        "allowed_models: [amazon.nova-*]\nmax_memory_days: 7\nminimum_grounding_threshold: 0.5\n",
        """{"allowed_models": ["amazon.nova-*"], "max_memory_days": 7,
            "minimum_grounding_threshold": 0.5}""",
    ],
)
def test_yaml_and_json_give_parameters(write, text):
    assert read_parameters(write("p", text)) == Parameters(
        allowed_models=("amazon.nova-*",), max_memory_days=7, minimum_grounding_threshold=0.5
    )


def test_account_ids_stay_text(write):
    file = write("p.yaml", "trusted_accounts: [012345678901]\n")
    assert read_parameters(file).trusted_accounts == ("012345678901",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("allowed_model: [x]", "allowed_model is no parameter: did you mean allowed_models?"),
        ("zzz: 1", "zzz is no parameter: use minimum_strength"),
        ("allowed_models: amazon.nova", "allowed_models is 'amazon.nova': write a list of strings"),
        ("required_tags: [1]", "required_tags is [1]: write a list of strings"),
        ("max_memory_days: long", "max_memory_days is 'long': write a value such as 90"),
        ("max_memory_days: true", "max_memory_days is True: write a value such as 90"),
        ("max_memory_days: 1.5", "max_memory_days is 1.5: write a value such as 90"),
        ("log_text: 1", "log_text is 1: write a value such as True"),
        ("minimum_strength: 3", "minimum_strength is 3: write a value such as 'MEDIUM'"),
        ("minimum_strength: LOUD", "minimum_strength is 'LOUD': use LOW, MEDIUM, HIGH"),
        ("minimum_grounding_threshold: 1.0", "is 1.0: use 0 to 0.99"),
        ("max_memory_days: -1", "max_memory_days is -1: use 0 or more"),
        ("[1]", "not an object: write lines such as"),
        ("", "not an object: write lines such as"),
        ("{", "Expecting"),
    ],
)
def test_what_is_no_parameter_is_refused_in_one_line(write, text, problem):
    file = write("p.yaml", text)
    with pytest.raises(ValueError, match=r"p\.yaml: ") as refused:
        read_parameters(file)
    assert problem in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_refused(here):
    with pytest.raises(ValueError, match=r"p\.yaml: No such file.*: name a YAML or JSON file"):
        read_parameters(here / "p.yaml")


def test_bytes_that_are_no_text_are_refused(here):
    (here / "p.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match=r"p\.yaml: not UTF-8 text: save it as UTF-8"):
        read_parameters(here / "p.yaml")
