import json

import pytest

ACCOUNT = "123456789012"
MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"
ORGANIZATION = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}


@pytest.fixture
def bedrock(client):
    return client("bedrock")


@pytest.fixture
def guardrail(bedrock):
    made = bedrock.create_guardrail(
        name="g",
        blockedInputMessaging="no",
        blockedOutputsMessaging="no",
        wordPolicyConfig={"wordsConfig": [{"text": "zebra"}]},
    )
    bedrock.create_guardrail_version(guardrailIdentifier=made["guardrailId"])
    return made["guardrailArn"]


def enforce(bedrock, guardrail, **more):
    config = {"guardrailIdentifier": guardrail, "guardrailVersion": "1"}
    return bedrock.put_enforced_guardrail_configuration(guardrailInferenceConfig=config, **more)


def test_an_enforced_guardrail_reads_back(bedrock, guardrail):
    made = enforce(bedrock, guardrail)
    (found,) = bedrock.list_enforced_guardrails_configuration()["guardrailsConfig"]
    assert (found["configId"], found["guardrailArn"]) == (made["configId"], guardrail)
    assert (found["guardrailVersion"], found["owner"]) == ("1", "ACCOUNT")


def test_a_second_enforced_guardrail_collides(bedrock, guardrail, refusal):
    enforce(bedrock, guardrail)
    assert refusal(enforce, bedrock=bedrock, guardrail=guardrail)[0] == "ConflictException"


def test_an_enforced_guardrail_is_replaced_by_its_id(bedrock, guardrail):
    config = enforce(bedrock, guardrail)["configId"]
    bedrock.create_guardrail_version(guardrailIdentifier=guardrail)
    bedrock.put_enforced_guardrail_configuration(
        configId=config,
        guardrailInferenceConfig={"guardrailIdentifier": guardrail, "guardrailVersion": "2"},
    )
    (found,) = bedrock.list_enforced_guardrails_configuration()["guardrailsConfig"]
    assert found["guardrailVersion"] == "2"


@pytest.mark.parametrize(
    ("version", "code"), [("DRAFT", "ValidationException"), ("7", "ResourceNotFoundException")]
)
def test_only_a_published_version_is_enforced(bedrock, guardrail, refusal, version, code):
    config = {"guardrailIdentifier": guardrail, "guardrailVersion": version}
    call = bedrock.put_enforced_guardrail_configuration
    assert refusal(call, guardrailInferenceConfig=config)[0] == code


@pytest.mark.parametrize("version", [{}, {"guardrailVersion": "1"}])
def test_an_enforced_guardrail_cannot_be_deleted(bedrock, guardrail, refusal, version):
    config = enforce(bedrock, guardrail)["configId"]
    arguments = {"guardrailIdentifier": guardrail, **version}
    assert refusal(bedrock.delete_guardrail, **arguments)[0] == "ResourceInUseException"
    bedrock.delete_enforced_guardrail_configuration(configId=config)
    bedrock.delete_guardrail(**arguments)


def policy(action="bedrock:ApplyGuardrail", **more):
    who = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    statement = {"Effect": "Allow", "Principal": who, "Action": action, "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_resource_policy_reads_back_until_deleted(bedrock, guardrail, refusal):
    text = policy(Principal="*", **ORGANIZATION)
    bedrock.put_resource_policy(resourceArn=guardrail, resourcePolicy=text)
    assert bedrock.get_resource_policy(resourceArn=guardrail)["resourcePolicy"] == text
    bedrock.delete_resource_policy(resourceArn=guardrail)
    code, _ = refusal(bedrock.get_resource_policy, resourceArn=guardrail)
    assert code == "ResourceNotFoundException"


@pytest.mark.parametrize(
    "text", [policy("bedrock:InvokeModel"), policy(Principal="*"), "not a policy"]
)
def test_a_resource_policy_the_service_refuses(bedrock, guardrail, refusal, text):
    call = bedrock.put_resource_policy
    assert refusal(call, resourceArn=guardrail, resourcePolicy=text)[0] == "ValidationException"


def test_an_application_profile_reads_back(bedrock):
    arn = bedrock.create_inference_profile(
        inferenceProfileName="team a",
        modelSource={"copyFrom": MODEL},
        tags=[{"key": "team", "value": "a"}],
    )["inferenceProfileArn"]
    found = bedrock.get_inference_profile(inferenceProfileIdentifier=arn)
    assert (found["type"], found["models"]) == ("APPLICATION", [{"modelArn": MODEL}])
    assert bedrock.list_tags_for_resource(resourceARN=arn)["tags"] == [
        {"key": "team", "value": "a"}
    ]


def test_a_deleted_profile_is_gone(bedrock, refusal):
    arn = bedrock.create_inference_profile(
        inferenceProfileName="team", modelSource={"copyFrom": MODEL}
    )["inferenceProfileArn"]
    bedrock.delete_inference_profile(inferenceProfileIdentifier=arn)
    assert bedrock.list_inference_profiles()["inferenceProfileSummaries"] == []
    code, _ = refusal(bedrock.get_inference_profile, inferenceProfileIdentifier=arn)
    assert code == "ResourceNotFoundException"


def test_a_profile_of_a_system_profile_has_its_models(bedrock):
    source = f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:inference-profile/eu.amazon.nova-lite-v1:0"
    arn = bedrock.create_inference_profile(
        inferenceProfileName="team", modelSource={"copyFrom": source}
    )["inferenceProfileArn"]
    models = bedrock.get_inference_profile(inferenceProfileIdentifier=arn)["models"]
    assert {"modelArn": MODEL} in models
    assert len(models) > 1


@pytest.mark.parametrize("field", [{"description": "a, b"}, {"inferenceProfileName": "a--b"}])
def test_a_profile_text_the_service_refuses(bedrock, refusal, field):
    arguments = {"inferenceProfileName": "a", "modelSource": {"copyFrom": MODEL}, **field}
    code, _ = refusal(bedrock.create_inference_profile, **arguments)
    assert code == "ValidationException"


def test_a_profile_name_in_use_is_refused(bedrock, refusal):
    arguments = {"inferenceProfileName": "a", "modelSource": {"copyFrom": MODEL}}
    bedrock.create_inference_profile(**arguments)
    assert refusal(bedrock.create_inference_profile, **arguments)[0] == "ConflictException"


def test_the_retention_mode_reads_back(bedrock):
    assert bedrock.get_account_data_retention()["mode"] == "inherit"
    bedrock.put_account_data_retention(mode="none")
    assert bedrock.get_account_data_retention()["mode"] == "none"


def test_an_operation_without_emulation_says_so(bedrock, refusal):
    code, text = refusal(bedrock.list_foundation_models)
    assert (code, text) == ("ValidationException", "Not emulated: bedrock ListFoundationModels")
