import aws_cdk as cdk
import pytest
import sqlglot
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from secure_bedrock import InvocationLogging, UsageAnalytics
from secure_bedrock.invocation_logging.log_bucket import LOGS_PREFIX
from secure_bedrock.testing import assert_secure

LOGS = "/invocations/AWSLogs/111122223333/BedrockModelInvocationLogs/"


@pytest.fixture(scope="module")
def built(feature_flags):
    app = cdk.App(context=feature_flags)
    stack = cdk.Stack(app, "Usage", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    logging = InvocationLogging(stack, "Logging")
    usage = UsageAnalytics(stack, "Analytics", bucket=logging.bucket)
    role = iam.Role(stack, "Analyst", assumed_by=iam.AccountRootPrincipal())
    usage.grant_query(role)
    return stack, usage, Template.from_stack(stack).to_json()["Resources"]


def of_type(built, kind):
    return [r["Properties"] for r in built[2].values() if r["Type"] == kind]


def text(value):
    """A joined text with what is not known left out."""
    if isinstance(value, dict) and "Fn::Join" in value:
        return "".join(part for part in value["Fn::Join"][1] if isinstance(part, str))
    return value


def statements(built):
    (policy,) = (
        r["Properties"]["PolicyDocument"]["Statement"]
        for name, r in built[2].items()
        if r["Type"] == "AWS::IAM::Policy" and name.startswith("Analyst")
    )
    return policy


def test_the_default_prefix_is_the_one_of_invocation_logging():
    assert LOGS_PREFIX == "invocations"


def test_partitions_follow_the_keys_of_the_delivery(built):
    (table,) = of_type(built, "AWS::Glue::Table")
    told = table["TableInput"]["Parameters"]
    assert text(told["storage.location.template"]) == f"s3://{LOGS}${{region}}/${{day}}/"
    assert (told["projection.day.format"], told["projection.day.range"]) == (
        "yyyy/MM/dd",
        "2025/01/01,NOW",
    )
    assert told["projection.region.values"] == "eu-west-1"


def test_lines_stay_text(built):
    (table,) = of_type(built, "AWS::Glue::Table")
    stored = table["TableInput"]["StorageDescriptor"]
    assert stored["Columns"] == [{"Name": "line", "Type": "string"}]
    assert stored["SerdeInfo"]["Parameters"]["field.delim"] == "\x01"


def test_the_workgroup_encrypts_limits_and_cannot_be_overridden(built):
    (group,) = of_type(built, "AWS::Athena::WorkGroup")
    told = group["WorkGroupConfiguration"]
    assert told["EnforceWorkGroupConfiguration"] is True
    assert told["BytesScannedCutoffPerQuery"] == 100 * 1024**3
    encryption = told["ResultConfiguration"]["EncryptionConfiguration"]
    assert encryption["EncryptionOption"] == "SSE_KMS"


def test_every_question_is_saved_in_the_workgroup(built):
    saved = of_type(built, "AWS::Athena::NamedQuery")
    assert sorted(query["Name"] for query in saved) == [
        "Guardrail interventions",
        "Largest prompts",
        "Latency by model",
        "Usage by day, model",
        "Usage by day, role",
        "Usage by model, region",
        "Usage by principal, model",
        "Usage by project, model",
        "What the logs are like",
    ]
    assert all("Ref" in query["WorkGroup"] for query in saved)


def test_saved_queries_are_athenas_dialect_and_read_30_days(built):
    for query in of_type(built, "AWS::Athena::NamedQuery"):
        sqlglot.parse_one(query["QueryString"], read="athena")
        assert "date_add('day', -30, current_date)" in query["QueryString"]
        assert len(query["QueryString"]) < 262_144


def test_an_analyst_reads_the_logs_and_writes_results_only(built):
    writing = [s for s in statements(built) if "s3:PutObject" in s["Action"]]
    assert [text(s["Resource"]) for s in writing] == ["/results/*"]
    reading = [s for s in statements(built) if s["Action"] == "s3:GetObject"]
    assert [text(s["Resource"]) for s in reading] == [f"{LOGS}*"]


def test_an_analyst_decrypts_both_keys_through_s3_only(built):
    uses = [s for s in statements(built) if "kms:Decrypt" in s["Action"]]
    assert len(uses) == 2
    assert {s["Condition"]["StringEquals"]["kms:ViaService"] for s in uses} == {
        "s3.eu-west-1.amazonaws.com"
    }


def test_an_analyst_gets_nothing_on_everything(built):
    assert [s for s in statements(built) if s["Resource"] == "*"] == []


def test_results_are_deleted_after_30_days_and_stay_with_the_stack(built):
    results = next(
        r for name, r in built[2].items() if name.startswith("AnalyticsWorkgroupResultsBucket")
    )
    assert results["DeletionPolicy"] == "Retain"
    (rule,) = results["Properties"]["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == 30


def test_it_is_clean_under_every_profile(built):
    assert_secure(built[0], profile=["baseline", "strict", "residency", "agentic"])


def test_defaults(env_stack, snapshot):
    UsageAnalytics(env_stack, "Analytics", bucket=s3.Bucket(env_stack, "Bucket"))
    found = Template.from_stack(env_stack).to_json()["Resources"]
    for resource in found.values():
        resource.get("Properties", {}).pop("QueryString", None)
    assert found == snapshot


def test_ones_own_key_is_used(env_stack):
    key = kms.Key(env_stack, "Key")
    bucket = s3.Bucket(env_stack, "Bucket")
    usage = UsageAnalytics(env_stack, "Analytics", bucket=bucket, encryption_key=key)
    assert usage.results.encryption_key is key
    Template.from_stack(env_stack).resource_count_is("AWS::KMS::Key", 1)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"logs_prefix": "a/"}, "logs_prefix 'a/' begins or ends with a slash"),
        ({"first_day": "01.02.2026"}, r"first_day '01\.02\.2026' is no day"),
        ({"scan_limit_gb": 0}, "scan_limit_gb 0 is out of range"),
    ],
)
def test_what_cannot_be_meant_is_refused(env_stack, wrong, says):
    bucket = s3.Bucket(env_stack, "Bucket")
    with pytest.raises(ValueError, match=f"Analytics: {says}"):
        UsageAnalytics(env_stack, "Analytics", bucket=bucket, **wrong)
