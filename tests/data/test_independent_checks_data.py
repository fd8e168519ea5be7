"""What the cdk-nag packs say about agents, flows, prompts, capacity and jobs."""

import json

import aws_cdk as cdk
import cdk_nag
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from secure_bedrock import (
    FoundationModel,
    HourlyPrice,
    InferenceProfile,
    JobFiles,
    ModelJob,
    ModelJobRole,
    PromptVariant,
    ProvisionedThroughput,
    SecureAgent,
    SecureFlow,
    SecurePrompt,
)

NOVA = FoundationModel("amazon.nova-lite-v1:0")
_IAM5 = "AwsSolutions-IAM5[Resource::{}]"
_OWN = "arn:aws:bedrock:eu-west-1:111122223333"
EXPLAINED = {
    (_IAM5.format("*"), "Agent"),
    (_IAM5.format("arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0"), "Agent"),
    (_IAM5.format(f"{_OWN}:provisioned-model/*"), "Capacity"),
    (_IAM5.format("arn:aws:s3:::data/in/*"), "Jobs"),
    (_IAM5.format("arn:aws:s3:::data/out/*"), "Jobs"),
    *(
        (f"{pack}-Lambda{rule}", "Capacity")
        for pack in ("HIPAA.Security", "NIST.800.53.R5")
        for rule in ("Concurrency", "DLQ", "InsideVPC")
    ),
    ("PCI.DSS.321-LambdaInsideVPC", "Capacity"),
}


@pytest.fixture(scope="module")
def found(feature_flags, tmp_path_factory, guardrail_of):
    folder = tmp_path_factory.mktemp("nag")
    app = cdk.App(context=feature_flags, outdir=str(folder / "cdk.out"))
    cdk.Validations.of(app).add_plugins(
        cdk_nag.AwsSolutionsChecks(),
        cdk_nag.HIPAASecurityChecks(),
        cdk_nag.NIST80053R5Checks(),
        cdk_nag.PCIDSS321Checks(),
    )
    place = cdk.Environment(account="111122223333", region="eu-west-1")
    stack = cdk.Stack(app, "T", env=place)
    key, guardrail = kms.Key(stack, "Key", enable_key_rotation=True), guardrail_of()
    common = {"guardrail": guardrail, "encryption_key": key}
    purpose = "Help customers with their orders and with nothing else."
    model = InferenceProfile("eu.amazon.nova-lite-v1:0")
    SecureAgent(stack, "Agent", instruction=purpose, model=model, **common)
    SecureFlow(stack, "Flow", definition={"nodes": [{"name": "In", "type": "Input"}]}, **common)
    short = PromptVariant(name="short", text="Be brief.")
    SecurePrompt(stack, "Prompt", variants=[short], encryption_key=key)
    price = HourlyPrice(usd=1, model_units=1)
    ProvisionedThroughput(stack, "Capacity", name="c", model=NOVA, price=price, encryption_key=key)
    bucket = s3.Bucket.from_bucket_attributes(stack, "B", bucket_name="data", encryption_key=key)
    places = {"input": JobFiles(bucket=bucket, prefix="in/")}
    places["output"] = JobFiles(bucket=bucket, prefix="out/")
    job = ModelJob.BATCH_INFERENCE
    ModelJobRole(stack, "Jobs", job=job, models=[NOVA], encryption_key=key, **places)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    report = json.loads((folder / "cdk.out/validation-report.json").read_text())["pluginReports"]
    return {
        (violation["ruleName"], each["constructPath"].split("/")[1])
        for each_report in report
        for violation in each_report["violations"]
        for each in violation["violatingConstructs"]
        if each.get("constructPath", "").startswith("T/") and violation["ruleName"][-1] != "!"
    }


def test_what_stays_is_what_the_pages_explain(found):
    assert found == EXPLAINED
