import subprocess
import sys

import pytest

from secure_bedrock.catalog.service_authorization import (
    action,
    actions_matching,
    condition_key_type,
    resource_arn_patterns,
    services,
)


def test_every_invoke_action_of_the_wildcard_is_listed():
    assert actions_matching("bedrock:InvokeModel*") == {
        "bedrock:InvokeModel",
        "bedrock:InvokeModelWithResponseStream",
    }


def test_patterns_ignore_case():
    assert actions_matching("BEDROCK:callwith*") == {"bedrock:CallWithBearerToken"}


def test_a_star_alone_names_the_actions_of_every_service():
    prefixes = {name.partition(":")[0] for name in actions_matching("*")}
    assert prefixes == services()


def test_there_is_no_converse_action():
    assert action("bedrock:Converse") is None
    assert action("nonsense:Converse") is None


def test_an_action_knows_its_level_resources_and_keys():
    invoke = action("bedrock:invokemodel")
    assert invoke is not None
    assert (invoke.name, invoke.access_level) == ("bedrock:InvokeModel", "Read")
    assert {"foundation-model", "inference-profile", "project"} <= set(invoke.resource_types)
    assert {"bedrock:GuardrailIdentifier", "bedrock:ModelArn"} <= invoke.condition_keys


def test_an_action_carries_the_keys_of_its_resource_types():
    assert "aws:ResourceTag/${TagKey}" in action("bedrock:InvokeModel").condition_keys
    assert "kms:ResourceAliases" in action("kms:Decrypt").condition_keys


def test_batch_takes_no_guardrail_key():
    batch = action("bedrock:CreateModelInvocationJob")
    assert "bedrock:GuardrailIdentifier" not in batch.condition_keys


def test_an_action_without_resources_takes_only_a_star():
    assert action("bedrock:PutModelInvocationLoggingConfiguration").resource_types == ()


def test_arn_forms_have_stars_where_they_vary():
    assert resource_arn_patterns("bedrock", "foundation-model") == (
        "arn:*:bedrock:*::foundation-model/*",
    )


def test_an_unknown_resource_type_is_refused_with_those_there_are():
    with pytest.raises(
        ValueError, match=r"no resource type 'model': use one of .*foundation-model"
    ):
        resource_arn_patterns("bedrock", "model")


def test_an_unknown_service_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"no service authorization data for 'x': known are .*kms"):
        resource_arn_patterns("x", "y")


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("bedrock:GuardrailIdentifier", "ARN"),
        ("bedrock:guardrailidentifier", "ARN"),
        ("bedrock-mantle:BearerTokenType", "String"),
        ("aws:SourceVpce", "String"),
        ("aws:PrincipalTag/team", "String"),
        ("aws:TagKeys", "ArrayOfString"),
        ("kms:EncryptionContext:aws:bedrock:arn", "String"),
        ("kms:GrantOperations", "ArrayOfString"),
        ("token.actions.githubusercontent.com:sub", "String"),
        ("sts:ExternalId", "String"),
        ("iam:ServiceSpecificCredentialAgeDays", "Numeric"),
        ("aws:PrincipalTag/", None),
        ("aws:InferenceProfileArn", None),
        ("bedrock:Guardrail", None),
        ("bedrock", None),
    ],
)
def test_condition_keys_have_types(key, kind):
    assert condition_key_type(key) == kind


def test_importing_reads_no_data():
    program = (
        "import sys, time; import json, re, dataclasses, functools, pathlib, typing;"
        "import secure_bedrock; start = time.perf_counter();"
        "import secure_bedrock.catalog.service_authorization as s;"
        "print(time.perf_counter() - start, s._load.cache_info().currsize)"
    )
    command = [sys.executable, "-c", program]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(3)]
    answers = [run.stdout.split() for run in runs]
    assert min(float(seconds) for seconds, _ in answers) < 0.010
    assert {loaded for _, loaded in answers} == {"0"}
