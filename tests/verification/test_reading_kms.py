import json

import pytest

ROOT = {"AWS": "arn:aws:iam::123456789012:root"}


def policy(*actions):
    statement = {"Effect": "Allow", "Principal": ROOT, "Action": list(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


CLAIM = {
    "Description": "Test",
    "EnableKeyRotation": True,
    "RotationPeriodInDays": 180,
    "KeyPolicy": policy("kms:*"),
    "Tags": [{"Key": "a", "Value": "1"}],
    "PendingWindowInDays": 30,
}


@pytest.fixture
def kms(aws):
    return aws.client("kms")


@pytest.fixture
def key(kms):
    made = kms.create_key(
        Description="Test",
        Policy=json.dumps(CLAIM["KeyPolicy"]),
        Tags=[{"TagKey": "a", "TagValue": "1"}],
    )
    identifier = made["KeyMetadata"]["KeyId"]
    kms.enable_key_rotation(KeyId=identifier, RotationPeriodInDays=180)
    return identifier


def test_a_key_as_claimed(differences, key):
    assert differences("AWS::KMS::Key", key, CLAIM) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda kms, key: kms.disable_key_rotation(KeyId=key), "EnableKeyRotation"),
        (lambda kms, key: kms.disable_key(KeyId=key), "Enabled"),
        (lambda kms, key: kms.update_key_description(KeyId=key, Description="x"), "Description"),
        (
            lambda kms, key: kms.put_key_policy(
                KeyId=key, PolicyName="default", Policy=json.dumps(policy("kms:List*"))
            ),
            "KeyPolicy.Statement[].Action[]",
        ),
        (lambda kms, key: kms.untag_resource(KeyId=key, TagKeys=["a"]), "Tags.a"),
    ],
)
def test_a_key_that_was_changed(differences, kms, key, change, path):
    change(kms, key)
    assert path in differences("AWS::KMS::Key", key, CLAIM)


def test_a_key_that_rotates_less_often(differences, kms, key):
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=200)
    assert differences("AWS::KMS::Key", key, CLAIM) == ["RotationPeriodInDays"]


def test_a_key_that_waits_for_its_deletion(differences, kms, key):
    kms.schedule_key_deletion(KeyId=key)
    assert "Enabled" in differences("AWS::KMS::Key", key, CLAIM)


def test_a_period_nobody_claimed(differences, key):
    claim = {name: value for name, value in CLAIM.items() if name != "RotationPeriodInDays"}
    assert differences("AWS::KMS::Key", key, claim) == ["RotationPeriodInDays"]


@pytest.mark.parametrize("form", ["{}", "arn:aws:kms:eu-west-1:123456789012:key/{}"])
def test_an_alias_as_claimed(differences, kms, key, form):
    kms.create_alias(AliasName="alias/test", TargetKeyId=key)
    claim = {"AliasName": "alias/test", "TargetKeyId": form.format(key)}
    assert differences("AWS::KMS::Alias", "alias/test", claim) == []


def test_an_alias_of_another_key(differences, kms, key):
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/test", TargetKeyId=other)
    claim = {"AliasName": "alias/test", "TargetKeyId": key}
    assert differences("AWS::KMS::Alias", "alias/test", claim) == ["TargetKeyId"]


def test_an_alias_that_is_gone(differences):
    assert differences("AWS::KMS::Alias", "alias/gone", {}) == ["(resource)"]
