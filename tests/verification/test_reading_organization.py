import json

import pytest

DENY = {"Effect": "Deny", "Action": "bedrock-mantle:*", "Resource": "*"}
CONTENT = {"Version": "2012-10-17", "Statement": [DENY]}


@pytest.fixture
def organizations(aws):
    client = aws.client("organizations")
    client.create_organization(FeatureSet="ALL")
    root = client.list_roots()["Roots"][0]["Id"]
    client.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    return client


@pytest.fixture
def scp(organizations):
    """The claim about a policy that is attached to the root, and its id."""
    made = organizations.create_policy(
        Name="scp", Type="SERVICE_CONTROL_POLICY", Description="", Content=json.dumps(CONTENT)
    )["Policy"]["PolicySummary"]["Id"]
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.attach_policy(PolicyId=made, TargetId=root)
    claim = {"Name": "scp", "Type": "SERVICE_CONTROL_POLICY", "TargetIds": [root]}
    return made, {**claim, "Content": CONTENT}


@pytest.mark.parametrize("as_text", [False, True])
def test_a_policy_as_claimed(scp, differences, as_text):
    identifier, claim = scp
    content = json.dumps(CONTENT, separators=(",", ":")) if as_text else CONTENT
    claim = {**claim, "Content": content}
    assert differences("AWS::Organizations::Policy", identifier, claim) == []


def test_a_policy_that_was_detached(organizations, scp, differences):
    identifier, claim = scp
    organizations.detach_policy(PolicyId=identifier, TargetId=claim["TargetIds"][0])
    assert differences("AWS::Organizations::Policy", identifier, claim) == ["TargetIds[]"]


def test_a_policy_with_other_content(organizations, scp, changed):
    identifier, claim = scp
    weaker = {"Version": "2012-10-17", "Statement": [{**DENY, "Action": "bedrock-mantle:Get*"}]}
    organizations.update_policy(PolicyId=identifier, Content=json.dumps(weaker))
    assert changed("AWS::Organizations::Policy", identifier, claim) == ["Content"]


BUCKET = "arn:aws:s3:::trail-logs"
LET_TRAILS_WRITE = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": ["s3:GetBucketAcl", "s3:PutObject"],
            "Resource": [BUCKET, f"{BUCKET}/*"],
        }
    ],
}
SELECTORS = [
    {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]},
    {
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": ["AWS::Bedrock::Guardrail"]},
        ]
    },
]
TRAIL = {
    "S3BucketName": "trail-logs",
    "IsLogging": True,
    "EnableLogFileValidation": True,
    "IsMultiRegionTrail": True,
    "IncludeGlobalServiceEvents": True,
    "AdvancedEventSelectors": SELECTORS,
}


@pytest.fixture
def cloudtrail(aws):
    here = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    aws.client("s3").create_bucket(Bucket="trail-logs", **here)
    aws.client("s3").put_bucket_policy(Bucket="trail-logs", Policy=json.dumps(LET_TRAILS_WRITE))
    client = aws.client("cloudtrail")
    client.create_trail(
        Name="claimed",
        S3BucketName="trail-logs",
        EnableLogFileValidation=True,
        IsMultiRegionTrail=True,
    )
    client.put_event_selectors(TrailName="claimed", AdvancedEventSelectors=SELECTORS)
    client.start_logging(Name="claimed")
    return client


def test_a_trail_as_claimed(cloudtrail, differences):  # noqa: ARG001 - the trail has to exist
    assert differences("AWS::CloudTrail::Trail", "claimed", TRAIL) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda trail: trail.stop_logging(Name="claimed"), "IsLogging"),
        (
            lambda trail: trail.update_trail(Name="claimed", EnableLogFileValidation=False),
            "EnableLogFileValidation",
        ),
        (
            lambda trail: trail.put_event_selectors(
                TrailName="claimed", AdvancedEventSelectors=SELECTORS[:1]
            ),
            "AdvancedEventSelectors",
        ),
        (lambda trail: trail.delete_trail(Name="claimed"), "(resource)"),
    ],
)
def test_a_trail_that_was_changed(cloudtrail, changed, change, path):
    change(cloudtrail)
    assert changed("AWS::CloudTrail::Trail", "claimed", TRAIL) == [path]
