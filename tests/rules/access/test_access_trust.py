import pytest

TRUST = "Properties.AssumeRolePolicyDocument.Statement"
BEDROCK = "bedrock.amazonaws.com"
ACCOUNT = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
AGENTS = "arn:aws:bedrock:eu-west-1:111122223333:agent/*"


def statement(principal=BEDROCK, condition=None, **more):
    if not isinstance(principal, dict) or "Ref" in principal:
        principal = {"Service": principal}
    base = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return base | ({"Condition": condition} if condition else {}) | more


def role(*statements):
    document = {"Statement": list(statements)}
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": document}}


@pytest.mark.parametrize(
    "service",
    [
        BEDROCK,
        "bedrock-agentcore.amazonaws.com",
        ["lambda.amazonaws.com", BEDROCK],
        {"Fn::Sub": "bedrock.${AWS::URLSuffix}"},
    ],
)
def test_a_deputy_without_a_source_fails(judge, service):
    trusted = statement({"Service": service})
    assert judge("IAM24", role(trusted)) == [f"fail {TRUST}[0]"]


def test_each_statement_counts_by_itself(judge):
    both = role(statement(condition=ACCOUNT), statement())
    assert judge("IAM24", both) == [f"fail {TRUST}[1]"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (ACCOUNT, []),
        ({"ArnLike": {"aws:SourceArn": AGENTS}}, []),
        ({"ArnLike": {"AWS:sourcearn": AGENTS}}, []),
        ({"StringEquals": {"aws:SourceOrgID": "o-1"}}, []),
        ({"ArnLike": {"aws:SourceArn": {"Fn::Sub": "arn:aws:bedrock:*:${AWS::AccountId}:*"}}}, []),
        ({"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["Agent", "AgentArn"]}}}, []),
        ({"StringEqualsIfExists": {"aws:SourceAccount": "1"}}, ["fail"]),
        ({"StringNotEquals": {"aws:SourceAccount": "1"}}, ["fail"]),
        ({"StringLike": {"aws:SourceAccount": "*"}}, ["fail"]),
        ({"ArnLike": {"aws:SourceArn": "*"}}, ["fail"]),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:bedrock:*"}}, ["fail"]),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:bedrock:*:*:agent/*"}}, ["fail"]),
        ({"ArnLike": {"aws:SourceArn": [AGENTS, "arn:aws:bedrock:eu-west-1:*"]}}, ["fail"]),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, ["fail"]),
        ({"ArnLike": {"aws:SourceArn": {"Ref": "Source"}}}, ["unknown"]),
        ({"Ref": "Condition"}, ["unknown"]),
    ],
)
def test_the_condition_has_to_name_the_account(judge, condition, expected):
    resources = {"R": role(statement(condition=condition)), "Agent": {"Type": "X::Y::Z"}}
    assert judge("IAM24", resources) == [f"{status} {TRUST}[0]" for status in expected]


@pytest.mark.parametrize("service", ["lambda.amazonaws.com", "notbedrock.amazonaws.com"])
def test_other_services_pass(judge, service):
    assert judge("IAM24", role(statement(service))) == []


@pytest.mark.parametrize("more", [{"Effect": "Deny"}, {"Action": "sts:TagSession"}])
def test_a_statement_that_does_not_let_bedrock_in_passes(judge, more):
    assert judge("IAM24", role(statement(**more))) == []


def test_a_service_known_only_at_deployment_is_unknown(judge):
    assert judge("IAM24", role(statement({"Ref": "Service"}))) == [f"unknown {TRUST}[0]"]


def test_a_deputy_can_be_acknowledged(judge, accepting):
    assert judge("IAM24", accepting(role(statement()), "IAM24")) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("*", "fail"),
        ("arn:aws:bedrock:*", "fail"),
        ("arn:aws:bedrock:*:*:knowledge-base/*", "fail"),
        (AGENTS, ""),
        ("arn:aws:bedrock-agentcore:eu-west-1:111122223333:*", ""),
        ({"Ref": "Source"}, "unknown"),
    ],
)
def test_a_source_of_any_account_fails(judge, value, expected):
    condition = ACCOUNT | {"ArnLike": {"aws:SourceArn": value}}
    at = f"{TRUST}[0].Condition.ArnLike.aws:SourceArn"
    found = judge("IAM25", role(statement(condition=condition)))
    assert [line.replace('["', ".").replace('"]', "") for line in found] == (
        [f"{expected} {at}"] if expected else []
    )


def test_a_source_of_another_service_passes(judge):
    condition = {"ArnLike": {"aws:SourceArn": "*"}}
    assert judge("IAM25", role(statement("sns.amazonaws.com", condition))) == []


def test_a_wide_source_can_be_acknowledged(judge, accepting):
    wide = role(statement(condition={"ArnLike": {"aws:SourceArn": "*"}}))
    assert judge("IAM25", wide) != []
    assert judge("IAM25", accepting(wide, "IAM25")) == []


@pytest.mark.parametrize(
    ("other", "at"),
    [
        ("*", "Principal"),
        ({"AWS": "arn:aws:iam::111122223333:root"}, "Principal.AWS"),
        ({"Service": "lambda.amazonaws.com"}, "Principal.Service"),
        ({"Federated": "cognito-identity.amazonaws.com"}, "Principal.Federated"),
    ],
)
def test_another_principal_of_the_role_fails(judge, other, at):
    second = statement() | {"Principal": other}
    assert judge("IAM26", role(statement(), second)) == [f"fail {TRUST}[1].{at}"]


def test_another_service_in_the_same_statement_fails(judge):
    services = {"Service": [BEDROCK, "lambda.amazonaws.com"]}
    assert judge("IAM26", role(statement(services))) == [f"fail {TRUST}[0].Principal.Service[1]"]


def test_both_of_bedrocks_services_pass(judge):
    services = {"Service": [BEDROCK, "bedrock-agentcore.amazonaws.com"]}
    assert judge("IAM26", role(statement(services))) == []


def test_a_role_of_other_principals_passes(judge):
    shared = {"Service": ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com"]}
    assert judge("IAM26", role(statement(shared))) == []


def test_a_principal_known_only_at_deployment_is_unknown(judge):
    services = {"Service": [BEDROCK, {"Ref": "Service"}]}
    found = judge("IAM26", role(statement(services)))
    assert found == [f"unknown {TRUST}[0].Principal.Service[1]"]


def test_a_shared_role_can_be_acknowledged(judge, accepting):
    shared = role(statement({"Service": [BEDROCK, "lambda.amazonaws.com"]}))
    assert judge("IAM26", accepting(shared, "IAM26")) == []


@pytest.mark.parametrize("principal", [{"Ref": "Principal"}, {"Fn::GetAtt": ["Custom", "Who"]}])
def test_a_principal_of_an_unknown_kind_is_unknown(judge, principal):
    unreadable = statement() | {"Principal": principal}
    assert judge("IAM24", role(unreadable)) == [f"unknown {TRUST}[0]"]


def test_a_principal_that_is_no_service_passes(judge):
    assert judge("IAM24", role(statement({"AWS": {"Ref": "Principal"}}))) == []
