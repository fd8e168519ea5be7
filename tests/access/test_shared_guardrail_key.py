import pytest
from aws_cdk import aws_kms as kms

from secure_bedrock import GuardrailSet, SharedGuardrail
from secure_bedrock.guardrails import presets

ORGANIZATION = "o-abcdefghij"
PATH = "o-abcdefghij/r-ab12/ou-ab12-34cd56ef/*"


@pytest.fixture
def share(env_stack):
    def shared(key, **options):
        guardrails = GuardrailSet(
            env_stack, "Set", guardrails={"a": presets.RAG}, encryption_key=key
        )
        return SharedGuardrail(
            env_stack,
            "Shared",
            guardrail=guardrails["a"],
            organization_id=ORGANIZATION,
            **options,
        )

    return shared


def statement(env_stack, resources):
    (key,) = resources(env_stack, "AWS::KMS::Key").values()
    statements = key["Properties"]["KeyPolicy"]["Statement"]
    return [s for s in statements if s.get("Sid") == "OrganizationDecryptsThroughBedrock"]


def test_the_organization_decrypts_through_bedrock_only(env_stack, share, resources):
    key = kms.Key(env_stack, "Key")
    share(key, encryption_key=key)
    (found,) = statement(env_stack, resources)
    assert (found["Action"], found["Principal"]) == ("kms:Decrypt", "*")
    assert found["Condition"] == {
        "StringEquals": {
            "aws:PrincipalOrgID": ORGANIZATION,
            "kms:ViaService": "bedrock.eu-west-1.amazonaws.com",
        }
    }


def test_parts_of_the_organization_limit_the_key_as_well(env_stack, share, resources):
    key = kms.Key(env_stack, "Key")
    share(key, encryption_key=key, organization_paths=[PATH])
    (found,) = statement(env_stack, resources)
    assert found["Condition"]["ForAnyValue:StringLike"] == {"aws:PrincipalOrgPaths": [PATH]}


def test_a_key_that_is_not_given_keeps_its_policy(env_stack, share, resources):
    share(kms.Key(env_stack, "Key"))
    assert statement(env_stack, resources) == []


def test_an_imported_key_is_a_warning(app, env_stack, share):
    arn = "arn:aws:kms:eu-west-1:111122223333:key/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
    key = kms.Key.from_key_arn(env_stack, "Key", arn)
    shared = share(key, encryption_key=key)
    app.synth()
    assert "SharedGuardrailKey" in str([entry.data for entry in shared.node.metadata])
