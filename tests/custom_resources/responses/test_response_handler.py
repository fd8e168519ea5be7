import json

import pytest

BUCKET = {"s3Config": {"bucketName": "ours"}, "textDataDeliveryEnabled": True}
FOREIGN = {"s3Config": {"bucketName": "somebody-elses"}}
KEY = "ACCAEXAMPLE000000001"


@pytest.fixture
def logging(world, bucket_for_logs):
    """Invocation logging as deployed, then gone; the settings say that it is restored."""
    for name in ("ours", "somebody-elses"):
        bucket_for_logs(name)
    world.settings["logging"] = BUCKET
    return world


def configuration(world):
    get = world.clients["bedrock"].get_model_invocation_logging_configuration
    return get().get("loggingConfig") or {}


@pytest.mark.parametrize(
    "name",
    [
        "logging-deleted",
        "logging-deleted-by-user",
        "logging-deleted-by-root",
        "logging-deleted-claiming-cloudformation",
        "logging-put",
    ],
)
def test_logging_is_restored_whoever_removed_it(logging, event_of, name):
    logging.handle(event_of(name))
    assert configuration(logging) == BUCKET
    (message,) = logging.messages
    assert message["done"].startswith("Model invocation logging was restored")


def test_the_message_says_who_and_how_to_undo(logging, event_of):
    logging.clients["bedrock"].put_model_invocation_logging_configuration(loggingConfig=FOREIGN)
    logging.handle(event_of("logging-put"))
    (message,) = logging.messages
    assert message["by"] == "arn:aws:iam::123456789012:role/admin"
    assert message["because"] == "PutModelInvocationLoggingConfiguration"
    assert json.dumps(FOREIGN) in message["undo"]


@pytest.mark.parametrize(
    "name",
    [
        "logging-delete-denied",
        "logging-deleted-forged",
        "invoke-model",
        "key-disabled",
    ],
)
def test_what_changed_nothing_or_is_forged_is_not_answered(logging, event_of, name):
    logging.handle(event_of(name))
    assert configuration(logging) == {}
    assert logging.messages == []


def test_an_event_of_another_account_is_not_answered(logging, event_of):
    logging.handle(event_of("logging-deleted") | {"account": "999999999999"})
    assert configuration(logging) == {}


@pytest.mark.parametrize("name", ["logging-deleted-by-deployment", "logging-put-by-response"])
def test_a_named_role_and_the_response_itself_are_left_alone(logging, event_of, name):
    event = event_of(name)
    issuer = event["detail"]["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"]
    logging.settings["deployers"] = [issuer]
    logging.handle(event)
    assert (configuration(logging), logging.messages) == ({}, [])
    logging.settings["deployers"] = []
    logging.handle(event)
    assert configuration(logging) == BUCKET


def test_a_late_event_finds_everything_as_it_should_be(logging, event_of):
    logging.clients["bedrock"].put_model_invocation_logging_configuration(loggingConfig=BUCKET)
    logging.changes.clear()
    logging.handle(event_of("logging-deleted"))
    assert (logging.changes, logging.messages) == ([], [])


def test_the_answer_to_an_event_is_given_once(logging, event_of):
    for request in ("r1", "r1", "r2"):
        logging.deliver(event_of("logging-deleted"), request=request)
    assert logging.changes == ["PutModelInvocationLoggingConfiguration"]
    assert len(logging.messages) == 1


def test_without_a_recorded_state_nothing_is_restored(world, event_of):
    world.handle(event_of("logging-deleted"))
    assert world.calls == []


@pytest.fixture
def guardrail(world):
    made = world.clients["bedrock"].create_guardrail(
        name="g",
        blockedInputMessaging="no",
        blockedOutputsMessaging="no",
        wordPolicyConfig={"wordsConfig": [{"text": "secret"}]},
    )
    version = world.clients["bedrock"].create_guardrail_version(
        guardrailIdentifier=made["guardrailId"]
    )["version"]
    world.settings["guardrail"] = {
        "guardrailIdentifier": made["guardrailArn"],
        "guardrailVersion": version,
        "selectiveContentGuarding": {"system": "COMPREHENSIVE", "messages": "COMPREHENSIVE"},
        "modelEnforcement": {"includedModels": ["ALL"], "excludedModels": []},
    }
    return world


def enforced(world):
    return world.clients["bedrock"].list_enforced_guardrails_configuration()["guardrailsConfig"]


def test_an_enforced_guardrail_that_was_deleted_is_put_again(guardrail, event_of):
    guardrail.handle(event_of("enforced-guardrail-deleted"))
    (found,) = enforced(guardrail)
    assert found["guardrailArn"] == guardrail.settings["guardrail"]["guardrailIdentifier"]
    assert found["modelEnforcement"] == {"includedModels": ["ALL"], "excludedModels": []}


def test_an_enforced_guardrail_that_was_weakened_is_put_right_under_its_id(guardrail, event_of):
    weak = guardrail.settings["guardrail"] | {
        "modelEnforcement": {"includedModels": ["ALL"], "excludedModels": ["amazon.nova-lite-v1:0"]}
    }
    put = guardrail.clients["bedrock"].put_enforced_guardrail_configuration
    before = put(guardrailInferenceConfig=weak)["configId"]
    guardrail.handle(event_of("enforced-guardrail-put"))
    (found,) = enforced(guardrail)
    assert (found["configId"], found["modelEnforcement"]["excludedModels"]) == (before, [])
    assert "amazon.nova-lite-v1:0" in guardrail.messages[0]["undo"]


def test_deleting_the_stack_is_not_restored(guardrail, event_of):
    guardrail.handle(event_of("enforced-guardrail-deleted-by-cloudformation"))
    assert (enforced(guardrail), guardrail.messages) == ([], [])


@pytest.fixture
def api_key(world):
    world.settings["api_keys"] = "act"
    world.clients["iam"].create_user(UserName="BedrockAPIKey-ab12")
    made = world.clients["iam"].create_service_specific_credential(
        UserName="BedrockAPIKey-ab12", ServiceName="bedrock.amazonaws.com"
    )["ServiceSpecificCredential"]
    world.key = made["ServiceSpecificCredentialId"]
    return world


def about(event, key):
    event["detail"]["responseElements"]["serviceSpecificCredential"][
        "serviceSpecificCredentialId"
    ] = key
    return event


def status(world):
    listing = world.clients["iam"].list_service_specific_credentials
    (key,) = listing(UserName="BedrockAPIKey-ab12")["ServiceSpecificCredentials"]
    return key["Status"]


@pytest.mark.parametrize("name", ["api-key-created", "api-key-reset"])
def test_an_api_key_is_deactivated(api_key, event_of, name):
    api_key.handle(about(event_of(name), api_key.key))
    assert status(api_key) == "Inactive"
    assert (
        f"--service-specific-credential-id {api_key.key} --status Active"
        in (api_key.messages[0]["undo"])
    )


def test_an_api_key_that_is_gone_needs_nothing(api_key, event_of):
    api_key.handle(about(event_of("api-key-created"), "ACCAGONE000000000001"))
    assert len(api_key.messages) == 1


def test_a_dry_run_only_says_what_it_would_do(api_key, event_of):
    api_key.settings["api_keys"] = "dry-run"
    api_key.handle(about(event_of("api-key-created"), api_key.key))
    assert status(api_key) == "Active"
    assert api_key.messages[0]["done"].startswith("DRY RUN")


def test_credentials_of_other_services_are_left_alone(api_key, event_of):
    api_key.handle(event_of("codecommit-credential-created"))
    assert api_key.messages == []
