import aws_cdk as cdk
import pytest
import sqlglot
from aws_cdk.assertions import Template

from secure_bedrock import CostExport
from secure_bedrock.testing import assert_secure

ACCOUNT = "111122223333"


@pytest.fixture(scope="module")
def stack(feature_flags):
    app = cdk.App(context=feature_flags)
    stack = cdk.Stack(app, "Bill", env=cdk.Environment(account=ACCOUNT, region="us-east-1"))
    CostExport(stack, "Export")
    return stack


@pytest.fixture(scope="module")
def found(stack):
    return Template.from_stack(stack).to_json()["Resources"]


def only(found, kind):
    (resource,) = (r for r in found.values() if r["Type"] == kind)
    return resource


def export(found):
    return only(found, "AWS::BCMDataExports::Export")["Properties"]["Export"]


def test_principals_are_in_the_export(found):
    told = export(found)["DataQuery"]["TableConfigurations"]["COST_AND_USAGE_REPORT"]
    assert told["INCLUDE_IAM_PRINCIPAL_DATA"] == "TRUE"
    assert "line_item_iam_principal" in export(found)["DataQuery"]["QueryStatement"]


def test_columns_of_table_and_export_are_the_same(found):
    table = only(found, "AWS::Glue::Table")["Properties"]["TableInput"]
    named = [column["Name"] for column in table["StorageDescriptor"]["Columns"]]
    statement = export(found)["DataQuery"]["QueryStatement"]
    assert statement.removeprefix("SELECT ").split(" FROM ")[0].split(", ") == named


def test_the_table_lies_where_the_export_is_delivered(found):
    destination = export(found)["DestinationConfigurations"]["S3Destination"]
    table = only(found, "AWS::Glue::Table")["Properties"]["TableInput"]
    template = table["Parameters"]["storage.location.template"]["Fn::Join"][1]
    assert template[1] == destination["S3Bucket"]
    name = export(found)["Name"]
    assert (
        template[2] == f"/{destination['S3Prefix']}/{name}/data/BILLING_PERIOD=${{billing_period}}/"
    )


def test_only_this_accounts_exports_may_write(found):
    policies = [r for r in found.values() if r["Type"] == "AWS::S3::BucketPolicy"]
    (statement,) = (
        s
        for policy in policies
        for s in policy["Properties"]["PolicyDocument"]["Statement"]
        if s.get("Sid") == "DataExportsWrite"
    )
    assert statement["Principal"]["Service"] == [
        "bcm-data-exports.amazonaws.com",
        "billingreports.amazonaws.com",
    ]
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    sources = str(statement["Condition"]["ArnLike"]["aws:SourceArn"])
    assert f":bcm-data-exports:us-east-1:{ACCOUNT}:export/*" in sources


def test_the_export_waits_for_the_buckets_policy(found):
    waits = only(found, "AWS::BCMDataExports::Export")["DependsOn"]
    assert any(name.startswith("ExportBucketPolicy") for name in waits)


def test_the_saved_query_is_athenas_dialect_and_prunes_months(found):
    query = only(found, "AWS::Athena::NamedQuery")["Properties"]["QueryString"]
    sqlglot.parse_one(query, read="athena")
    assert "WHERE billing_period >= date_format(date_add('month', -2, current_date)" in query


def test_it_is_clean_under_every_profile(stack):
    assert_secure(stack, profile=["baseline", "strict", "residency", "agentic"])


def test_defaults(found, snapshot):
    assert found == snapshot


def test_another_region_is_refused(env_stack):
    with pytest.raises(ValueError, match="AWS Data Exports is in us-east-1 and the stack in eu-"):
        CostExport(env_stack, "Export")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"expire_after_days": 7}, "expire_after_days 7 is out of range"),
        ({"scan_limit_gb": 0.1}, r"scan_limit_gb 0\.1 is out of range"),
    ],
)
def test_a_limit_out_of_range_is_refused(app, wrong, says):
    stack = cdk.Stack(app, "Bill")
    with pytest.raises(ValueError, match=f"Export: {says}"):
        CostExport(stack, "Export", **wrong)
