"""How Data Automation is encrypted and treats sensitive data."""

from secure_bedrock.rules._kit import (
    Profile,
    Resource,
    Severity,
    Verdicts,
    all_of,
    any_of,
    customer_managed_key,
    equals,
    present,
    require,
    rule,
)

_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide"
_LIBRARY = "AWS::Bedrock::DataAutomationLibrary"
_MODALITIES = ("Audio", "Document", "Image", "Video")


@rule(
    "BDA01",
    resource=("AWS::Bedrock::Blueprint", "AWS::Bedrock::DataAutomationProject", _LIBRARY),
    severity=Severity.MEDIUM,
    fix="Set KmsKeyId to a customer managed key.",
    source=f"{_GUIDE}/encryption-bda.html",
)
def data_automation_has_customer_managed_key(resource: Resource) -> Verdicts:
    """The Data Automation project, blueprint or library has a customer managed key."""
    nested = resource.type == _LIBRARY
    key = resource["EncryptionConfiguration"]["KmsKeyId"] if nested else resource["KmsKeyId"]
    yield from require(customer_managed_key(key), key)


@rule(
    "BDA02",
    resource="AWS::Bedrock::DataAutomationProject",
    severity=Severity.INFO,
    profiles=(Profile.STRICT,),
    fix="Set SensitiveDataConfiguration for the modalities that may contain personal data.",
    source=f"{_GUIDE}/bda-sensitive-data-configuring.html",
)
def sensitive_data_is_detected(project: Resource) -> Verdicts:
    """The Data Automation project looks for sensitive data in a modality that it processes."""
    override = project["OverrideConfiguration"]
    modalities = [override[each] for each in _MODALITIES]
    off = all_of(equals(each["ModalityProcessing"]["State"], "DISABLED") for each in modalities)
    found = any_of(present(each["SensitiveDataConfiguration"]) for each in modalities)
    yield from require(off | found, override, "sensitive data is not looked for")
