import json

import pytest

from secure_bedrock.rules._answer import NO, UNKNOWN, YES
from secure_bedrock.rules._statement import StatementKind
from secure_bedrock.rules._statements import (
    held_by,
    managed_policies,
    statements,
    trust_of,
    unread,
)
from secure_bedrock.rules._template import Template

S = {"Sid": "Found", "Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}
DOCUMENT = {"Version": "2012-10-17", "Statement": S}
INLINE = [{"PolicyName": "p", "PolicyDocument": DOCUMENT}]
SCP = {"Type": "SERVICE_CONTROL_POLICY", "Content": DOCUMENT}


def template(**resources):
    return Template({"Resources": resources})


def resource(kind, /, **properties):
    return {"Type": kind, "Properties": properties}


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        (resource("AWS::IAM::Role", Policies=INLINE), "identity"),
        (resource("AWS::IAM::User", Policies=INLINE), "identity"),
        (resource("AWS::IAM::Group", Policies=INLINE), "identity"),
        (resource("AWS::IAM::Policy", PolicyDocument=DOCUMENT), "identity"),
        (resource("AWS::IAM::ManagedPolicy", PolicyDocument=DOCUMENT), "identity"),
        (resource("AWS::IAM::RolePolicy", PolicyDocument=DOCUMENT), "identity"),
        (resource("AWS::IAM::UserPolicy", PolicyDocument=DOCUMENT), "identity"),
        (resource("AWS::IAM::GroupPolicy", PolicyDocument=DOCUMENT), "identity"),
        (resource("AWS::IAM::Role", AssumeRolePolicyDocument=DOCUMENT), "trust"),
        (resource("AWS::Serverless::Function", Policies=[DOCUMENT]), "identity"),
        (resource("AWS::Serverless::Function", Policies=[{"Statement": S}]), "identity"),
        (resource("AWS::Serverless::Function", Policies={"Statement": [S]}), "identity"),
        (resource("AWS::Serverless::StateMachine", Policies=[DOCUMENT]), "identity"),
        (resource("AWS::Serverless::Function", AssumeRolePolicyDocument=DOCUMENT), "trust"),
        (resource("AWS::SSO::PermissionSet", InlinePolicy=DOCUMENT), "identity"),
        (resource("AWS::SSO::PermissionSet", InlinePolicy=json.dumps(DOCUMENT)), "identity"),
        (resource("AWS::S3::BucketPolicy", PolicyDocument=DOCUMENT), "resource"),
        (resource("AWS::KMS::Key", KeyPolicy=DOCUMENT), "resource"),
        (resource("AWS::SNS::TopicPolicy", PolicyDocument=DOCUMENT), "resource"),
        (resource("AWS::SQS::QueuePolicy", PolicyDocument=DOCUMENT), "resource"),
        (resource("AWS::Bedrock::ResourcePolicy", PolicyDocument=DOCUMENT), "resource"),
        (resource("AWS::Bedrock::KnowledgeBasePolicy", PolicyDocument=DOCUMENT), "resource"),
        (
            resource("AWS::BedrockAgentCore::ResourcePolicy", Policy=json.dumps(DOCUMENT)),
            "resource",
        ),
        (resource("AWS::EC2::VPCEndpoint", PolicyDocument=DOCUMENT), "endpoint"),
        (resource("AWS::EC2::VPCEndpoint", PolicyDocument=json.dumps(DOCUMENT)), "endpoint"),
        (resource("AWS::Organizations::Policy", **SCP), "organization"),
    ],
)
def test_statements_are_read_wherever_a_policy_stands(subject, kind):
    found = [s for s in statements(template(Subject=subject)) if s.node["Sid"].literal == "Found"]
    assert [(s.kind, s.owner.logical_id) for s in found] == [(kind, "Subject")]
    assert found[0].allows("bedrock:InvokeModel") is YES


def test_a_statement_points_into_the_template():
    (found,) = statements(template(R=resource("AWS::IAM::Role", Policies=INLINE)), "identity")
    path = ("Resources", "R", "Properties", "Policies", 0, "PolicyDocument", "Statement")
    assert found.path == path
    assert found.action_node("bedrock:InvokeModel").path == (*path, "Action")


def test_other_organization_policies_have_no_statements():
    policy = {"Type": "AISERVICES_OPT_OUT_POLICY", "Content": {"services": {}}}
    found = template(P=resource("AWS::Organizations::Policy", **policy))
    assert statements(found) == []
    assert unread(found) == []


@pytest.mark.parametrize(
    ("attached", "on_role"),
    [
        ({"Roles": [{"Ref": "R"}]}, {}),
        ({}, {"ManagedPolicyArns": [{"Ref": "P"}]}),
        ({"Roles": [{"Ref": "R"}]}, {"PermissionsBoundary": {"Ref": "P"}}),
    ],
)
def test_a_managed_policy_belongs_to_its_role(attached, on_role):
    policy = resource("AWS::IAM::ManagedPolicy", PolicyDocument=DOCUMENT, **attached)
    found = template(P=policy, R=resource("AWS::IAM::Role", **on_role))
    assert [s.kind for s in held_by(found, "R")] == [StatementKind.IDENTITY]


def test_a_boundary_grants_nothing():
    policy = resource("AWS::IAM::ManagedPolicy", PolicyDocument=DOCUMENT)
    role = resource("AWS::IAM::Role", PermissionsBoundary={"Ref": "P"})
    assert [s.kind for s in statements(template(P=policy, R=role), "boundary")] == ["boundary"]


def test_attached_managed_policies_are_listed():
    arn = "arn:aws:iam::aws:policy/AmazonBedrockFullAccess"
    role = resource("AWS::IAM::Role", ManagedPolicyArns=[arn])
    function = resource("AWS::Serverless::Function", Policies=["AmazonBedrockReadOnly", DOCUMENT])
    found = managed_policies(template(R=role, F=function))
    assert [(a.holder.logical_id, a.node.literal) for a in found] == [
        ("R", arn),
        ("F", "AmazonBedrockReadOnly"),
    ]


def test_trust_is_found_by_role():
    role = resource("AWS::IAM::Role", AssumeRolePolicyDocument=DOCUMENT)
    assert len(trust_of(template(R=role, Q=role), "R")) == 1


@pytest.mark.parametrize("document", [{"Ref": "P"}, "not json", {"Statement": [{"Ref": "P"}, S]}])
def test_what_cannot_be_read_is_listed(document):
    found = template(R=resource("AWS::IAM::Policy", PolicyDocument=document))
    assert [d.owner.logical_id for d in unread(found)] == ["R"]


def statement(**elements):
    document = {"Statement": {"Effect": "Allow", **elements}}
    policy = resource("AWS::IAM::Policy", PolicyDocument=document)
    return statements(template(P=policy))[0]


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"Action": "bedrock:invokemodel"}, YES),
        ({"Action": ["s3:Get*", "bedrock:Inv?ke*"]}, YES),
        ({"Action": "s3:*"}, NO),
        ({"Action": {"Ref": "A"}}, UNKNOWN),
        ({"Action": {"Fn::Sub": "bedrock:Invoke${A}"}}, UNKNOWN),
        ({"Action": {"Fn::Sub": "s3:${A}"}}, NO),
        ({"NotAction": "s3:*"}, YES),
        ({"NotAction": ["bedrock:*"]}, NO),
        ({"NotAction": {"Ref": "A"}}, UNKNOWN),
        ({"Action": "*", "Effect": "Deny"}, NO),
        ({"Action": "*", "Effect": {"Ref": "E"}}, UNKNOWN),
        ({"Action": {"odd": 1}}, NO),
        ({}, NO),
    ],
)
def test_what_a_statement_allows(elements, expected):
    assert statement(**elements).allows("bedrock:InvokeModel") is expected


def test_a_denial_has_to_cover_everything_asked():
    denial = statement(Effect="Deny", Action=["bedrock:*"])
    assert denial.denies("bedrock:InvokeModel") is YES
    assert denial.denies("bedrock:InvokeModel", "bedrock-mantle:CreateInference") is NO


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"Resource": "*"}, YES),
        ({"Resource": ["arn:aws:s3:::b", "arn:aws:bedrock:*"]}, YES),
        ({"Resource": "arn:aws:bedrock:*::foundation-model/a.*"}, NO),
        ({"Resource": {"Fn::Sub": "arn:aws:bedrock:*::${What}"}}, UNKNOWN),
        ({"Resource": {"Fn::GetAtt": ["Profile", "Arn"]}}, NO),
        ({"NotResource": "arn:aws:s3:::*"}, YES),
        ({"NotResource": "*"}, NO),
    ],
)
def test_which_resources_a_statement_reaches(elements, expected):
    assert statement(**elements).on_all("bedrock", "foundation-model/") is expected


def test_bedrock_actions_are_named_in_full():
    found = statement(Action=["bedrock:Invoke*", "s3:*", "bedrock-mantle:createinference"])
    assert {"bedrock:InvokeModel", "bedrock-mantle:CreateInference"} < found.named_actions()
    assert not any(action.startswith("s3:") for action in found.named_actions())


def test_actions_that_are_left_out_are_not_named():
    found = statement(NotAction=["bedrock:Delete*"]).named_actions()
    assert "bedrock:InvokeModel" in found
    assert "bedrock:DeleteGuardrail" not in found


def test_conditions_are_found_in_any_case():
    found = statement(Condition={"StringEquals": {"AWS:sourceaccount": "1"}, "Bool": {"x": "y"}})
    assert [c.values.literal for c in found.conditions("aws:SourceAccount")] == ["1"]
    assert len(found.conditions()) == 2
    assert found.conditioned_on("aws:SourceArn") is NO
    assert statement(Condition={"Ref": "C"}).conditioned_on("aws:SourceArn") is UNKNOWN


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", True),
        ("ForAnyValue:StringLike", True),
        ("ArnLike", True),
        ("StringNotEquals", False),
        ("ArnLikeIfExists", False),
        ("ForAllValues:StringLike", False),
        ("Null", False),
    ],
)
def test_which_operators_restrict(operator, expected):
    (condition,) = statement(Condition={operator: {"k": "v"}}).conditions()
    assert condition.restricts is expected


def test_principals():
    found = statement(Principal={"Service": ["a", "b"], "AWS": "*"}).principals()
    assert [(p.kind, p.value.literal) for p in found] == [
        ("Service", "a"),
        ("Service", "b"),
        ("AWS", "*"),
    ]
    assert [p.kind for p in statement(Principal="*").principals()] == ["*"]
    assert [p.kind for p in statement(Principal={"Ref": "P"}).principals()] == ["?"]
    assert statement().principals() == []
