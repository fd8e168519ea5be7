"""Jobs that make models or use them in bulk, and what they leave behind."""

from collections.abc import Iterator

from secure_bedrock.rules._buckets import buckets_of, encryption_with_kms
from secure_bedrock.rules._kit import (
    YES,
    Answer,
    Controls,
    Node,
    Profile,
    Severity,
    Template,
    Verdicts,
    any_of,
    customer_managed_key,
    equals,
    is_true,
    present,
    require,
    rule,
)
from secure_bedrock.rules.models._jobs import USER_GUIDE, calls

_IMPORT = "AWS::Bedrock::ModelImportJob"
_KEYS_OF_CUSTOM_MODELS = {
    "CreateModelCustomizationJob": "customModelKmsKeyId",
    "CreateModelCopyJob": "modelKmsKeyId",
    "CreateCustomModel": "modelKmsKeyArn",
}


@rule(
    "MDL01",
    severity=Severity.HIGH,
    fix="Pass a customer managed key, such as customModelKmsKeyId of CreateModelCustomizationJob.",
    source=f"{USER_GUIDE}/encryption-custom-job.html",
    controls={
        "AWS AI Security Framework": Controls(("AISF-INFRA-05",), "Prowler"),
        "HIPAA": Controls(("164.312(a)(2)(iv)",), "stave"),
        "NIST 800-53 r5": Controls(("SC-28",), "stave"),
    },
)
def custom_model_has_customer_managed_key(template: Template) -> Verdicts:
    """Custom models, and copies of them, are encrypted with a customer managed key.

    Read are calls of CDK's AwsCustomResource and tasks of Step Functions.
    """
    for action, name in _KEYS_OF_CUSTOM_MODELS.items():
        yield from _encrypted(template, action, name)


@rule(
    "MDL02",
    severity=Severity.HIGH,
    fix="Pass a customer managed key as importedModelKmsKeyId.",
    source=f"{USER_GUIDE}/encryption-import-model.html",
)
def imported_model_has_customer_managed_key(template: Template) -> Verdicts:
    """Imported models are encrypted with a customer managed key."""
    yield from _encrypted(template, "CreateModelImportJob", "importedModelKmsKeyId")
    for job in template.of_type(_IMPORT):
        key = job["ImportedModelKmsKeyArn"]
        yield from require(customer_managed_key(key), key)


@rule(
    "MDL03",
    severity=Severity.MEDIUM,
    fix="Pass a customer managed key as s3EncryptionKeyId of the output.",
    source="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ModelInvocationJobS3OutputDataConfig.html",
)
def batch_output_has_customer_managed_key(template: Template) -> Verdicts:
    """The output of batch inference is encrypted with a customer managed key."""
    where = ("outputDataConfig", "s3OutputDataConfig", "s3EncryptionKeyId")
    yield from _encrypted(template, "CreateModelInvocationJob", *where)


def _encrypted(template: Template, action: str, *path: str) -> Verdicts:
    for call in calls(template, action):
        key = call.parameter(*path)
        yield from require(~call.certain | customer_managed_key(key), key)


@rule(
    "MDL04",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Pass vpcConfig with private subnets and security groups.",
    source=f"{USER_GUIDE}/vpc-model-customization.html",
)
def jobs_run_in_private_subnets(template: Template) -> Verdicts:
    """Jobs that train or import models reach their data through private subnets."""
    for certain, subnets in _subnets(template):
        yield from require(~certain | present(subnets), subnets)
        for each in subnets:
            subnet = each.target
            if subnet is not None and subnet.type == "AWS::EC2::Subnet":
                yield from require(~certain | ~is_true(subnet["MapPublicIpOnLaunch"]), each)


def _subnets(template: Template) -> Iterator[tuple[Answer, Node]]:
    for action in ("CreateModelCustomizationJob", "CreateModelImportJob"):
        for call in calls(template, action):
            yield call.certain, call.parameter("vpcConfig", "subnetIds")
    for job in template.of_type(_IMPORT):
        yield YES, job["VpcConfig"]["SubnetIds"]


@rule(
    "MDL05",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Switch on versioning, access logging and encryption with KMS, and let results expire.",
    source=f"{USER_GUIDE}/model-evaluation-security.html",
)
def evaluation_results_are_kept_well(template: Template) -> Verdicts:
    """Buckets with evaluation results are encrypted with KMS, versioned, logged and emptied."""
    outputs = [
        each.parameter("outputDataConfig", "s3Uri")
        for each in calls(template, "CreateEvaluationJob")
        if each.certain is YES
    ]
    for bucket in {b.logical_id: b for node in outputs for b in buckets_of(node)}.values():
        encrypted, encryption = encryption_with_kms(bucket)
        rules = bucket["LifecycleConfiguration"]["Rules"]
        versions = bucket["VersioningConfiguration"]["Status"]
        yield from require(encrypted, encryption)
        yield from require(equals(versions, "Enabled"), versions)
        yield from require(present(bucket["LoggingConfiguration"]), bucket["LoggingConfiguration"])
        yield from require(any_of(equals(each["Status"], "Enabled") for each in rules), rules)
