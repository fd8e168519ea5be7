import json

import pytest
from aws_cdk import aws_logs as logs

from secure_bedrock import LogGroupOptions
from secure_bedrock.invocation_logging.log_group import PERSONAL_DATA


@pytest.fixture
def masking(invocation_logging, deployed):
    def policy(**options):
        logging = invocation_logging(log_group=LogGroupOptions(**options))
        return deployed(logging.log_group.node.default_child).get("DataProtectionPolicy")

    return policy


def names(statement):
    return [identifier.rpartition("/")[2] for identifier in statement["DataIdentifier"]]


def test_personal_data_is_masked_by_default(masking):
    audit, redact = masking()["Statement"]
    assert redact["Operation"] == {"Deidentify": {"MaskConfig": {}}}
    assert names(audit) == names(redact) == list(PERSONAL_DATA)


def test_identifiers_are_named_as_aws_names_them(masking):
    assert masking()["Statement"][0]["DataIdentifier"][0] == (
        "arn:aws:dataprotection::aws:data-identifier/Address"
    )


@pytest.mark.parametrize("name", PERSONAL_DATA)
def test_every_default_identifier_is_one_aws_manages_in_every_region(name):
    constants = [c for c in dir(logs.DataIdentifier) if c.isupper()]
    assert name in {getattr(logs.DataIdentifier, constant).name for constant in constants}
    assert "-" not in name


def test_more_can_be_masked(masking):
    policy = masking(also_mask=[logs.DataIdentifier.SSN_US])
    assert names(policy["Statement"][1]) == sorted([*PERSONAL_DATA, "Ssn-US"])


def test_the_same_twice_is_masked_once(masking):
    policy = masking(also_mask=[logs.DataIdentifier.EMAILADDRESS])
    assert names(policy["Statement"][1]) == list(PERSONAL_DATA)


def test_findings_go_to_a_log_group(masking, env_stack):
    findings = logs.LogGroup(env_stack, "Findings")
    audit = masking(findings=findings)["Statement"][0]["Operation"]["Audit"]
    group = env_stack.resolve(findings.log_group_name)["Ref"]
    assert audit["FindingsDestination"] == {"CloudWatchLogs": {"LogGroup": group}}


def test_masking_is_switched_off_by_name(masking):
    assert masking(mask_personal_data=False) is None


def test_the_policy_is_within_its_limit_even_with_every_identifier(masking):
    constants = [c for c in dir(logs.DataIdentifier) if c.isupper()]
    everything = [getattr(logs.DataIdentifier, constant) for constant in constants]
    assert len(json.dumps(masking(also_mask=everything))) < 30_720
