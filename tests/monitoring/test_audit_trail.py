import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms

from secure_bedrock import (
    AuditTrail,
    EventDataStore,
    ObjectLock,
    OrganizationTrail,
    TrailStorage,
)
from secure_bedrock.policy import Policy, Request, evaluate
from secure_bedrock.rules import Profile
from secure_bedrock.testing import assert_secure

ACCOUNT, ORGANIZATION = "111122223333", "o-exampleorgid"
TRAIL = "AWS::CloudTrail::Trail"
STORE = "AWS::CloudTrail::EventDataStore"


def build(feature_flags, **options):
    environment = cdk.Environment(account=ACCOUNT, region="eu-west-1")
    stack = cdk.Stack(cdk.App(context=feature_flags), "Test", env=environment)
    return AuditTrail(stack, "Audit", **options)


@pytest.fixture(scope="module")
def audit(feature_flags):
    return build(feature_flags)


@pytest.fixture(scope="module")
def template(audit):
    return cdk.assertions.Template.from_stack(cdk.Stack.of(audit)).to_json()["Resources"]


def only(template, kind):
    (found,) = (each for each in template.values() if each["Type"] == kind)
    return found["Properties"]


def of(audit, kind):
    stack = cdk.Stack.of(audit)
    return only(cdk.assertions.Template.from_stack(stack).to_json()["Resources"], kind)


def test_defaults(stack, snapshot):
    AuditTrail(stack, "Audit")
    assert cdk.assertions.Template.from_stack(stack).to_json() == snapshot


def test_every_region_is_recorded_and_log_files_are_validated(template):
    trail = only(template, TRAIL)
    assert trail["IsMultiRegionTrail"] is True
    assert trail["IncludeGlobalServiceEvents"] is True
    assert trail["EnableLogFileValidation"] is True
    assert trail["IsLogging"] is True


def test_trap_12_there_is_no_second_kind_of_event_selectors(template):
    trail = only(template, TRAIL)
    assert "EventSelectors" not in trail
    assert len(trail["AdvancedEventSelectors"]) == 46


def test_trap_1_the_key_lets_this_trail_encrypt(template):
    statements = {
        each.get("Sid", ""): each
        for each in only(template, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
    }
    name = only(template, TRAIL)["TrailName"]
    allowed = next(each for sid, each in statements.items() if sid.startswith("CloudTrailEnc"))
    assert allowed["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    assert allowed["Condition"]["StringEquals"]["aws:SourceArn"].endswith(f":trail/{name}")


def test_the_trail_waits_for_bucket_policy_key_and_role(template):
    (trail,) = (each for each in template.values() if each["Type"] == TRAIL)
    waits = {template[each]["Type"] for each in trail["DependsOn"]}
    assert waits >= {"AWS::S3::BucketPolicy", "AWS::KMS::Key", "AWS::IAM::ManagedPolicy"}


def may_put(audit, key, **context):
    stack = cdk.Stack.of(audit)
    found = stack.resolve(audit.bucket.policy.document.to_json())
    name = stack.get_logical_id(audit.bucket.node.default_child)
    document = filled_in(found, name)
    request = Request(
        principal="cloudtrail.amazonaws.com",
        action="s3:PutObject",
        resource=f"arn:aws:s3:::{name}/{key}",
        context={
            "aws:SourceArn": audit.trail_arn,
            "s3:x-amz-acl": "bucket-owner-full-control",
            "aws:SecureTransport": "true",
            "s3:TlsVersion": "1.3",
            **context,
        },
        resource_account=ACCOUNT,
    )
    return evaluate(request, resource_policies=[Policy.from_document(document)]).allowed


def filled_in(value, name):
    match value:
        case {"Fn::GetAtt": _}:
            return f"arn:aws:s3:::{name}"
        case {"Fn::Join": [separator, parts]}:
            return separator.join(filled_in(part, name) for part in parts)
        case dict():
            return {key: filled_in(each, name) for key, each in value.items()}
        case list():
            return [filled_in(each, name) for each in value]
    return value


FILE = f"AWSLogs/{ACCOUNT}/CloudTrail/eu-west-1/2026/11/23/a.json.gz"


def test_the_trail_delivers(audit):
    assert may_put(audit, FILE)


@pytest.mark.parametrize(
    ("key", "context"),
    [
        ("elsewhere/a.json.gz", {}),
        (FILE.replace(ACCOUNT, ORGANIZATION), {}),
        (FILE, {"aws:SourceArn": f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/other"}),
        (FILE, {"s3:x-amz-acl": "private"}),
        (FILE, {"aws:SecureTransport": "false"}),
    ],
)
def test_nothing_else_is_delivered(audit, key, context):
    assert not may_put(audit, key, **context)


def test_an_organization_trail_delivers_for_all_its_accounts(feature_flags):
    audit = build(feature_flags, organization=OrganizationTrail(organization_id=ORGANIZATION))
    assert of(audit, TRAIL)["IsOrganizationTrail"] is True
    assert may_put(audit, FILE.replace(ACCOUNT, f"{ORGANIZATION}/444455556666"))
    assert may_put(audit, FILE)


def test_a_delegated_administrators_trail_belongs_to_the_management_account(feature_flags):
    organization = OrganizationTrail(
        organization_id=ORGANIZATION, management_account="999988887777"
    )
    audit = build(feature_flags, organization=organization)
    assert ":999988887777:trail/" in audit.trail_arn
    assert may_put(audit, FILE.replace(ACCOUNT, "999988887777"))


def test_cloudtrail_writes_to_its_own_log_streams_only(template):
    (permissions,) = (
        each["Properties"]["PolicyDocument"]["Statement"]
        for each in template.values()
        if each["Type"] == "AWS::IAM::ManagedPolicy"
    )
    write = permissions[0]
    assert write["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert write["Resource"]["Fn::Join"][1][-1] == f":log-stream:{ACCOUNT}_*"


def test_without_a_log_group_there_is_no_role(feature_flags):
    audit = build(feature_flags, storage=TrailStorage(log_group_retention=None))
    assert "CloudWatchLogsLogGroupArn" not in of(audit, TRAIL)
    assert audit.log_group is None


def test_log_files_can_be_locked(feature_flags):
    storage = TrailStorage(object_lock=ObjectLock(days=365))
    audit = build(feature_flags, storage=storage)
    resources = cdk.assertions.Template.from_stack(cdk.Stack.of(audit)).to_json()["Resources"]
    name = cdk.Stack.of(audit).get_logical_id(audit.bucket.node.default_child)
    rule = resources[name]["Properties"]["ObjectLockConfiguration"]["Rule"]
    assert rule["DefaultRetention"] == {"Days": 365, "Mode": "COMPLIANCE"}


@pytest.mark.parametrize(
    ("days", "pricing"),
    [(366, "EXTENDABLE_RETENTION_PRICING"), (367, "FIXED_RETENTION_PRICING")],
)
def test_the_lake_records_the_same_events(feature_flags, days, pricing):
    audit = build(feature_flags, lake=EventDataStore(retention_days=days))
    store = of(audit, STORE)
    assert store["AdvancedEventSelectors"] == of(audit, TRAIL)["AdvancedEventSelectors"]
    assert (store["BillingMode"], store["RetentionPeriod"]) == (pricing, days)
    assert store["TerminationProtectionEnabled"] is True


def test_a_key_that_is_given_is_completed(feature_flags):
    stack = cdk.Stack(cdk.App(context=feature_flags), "Test")
    AuditTrail(stack, "Audit", encryption_key=kms.Key(stack, "Mine"))
    found = cdk.assertions.Template.from_stack(stack).find_resources("AWS::KMS::Key")
    (key,) = found.values()
    sids = {each.get("Sid", "")[:10] for each in key["Properties"]["KeyPolicy"]["Statement"]}
    assert {"CloudTrail", "CloudWatch"} <= sids


@pytest.mark.parametrize("profile", Profile)
def test_defaults_keep_every_rule(feature_flags, profile):
    assert_secure(cdk.Stack.of(build(feature_flags)), profile=profile)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"storage": TrailStorage(archive_after_days=0)}, "storage.archive_after_days is 0"),
        (
            {"storage": TrailStorage(expire_after_days=90)},
            "storage.expire_after_days is 90, but archive_after_days is 90",
        ),
        ({"storage": TrailStorage(object_lock=ObjectLock(days=0))}, "object_lock.days is 0"),
        ({"lake": EventDataStore(retention_days=6)}, "lake.retention_days is 6: choose 7 to"),
        (
            {"organization": OrganizationTrail(organization_id="r-1")},
            "organization_id is 'r-1': it looks like",
        ),
        (
            {
                "organization": OrganizationTrail(
                    organization_id=ORGANIZATION, management_account="1"
                )
            },
            "management_account is '1': an account id has 12 digits",
        ),
        ({"removal_policy": cdk.RemovalPolicy.SNAPSHOT}, "removal_policy is SNAPSHOT"),
    ],
)
def test_values_outside_their_limits_are_refused(stack, options, message):
    with pytest.raises(ValueError, match=f"^Test/Audit: {message}"):
        AuditTrail(stack, "Audit", **options)
