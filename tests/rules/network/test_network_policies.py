import pytest

RUNTIME = "com.amazonaws.eu-west-1.bedrock-runtime"
POLICY = "Properties.PolicyDocument"
STATEMENT = f"{POLICY}.Statement[0]"
EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
ACCOUNT = {"StringEquals": {"aws:PrincipalAccount": "111122223333"}}


def endpoint(service=RUNTIME, **properties):
    properties = {"ServiceName": service, **properties}
    return {"Type": "AWS::EC2::VPCEndpoint", "Properties": properties}


def allowing_only(**elements):
    return endpoint(PolicyDocument={"Statement": [EVERYTHING | elements]})


@pytest.mark.parametrize(
    "subject",
    [
        allowing_only(Action=["bedrock:InvokeModel"]),
        allowing_only(Resource="arn:aws:bedrock:*::foundation-model/a.b"),
        allowing_only(Condition=ACCOUNT),
        allowing_only(Principal={"AWS": "arn:aws:iam::111122223333:root"}),
        allowing_only(Effect="Deny"),
        endpoint("com.amazonaws.eu-west-1.s3"),
        endpoint({"Fn::Sub": "com.amazonaws.${AWS::Region}.dynamodb"}),
        endpoint("com.example.eu-west-1.bedrock"),
        endpoint(None),
    ],
)
def test_a_policy_that_says_something_passes(judge, subject):
    assert judge("NET03", subject) == []


@pytest.mark.parametrize(
    "elements",
    [
        {},
        {"Action": "bedrock:*"},
        {"Action": None, "NotAction": "s3:*"},
        {"Principal": {"AWS": "*"}},
        {"Condition": {"StringLike": {"aws:PrincipalAccount": "*"}}},
    ],
)
def test_a_policy_that_lets_everything_pass_fails(judge, elements):
    assert judge("NET03", allowing_only(**elements)) == [f"fail {STATEMENT}"]


@pytest.mark.parametrize(
    "service",
    [
        RUNTIME,
        "com.amazonaws.eu-west-1.bedrock",
        "com.amazonaws.eu-west-1.bedrock-mantle",
        "com.amazonaws.eu-west-1.bedrock-agentcore.gateway",
        {"Fn::Join": ["", ["com.amazonaws.", {"Ref": "AWS::Region"}, ".bedrock-agent"]]},
    ],
)
def test_no_policy_fails(judge, service):
    assert judge("NET03", endpoint(service)) == [f"fail {POLICY}"]


@pytest.mark.parametrize(
    ("subject", "at"),
    [
        (endpoint({"Ref": "Service"}), POLICY),
        (endpoint({"Fn::Sub": "com.amazonaws.${AWS::Region}.${Service}"}), POLICY),
        (endpoint(PolicyDocument={"Ref": "Policy"}), POLICY),
        (allowing_only(Action={"Ref": "Action"}), STATEMENT),
    ],
)
def test_what_is_known_at_deployment_is_unknown(judge, subject, at):
    assert judge("NET03", subject) == [f"unknown {at}"]


def test_no_policy_can_be_acknowledged(judge, accepting):
    assert judge("NET03", accepting(endpoint(), "NET03")) == []


DNS = "Properties.PrivateDnsEnabled"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (endpoint(PrivateDnsEnabled=True), []),
        (endpoint(PrivateDnsEnabled=False), [f"fail {DNS}"]),
        (endpoint(), [f"fail {DNS}"]),
        (endpoint(PrivateDnsEnabled={"Ref": "Enabled"}), [f"unknown {DNS}"]),
        (endpoint("com.amazonaws.eu-west-1.s3"), []),
    ],
)
def test_an_endpoint_has_private_dns(judge, subject, expected):
    assert judge("NET04", subject) == expected


FIRST_ENTRY = {"Fn::Select": [0, {"Fn::GetAtt": ["Endpoint", "DnsEntries"]}]}
CDK_ALIAS = {"Fn::Select": [1, {"Fn::Split": [":", FIRST_ENTRY]}]}
ALIAS = {"DNSName": {"Fn::GetAtt": ["Endpoint", "DnsEntries"]}}


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("AWS::Route53::RecordSet", {"AliasTarget": ALIAS}),
        ("AWS::Route53::RecordSet", {"AliasTarget": {"DNSName": CDK_ALIAS}}),
        ("AWS::Route53::RecordSetGroup", {"RecordSets": [{"AliasTarget": ALIAS}]}),
        (
            "AWS::Route53Profiles::ProfileResourceAssociation",
            {"ResourceArn": {"Fn::Sub": "arn:aws:ec2:eu-west-1:1:vpc-endpoint/${Endpoint}"}},
        ),
    ],
)
def test_a_name_of_ones_own_leads_to_the_endpoint(judge, kind, properties):
    resources = {"Endpoint": endpoint(PrivateDnsEnabled=False)}
    assert judge("NET04", resources | {"Name": {"Type": kind, "Properties": properties}}) == []


def test_missing_private_dns_can_be_acknowledged(judge, accepting):
    assert judge("NET04", accepting(endpoint(), "NET04")) == []


GROUPS = "Properties.SecurityGroupIds"
INLINE = "Properties.SecurityGroupIngress[0]"


def guarded(ingress=(), separate=None):
    group = {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {"SecurityGroupIngress": list(ingress)},
    }
    resources = {
        "Endpoint": endpoint(SecurityGroupIds=[{"Fn::GetAtt": ["Group", "GroupId"]}]),
        "Group": group,
        "Vpc": {"Type": "AWS::EC2::VPC"},
    }
    if separate:
        properties = {"GroupId": {"Fn::GetAtt": ["Group", "GroupId"]}, **separate}
        resources["Rule"] = {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": properties}
    return resources


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (guarded([{"CidrIp": "10.0.0.0/16"}]), []),
        (guarded([{"CidrIp": {"Fn::GetAtt": ["Vpc", "CidrBlock"]}}]), []),
        (guarded([{"CidrIp": {"Ref": "Range"}}]), [f"unknown {INLINE}.CidrIp"]),
        (guarded([{"CidrIp": "0.0.0.0/0"}]), [f"fail {INLINE}.CidrIp"]),
        (guarded([{"CidrIpv6": "::/0"}]), [f"fail {INLINE}.CidrIpv6"]),
        (guarded(separate={"CidrIp": "0.0.0.0/0"}), ["fail Properties.CidrIp"]),
        (guarded(separate={"SourceSecurityGroupId": "sg-1"}), []),
        (endpoint(SecurityGroupIds=["sg-1"]), []),
        (endpoint(), [f"fail {GROUPS}"]),
        (endpoint(SecurityGroupIds={"Ref": "Groups"}), [f"unknown {GROUPS}"]),
    ],
)
def test_an_endpoint_is_not_open_to_every_address(judge, subject, expected):
    assert judge("NET05", subject) == expected


def test_the_default_security_group_can_be_acknowledged(judge, accepting):
    assert judge("NET05", accepting(endpoint(), "NET05")) == []
