import json

import pytest


def document(*actions, **statement):
    allow = {"Effect": "Allow", "Action": list(actions), **statement}
    return {"Version": "2012-10-17", "Statement": [allow]}


TRUST = document("sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
READ = document("s3:GetObject", Resource="*")
WRITE = document("s3:PutObject", Resource="*")
CLAIM = {
    "AssumeRolePolicyDocument": TRUST,
    "Policies": [{"PolicyName": "own", "PolicyDocument": READ}],
}


@pytest.fixture
def iam(aws):
    client = aws.client("iam")
    client.create_role(RoleName="claimed", AssumeRolePolicyDocument=json.dumps(TRUST))
    client.put_role_policy(RoleName="claimed", PolicyName="own", PolicyDocument=json.dumps(READ))
    return client


@pytest.fixture
def managed(iam):
    made = iam.create_policy(PolicyName="managed", PolicyDocument=json.dumps(READ))
    return made["Policy"]["Arn"]


def test_a_role_as_claimed(iam, differences):  # noqa: ARG001 - the role has to exist
    assert differences("AWS::IAM::Role", "claimed", CLAIM) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (
            lambda iam: iam.update_assume_role_policy(
                RoleName="claimed",
                PolicyDocument=json.dumps(document("sts:AssumeRole", Principal={"AWS": "*"})),
            ),
            "AssumeRolePolicyDocument",
        ),
        (
            lambda iam: iam.put_role_policy(
                RoleName="claimed", PolicyName="own", PolicyDocument=json.dumps(WRITE)
            ),
            "Policies",
        ),
        (
            lambda iam: iam.put_role_policy(
                RoleName="claimed", PolicyName="added", PolicyDocument=json.dumps(WRITE)
            ),
            "Policies",
        ),
        (
            lambda iam: iam.delete_role_policy(RoleName="claimed", PolicyName="own"),
            "Policies",
        ),
        (
            lambda iam: iam.update_role(RoleName="claimed", MaxSessionDuration=7200),
            "MaxSessionDuration",
        ),
    ],
)
def test_a_role_that_was_changed(iam, changed, change, path):
    change(iam)
    assert changed("AWS::IAM::Role", "claimed", CLAIM) == [path]


def test_a_policy_attached_by_somebody_else(iam, managed, differences):
    iam.attach_role_policy(RoleName="claimed", PolicyArn=managed)
    assert differences("AWS::IAM::Role", "claimed", CLAIM) == ["ManagedPolicyArns"]


def test_policies_that_other_resources_of_the_stack_answer_for(iam, managed, verified):
    iam.attach_role_policy(RoleName="claimed", PolicyArn=managed)
    iam.put_role_policy(RoleName="claimed", PolicyName="more", PolicyDocument=json.dumps(WRITE))
    inline = {"PolicyName": "more", "PolicyDocument": WRITE, "Roles": [{"Ref": "Role"}]}
    reports = verified(
        {
            "Role": ("AWS::IAM::Role", "claimed", CLAIM),
            "Inline": ("AWS::IAM::Policy", "more", inline),
            "Managed": (
                "AWS::IAM::ManagedPolicy",
                managed,
                {"PolicyDocument": READ, "Roles": [{"Ref": "Role"}]},
            ),
        }
    )
    assert {name: report.outcome for name, report in reports.items()} == dict.fromkeys(
        reports, "ok"
    )


@pytest.mark.parametrize(("deployed", "paths"), [(READ, []), (WRITE, ["PolicyDocument"])])
def test_an_inline_policy(iam, changed, deployed, paths):
    iam.put_role_policy(RoleName="claimed", PolicyName="p", PolicyDocument=json.dumps(deployed))
    claim = {"PolicyName": "p", "PolicyDocument": READ, "Roles": ["claimed"]}
    assert changed("AWS::IAM::Policy", "p", claim) == paths


def test_an_inline_policy_that_one_of_two_roles_lacks(iam, differences):
    iam.create_role(RoleName="second", AssumeRolePolicyDocument=json.dumps(TRUST))
    claim = {"PolicyName": "own", "PolicyDocument": READ, "Roles": ["claimed", "second"]}
    assert differences("AWS::IAM::Policy", "own", claim) == ["Roles[]"]


def test_an_inline_policy_that_is_gone(iam, differences):  # noqa: ARG001
    claim = {"PolicyName": "gone", "PolicyDocument": READ, "Roles": ["claimed"]}
    assert differences("AWS::IAM::Policy", "gone", claim) == ["(resource)"]


def test_a_managed_policy_as_claimed(managed, differences):
    assert differences("AWS::IAM::ManagedPolicy", managed, {"PolicyDocument": READ}) == []


def test_a_managed_policy_with_a_newer_version(iam, managed, changed):
    iam.create_policy_version(
        PolicyArn=managed, PolicyDocument=json.dumps(WRITE), SetAsDefault=True
    )
    claim = {"PolicyDocument": READ}
    assert changed("AWS::IAM::ManagedPolicy", managed, claim) == ["PolicyDocument"]


def test_a_managed_policy_attached_to_somebody_else(iam, managed, differences):
    iam.attach_role_policy(RoleName="claimed", PolicyArn=managed)
    assert differences("AWS::IAM::ManagedPolicy", managed, {"PolicyDocument": READ}) == ["Roles"]


def test_a_managed_policy_that_a_role_of_the_stack_claims(iam, managed, verified):
    iam.attach_role_policy(RoleName="claimed", PolicyArn=managed)
    reports = verified(
        {
            "Role": (
                "AWS::IAM::Role",
                "claimed",
                {**CLAIM, "ManagedPolicyArns": [{"Ref": "Managed"}]},
            ),
            "Managed": ("AWS::IAM::ManagedPolicy", managed, {"PolicyDocument": READ}),
        }
    )
    assert {report.outcome for report in reports.values()} == {"ok"}


def test_a_managed_policy_that_was_detached(managed, differences):
    claim = {**CLAIM, "ManagedPolicyArns": [managed]}
    assert differences("AWS::IAM::Role", "claimed", claim) == ["ManagedPolicyArns[]"]
