import json

import pytest

from secure_bedrock.rules import Parameters

OWN, OTHER = "111122223333", "444455556666"
GUARDRAIL = f"arn:aws:bedrock:eu-west-1:{OWN}:guardrail/abc"
RUNTIME = f"arn:aws:bedrock-agentcore:eu-west-1:{OWN}:runtime/abc"
ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
KINDS = {
    "RPO01": ("AWS::Bedrock::ResourcePolicy", "PolicyDocument", "bedrock:ApplyGuardrail"),
    "RPO02": ("AWS::BedrockAgentCore::ResourcePolicy", "Policy", "bedrock-agentcore:Invoke*"),
}
BOTH = pytest.mark.parametrize("rule", sorted(KINDS))


def policy(rule, principal, condition=None, **more):
    kind, name, action = KINDS[rule]
    statement = {"Effect": "Allow", "Action": action, "Resource": "*", "Principal": principal}
    statement |= ({"Condition": condition} if condition else {}) | more
    document = {"Statement": [statement]}
    value = json.dumps(document) if rule == "RPO02" else document
    arn = GUARDRAIL if rule == "RPO01" else RUNTIME
    return {"Type": kind, "Properties": {name: value, "ResourceArn": arn}}


def at(rule, entry):
    return f"Properties.{KINDS[rule][1]}.Statement[0].{entry}"


@BOTH
@pytest.mark.parametrize(("principal", "entry"), [("*", ""), ({"AWS": "*"}, ".AWS")])
def test_everybody_fails(judge, rule, principal, entry):
    assert judge(rule, policy(rule, principal)) == [f"fail {at(rule, 'Principal' + entry)}"]


@BOTH
@pytest.mark.parametrize("principal", [OTHER, f"arn:aws:iam::{OTHER}:role/r"])
def test_a_foreign_account_fails(judge, rule, principal):
    found = judge(rule, policy(rule, {"AWS": [f"arn:aws:iam::{OWN}:root", principal]}))
    assert found == [f"fail {at(rule, 'Principal.AWS[1]')}"]


@BOTH
def test_a_trusted_account_passes(judge, rule):
    trusted = Parameters(trusted_accounts=(OTHER,))
    assert judge(rule, policy(rule, {"AWS": OTHER}), parameters=trusted) == []


@BOTH
@pytest.mark.parametrize(
    "principal",
    [
        f"arn:aws:iam::{OWN}:role/r",
        {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"},
        {"Ref": "AWS::AccountId"},
    ],
)
def test_the_own_account_passes(judge, rule, principal):
    if rule == "RPO02" and isinstance(principal, dict):
        principal = f"arn:aws:iam::{OWN}:root"
    assert judge(rule, policy(rule, {"AWS": principal})) == []


def test_a_role_of_the_template_passes(judge):
    subject = policy("RPO01", {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}})
    assert judge("RPO01", {"P": subject, "Role": {"Type": "AWS::IAM::Role"}}) == []


@BOTH
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (ORGANIZATION, []),
        ({"StringEquals": {"aws:SourceAccount": OWN}}, []),
        ({"StringEquals": {"aws:PrincipalAccount": OWN}}, []),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}}, []),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/*"}}, []),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:bedrock:*:{OWN}:*"}}, []),
        ({"StringEquals": {"aws:SourceOrgID": "o-1"}}, []),
        ({"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-1/*"}}, []),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}, ["fail"]),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, ["fail"]),
        ({"StringLike": {"aws:PrincipalOrgID": "*"}}, ["fail"]),
        ({"Bool": {"aws:SecureTransport": "true"}}, ["fail"]),
    ],
)
def test_a_condition_has_to_say_whose_principals(judge, rule, condition, expected):
    found = judge(rule, policy(rule, "*", condition))
    assert found == [f"{status} {at(rule, 'Principal')}" for status in expected]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, []),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, []),
        ({"StringEquals": {"aws:SourceVpce": {"Ref": "Endpoint"}}}, []),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, []),
        ({"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "0.0.0.0/0"]}}, ["fail"]),
    ],
)
def test_callers_of_agentcore_may_be_bound_by_their_network(judge, condition, expected):
    found = judge("RPO02", policy("RPO02", "*", condition))
    assert found == [f"{status} {at('RPO02', 'Principal')}" for status in expected]


def test_a_network_does_not_bind_who_uses_a_guardrail(judge):
    open_to_all = policy("RPO01", "*", {"StringEquals": {"aws:SourceVpc": "vpc-1"}})
    assert judge("RPO01", open_to_all) == [f"fail {at('RPO01', 'Principal')}"]


@BOTH
def test_everybody_but_somebody_fails(judge, rule):
    subject = policy(rule, {}, NotPrincipal={"AWS": OTHER})
    assert judge(rule, subject) == [f"fail {at(rule, 'NotPrincipal')}"]


@BOTH
def test_a_denial_of_everybody_passes(judge, rule):
    assert judge(rule, policy(rule, "*", Effect="Deny")) == []


def test_a_knowledge_base_policy_counts(judge):
    subject = policy("RPO01", "*") | {"Type": "AWS::Bedrock::KnowledgeBasePolicy"}
    assert judge("RPO01", subject) == [f"fail {at('RPO01', 'Principal')}"]


@pytest.mark.parametrize("rule", sorted(KINDS))
def test_a_service_passes(judge, rule):
    assert judge(rule, policy(rule, {"Service": "bedrock.amazonaws.com"})) == []


def test_an_account_is_unknown_if_the_own_one_is(judge):
    subject = policy("RPO01", {"AWS": OTHER})
    subject["Properties"]["ResourceArn"] = {"Fn::GetAtt": ["Guardrail", "GuardrailArn"]}
    place = at("RPO01", "Principal.AWS")
    assert judge("RPO01", subject) == [f"unknown {place}"]
    assert judge("RPO01", subject, account=OWN) == [f"fail {place}"]
    assert judge("RPO01", subject, account=OTHER) == []


def test_a_principal_known_only_at_deployment_is_unknown(judge):
    subject = policy("RPO01", {"AWS": {"Ref": "Principal"}})
    assert judge("RPO01", subject) == [f"unknown {at('RPO01', 'Principal.AWS')}"]


def test_agentcore_policies_in_pieces_are_read(judge):
    subject = policy("RPO02", "*")
    head, tail = subject["Properties"]["Policy"].split("bedrock-agentcore:Invoke*")
    joined = {"Fn::Join": ["", [head, {"Ref": "Action"}, tail]]}
    subject["Properties"]["Policy"] = joined
    assert judge("RPO02", subject) == [f"fail {at('RPO02', 'Principal')}"]


@BOTH
def test_an_open_policy_can_be_acknowledged(judge, accepting, rule):
    assert judge(rule, accepting(policy(rule, "*"), rule)) == []


@BOTH
@pytest.mark.parametrize("more", [{"Effect": "Deny"}, {"Condition": ORGANIZATION}])
def test_everybody_but_somebody_passes_if_denied_or_bound(judge, rule, more):
    assert judge(rule, policy(rule, {}, NotPrincipal={"AWS": OTHER}, **more)) == []
