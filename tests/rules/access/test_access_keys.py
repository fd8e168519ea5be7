import pytest

ROTATION = "Properties.EnableKeyRotation"
POLICY = "Properties.KeyPolicy.Statement"
ROOT = {
    "Effect": "Allow",
    "Action": "kms:*",
    "Resource": "*",
    "Principal": {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}},
}
BEDROCK = {"Service": "bedrock.amazonaws.com"}


def key(*statements, rotated=True, **more):
    policy = {"KeyPolicy": {"Statement": [ROOT, *statements]}}
    return {
        "Type": "AWS::KMS::Key",
        "Properties": policy | {"EnableKeyRotation": rotated} | more,
    }


def using(principal=BEDROCK, action="kms:GenerateDataKey", **more):
    return {"Effect": "Allow", "Action": action, "Resource": "*", "Principal": principal} | more


def used(subject):
    guardrail = {"KmsKeyArn": {"Fn::GetAtt": ["Key", "Arn"]}}
    return {"Key": subject, "G": {"Type": "AWS::Bedrock::Guardrail", "Properties": guardrail}}


@pytest.mark.parametrize(
    "action",
    [
        *("kms:Decrypt", "kms:Encrypt", "kms:CreateGrant", "kms:ReEncryptFrom"),
        *("kms:GenerateDataKey*", "kms:*", "*"),
    ],
)
def test_a_statement_for_bedrock_without_a_bound_fails(judge, action):
    assert judge("IAM31", key(using(action=action))) == [f"fail {POLICY}[1]"]


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:SourceAccount": "111122223333"}},
        {"StringEquals": {"aws:SourceOrgID": "o-1"}},
        {"StringEquals": {"aws:PrincipalAccount": "111122223333"}},
        {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
        {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/r"}},
        {"StringEquals": {"kms:CallerAccount": "111122223333"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:bedrock:*:111122223333:*"}},
        {"StringLike": {"kms:EncryptionContext:aws:bedrock-prompts:arn": "arn:*:prompt/*"}},
        {"StringEquals": {"kms:ViaService": "bedrock.eu-west-1.amazonaws.com"}},
    ],
)
def test_a_statement_for_bedrock_with_a_bound_passes(judge, condition):
    assert judge("IAM31", key(using(Condition=condition))) == []


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEqualsIfExists": {"aws:SourceAccount": "111122223333"}},
        {"StringLike": {"aws:SourceAccount": "*"}},
        {"Bool": {"aws:SecureTransport": "true"}},
    ],
)
def test_a_condition_that_bounds_nothing_fails(judge, condition):
    assert judge("IAM31", key(using(Condition=condition))) == [f"fail {POLICY}[1]"]


@pytest.mark.parametrize("everybody", ["*", {"AWS": "*"}])
def test_everybody_fails_if_bedrock_uses_the_key(judge, everybody):
    assert judge("IAM31", used(key(using(everybody)))) == [f"fail {POLICY}[1]"]
    assert judge("IAM31", key(using(everybody))) == []


@pytest.mark.parametrize("more", [{"Effect": "Deny"}, {"Action": "kms:DescribeKey"}])
def test_a_statement_that_lets_nobody_use_the_key_passes(judge, more):
    assert judge("IAM31", key(using() | more)) == []


@pytest.mark.parametrize("rotated", [False, "false", None])
def test_a_key_of_bedrock_without_rotation_fails(judge, rotated):
    assert judge("IAM31", used(key(rotated=rotated))) == [f"fail {ROTATION}"]


def test_a_key_behind_an_alias_counts(judge):
    resources = used(key(rotated=False))
    resources["Alias"] = {
        "Type": "AWS::KMS::Alias",
        "Properties": {"TargetKeyId": {"Ref": "Key"}},
    }
    resources["G"]["Properties"]["KmsKeyArn"] = {"Ref": "Alias"}
    assert judge("IAM31", resources) == [f"fail {ROTATION}"]


def test_a_key_in_a_nested_property_counts(judge):
    nested = {"ServerSideEncryptionConfiguration": {"KmsKeyArn": {"Fn::GetAtt": "Key.Arn"}}}
    source = {"Type": "AWS::Bedrock::DataSource", "Properties": nested}
    assert judge("IAM31", {"Key": key(rotated=False), "S": source}) == [f"fail {ROTATION}"]


@pytest.mark.parametrize(
    "more", [{"KeySpec": "RSA_2048"}, {"Origin": "EXTERNAL"}, {"EnableKeyRotation": "true"}]
)
def test_a_key_that_cannot_or_does_rotate_passes(judge, more):
    assert judge("IAM31", used(key(rotated=False, **more))) == []


def test_a_key_that_bedrock_does_not_use_passes(judge):
    assert judge("IAM31", key(rotated=False)) == []


def test_rotation_known_only_at_deployment_is_unknown(judge):
    assert judge("IAM31", used(key(rotated={"Ref": "Rotate"}))) == [f"unknown {ROTATION}"]


def test_a_key_can_be_acknowledged(judge, accepting):
    assert judge("IAM31", used(accepting(key(rotated=False), "IAM31"))) == []
