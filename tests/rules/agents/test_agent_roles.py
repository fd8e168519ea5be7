import pytest

INLINE = "Properties.Policies[0].PolicyDocument.Statement[0]"
FULL = {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AmazonS3FullAccess"}
TRUST = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "bedrock.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]
}


def agent(role="R"):
    arn = {"Fn::GetAtt": [role, "Arn"]} if isinstance(role, str) else role
    return {"Type": "AWS::Bedrock::Agent", "Properties": {"AgentResourceRoleArn": arn}}


def role(**properties):
    return {"Type": "AWS::IAM::Role", "Properties": properties}


def trusted(subject):
    return subject | {"Properties": {"AssumeRolePolicyDocument": TRUST} | subject["Properties"]}


@pytest.mark.parametrize("action", ["*", "*:*", "s3:*", "iam:*", "LAMBDA:*"])
def test_a_whole_service_fails(judge, allowing, action):
    assert judge("AGT09", {"A": agent(), "R": allowing(action)}) == [f"fail {INLINE}.Action"]


@pytest.mark.parametrize(
    "action", ["s3:GetObject", "s3:Get*", "bedrock:InvokeModel", "bedrock:*", "bedrock-agentcore:*"]
)
def test_named_actions_pass(judge, allowing, action):
    assert judge("AGT09", {"A": agent(), "R": allowing(action)}) == []


def test_everything_but_something_fails(judge, allowing):
    subject = {"A": agent(), "R": allowing([], NotAction="iam:*")}
    assert judge("AGT09", subject) == [f"fail {INLINE}.NotAction"]


def test_a_denial_passes(judge, allowing):
    assert judge("AGT09", {"A": agent(), "R": allowing("s3:*", Effect="Deny")}) == []


@pytest.mark.parametrize("arn", [FULL, "arn:aws:iam::aws:policy/AdministratorAccess"])
def test_a_wide_policy_of_aws_fails(judge, arn):
    subject = {"A": agent(), "R": role(ManagedPolicyArns=[arn])}
    assert judge("AGT09", subject) == ["fail Properties.ManagedPolicyArns[0]"]


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
        "arn:aws:iam::111122223333:policy/TeamFullAccess",
        {"Ref": "FullAccess"},
    ],
)
def test_other_policies_pass(judge, arn):
    own = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {}}
    subject = {"A": agent(), "R": role(ManagedPolicyArns=[arn]), "FullAccess": own}
    assert judge("AGT09", subject) == []


def test_a_role_that_no_agent_has_passes(judge, allowing):
    assert judge("AGT09", {"A": agent(), "R": role(), "Other": allowing("*")}) == []


@pytest.mark.parametrize("arn", [{"Ref": "RoleArn"}, {"Fn::ImportValue": "RoleArn"}])
def test_a_role_known_only_at_deployment_is_unknown(judge, arn):
    assert judge("AGT09", agent(arn)) == ["unknown Properties.AgentResourceRoleArn"]


def test_actions_and_policies_known_only_at_deployment_are_unknown(judge, allowing):
    subject = allowing({"Ref": "Action"})
    subject["Properties"]["ManagedPolicyArns"] = [{"Ref": "Policy"}]
    assert judge("AGT09", {"A": agent(), "R": subject}) == [
        "unknown Properties.ManagedPolicyArns[0]",
        f"unknown {INLINE}.Action",
    ]


def test_a_whole_service_can_be_acknowledged(judge, allowing, accepting):
    assert judge("AGT09", {"A": agent(), "R": accepting(allowing("s3:*"), "AGT09")}) == []


BOUND = role(PermissionsBoundary="arn:aws:iam::111122223333:policy/b")


def test_no_boundary_fails_where_others_have_one(judge):
    assert judge("AGT10", {"R": trusted(role()), "Other": BOUND}) == [
        "fail Properties.PermissionsBoundary"
    ]


def test_a_boundary_passes(judge):
    assert judge("AGT10", {"R": trusted(BOUND), "Other": BOUND}) == []


@pytest.mark.parametrize("subject", [{"R": trusted(role())}, {"R": role(), "Other": BOUND}])
def test_boundaries_are_not_asked_of_others(judge, subject):
    assert judge("AGT10", subject) == []


def test_a_boundary_known_only_at_deployment_is_unknown(judge):
    subject = trusted(role(PermissionsBoundary={"Ref": "Boundary"}))
    assert judge("AGT10", subject) == ["unknown Properties.PermissionsBoundary"]


def test_no_boundary_can_be_acknowledged(judge, accepting):
    assert judge("AGT10", {"R": accepting(trusted(role()), "AGT10"), "Other": BOUND}) == []


@pytest.mark.parametrize(
    "arn", ["R", {"Ref": "RoleArn"}, {"Fn::Sub": "arn:${AWS::Partition}:iam::1:role/r"}]
)
def test_agents_with_one_role_fail(findings, arn):
    (found,) = findings("AGT11", {"A": agent(arn), "B": agent(arn), "R": role()})
    assert (found.status, found.logical_id) == ("fail", "B")
    assert found.location == "Properties.AgentResourceRoleArn"


def test_agents_with_their_own_roles_pass(judge):
    subject = {"A": agent("R"), "B": agent("S"), "C": agent(None), "D": agent(None)}
    assert judge("AGT11", subject | {"R": role(), "S": role()}) == []


def test_sharing_a_role_can_be_acknowledged(judge, accepting):
    assert judge("AGT11", {"A": agent(), "B": accepting(agent(), "AGT11"), "R": role()}) == []


EVERYTHING = {
    "AGT13": (
        "lambda:InvokeFunction",
        ["*", "arn:aws:lambda:*:*:function:*", "arn:aws:lambda:*:*:function*"],
        ["arn:aws:lambda:*:*:function:agent-*", {"Fn::GetAtt": ["F", "Arn"]}],
    ),
    "AGT14": (
        "s3:GetObject",
        ["*", "arn:aws:s3:::*", "arn:aws:s3:::*/*", {"Fn::Sub": "arn:${AWS::Partition}:s3:::*"}],
        ["arn:aws:s3:::mine/*", {"Fn::Sub": "arn:aws:s3:::${B}/*"}, "arn:aws:s3:::*-mine/*"],
    ),
}
CASES = [(i, a, each) for i, (a, wide, _) in EVERYTHING.items() for each in wide]
PASSING = [(i, a, each) for i, (a, _, narrow) in EVERYTHING.items() for each in narrow]
OTHERS = {"F": {"Type": "AWS::Lambda::Function"}, "B": {"Type": "AWS::S3::Bucket"}}


@pytest.mark.parametrize(("rule_id", "action", "resource"), CASES)
def test_reaching_everything_fails(judge, allowing, rule_id, action, resource):
    subject = {"A": agent(), "R": allowing([action], [resource]), **OTHERS}
    assert judge(rule_id, subject) == [f"fail {INLINE}.Resource[0]"]


@pytest.mark.parametrize(("rule_id", "action", "resource"), PASSING)
def test_reaching_something_passes(judge, allowing, rule_id, action, resource):
    assert judge(rule_id, {"A": agent(), "R": allowing([action], [resource]), **OTHERS}) == []


@pytest.mark.parametrize(("rule_id", "action"), [(i, e[0]) for i, e in EVERYTHING.items()])
class TestReach:
    def test_a_role_that_bedrock_assumes_counts(self, judge, allowing, rule_id, action):
        assert judge(rule_id, trusted(allowing(action))) == [f"fail {INLINE}.Resource"]

    def test_a_role_of_something_else_passes(self, judge, allowing, rule_id, action):
        assert judge(rule_id, allowing(action)) == []

    @pytest.mark.parametrize("other", ["Flow.ExecutionRoleArn", "KnowledgeBase.RoleArn"])
    def test_others_have_rules_of_their_own(self, judge, allowing, rule_id, action, *, other):
        kind, _, key = other.partition(".")
        properties = {key: {"Fn::GetAtt": ["R", "Arn"]}}
        resource = {"Type": f"AWS::Bedrock::{kind}", "Properties": properties}
        assert judge(rule_id, {"X": resource, "R": trusted(allowing(action))}) == []

    def test_wildcards_in_actions_count(self, judge, allowing, rule_id, action):
        assert judge(rule_id, trusted(allowing(action[:-3] + "*"))) == [f"fail {INLINE}.Resource"]

    def test_other_actions_pass(self, judge, allowing, rule_id, action):
        other = action.partition(":")[0] + ":ListTags"
        assert judge(rule_id, trusted(allowing(other))) == []

    def test_resources_known_only_at_deployment_are_unknown(self, judge, allowing, rule_id, action):
        subject = trusted(allowing(action, {"Ref": "Resource"}))
        assert judge(rule_id, subject) == [f"unknown {INLINE}.Resource"]

    def test_it_can_be_acknowledged(self, judge, allowing, accepting, rule_id, action):
        assert judge(rule_id, accepting(trusted(allowing(action)), rule_id)) == []
