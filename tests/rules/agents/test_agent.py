import pytest

from secure_bedrock.rules import Parameters

KEY = "Properties.CustomerEncryptionKeyArn"
GUARDRAIL = "Properties.GuardrailConfiguration.GuardrailIdentifier"
VERSION = "Properties.GuardrailConfiguration.GuardrailVersion"
GUARDED = {"GuardrailIdentifier": "abc123", "GuardrailVersion": "1"}


def agent(**properties):
    return {"Type": "AWS::Bedrock::Agent", "Properties": {"AgentName": "a"} | properties}


def alias(of):
    properties = {"AgentAliasName": "live", "AgentId": {"Fn::GetAtt": [of, "AgentId"]}}
    return {"Type": "AWS::Bedrock::AgentAlias", "Properties": properties}


def supervisor(*aliases, **more):
    arns = [{"Fn::GetAtt": [each, "AgentAliasArn"]} for each in aliases]
    members = [{"AgentDescriptor": {"AliasArn": arn}} for arn in arns]
    return agent(AgentCollaborators=members, **more)


@pytest.mark.parametrize("key", ["arn:aws:kms:eu-west-1:111122223333:key/k", {"Ref": "Key"}])
def test_a_customer_managed_key_passes(judge, key):
    resources = {"A": agent(CustomerEncryptionKeyArn=key), "Key": {"Type": "AWS::KMS::Key"}}
    assert judge("AGT01", resources) == []


@pytest.mark.parametrize("subject", [agent(), agent(CustomerEncryptionKeyArn="alias/aws/bedrock")])
def test_no_key_of_the_customer_fails(judge, subject):
    assert judge("AGT01", subject) == [f"fail {KEY}"]


def test_a_key_known_only_at_deployment_is_unknown(judge):
    subject = agent(CustomerEncryptionKeyArn={"Ref": "KeyArn"})
    assert judge("AGT01", subject) == [f"unknown {KEY}"]


def test_no_key_can_be_acknowledged(judge, accepting):
    assert judge("AGT01", accepting(agent(), "AGT01")) == []


def test_a_guardrail_passes(judge):
    assert judge("AGT02", agent(GuardrailConfiguration=GUARDED)) == []


@pytest.mark.parametrize("subject", [agent(), agent(GuardrailConfiguration={})])
def test_no_guardrail_fails(judge, subject):
    assert judge("AGT02", subject) == [f"fail {GUARDRAIL}"]


def test_an_enforced_guardrail_passes(judge):
    enforced = {"Type": "AWS::Bedrock::EnforcedGuardrailConfiguration", "Properties": {}}
    assert judge("AGT02", {"A": agent(), "E": enforced}) == []


def test_a_collaborator_of_a_guarded_supervisor_passes(judge):
    guarded = supervisor("L", GuardrailConfiguration=GUARDED)
    assert judge("AGT02", {"A": agent(), "L": alias("A"), "S": guarded}) == []


def test_collaborators_of_an_unguarded_supervisor_fail(findings):
    found = findings("AGT02", {"A": agent(), "L": alias("A"), "S": supervisor("L")})
    assert [each.logical_id for each in found] == ["A", "S"]


def test_an_agent_beside_a_guarded_supervisor_fails(findings):
    guarded = supervisor("L", GuardrailConfiguration=GUARDED)
    resources = {"A": agent(), "B": agent(), "L": alias("A"), "S": guarded}
    assert [each.logical_id for each in findings("AGT02", resources)] == ["B"]


def test_a_guardrail_known_only_at_deployment_is_unknown(judge):
    subject = agent(GuardrailConfiguration={"GuardrailIdentifier": {"Ref": "Id"}})
    assert judge("AGT02", subject) == [f"unknown {GUARDRAIL}"]


def test_no_guardrail_can_be_acknowledged(judge, accepting):
    assert judge("AGT02", accepting(agent(), "AGT02")) == []


def versioned(version):
    config = {"GuardrailIdentifier": "abc123", "GuardrailVersion": version}
    return {
        "A": agent(GuardrailConfiguration=config),
        "G": {"Type": "AWS::Bedrock::Guardrail"},
        "V": {"Type": "AWS::Bedrock::GuardrailVersion"},
    }


@pytest.mark.parametrize("version", ["1", 2, {"Fn::GetAtt": ["V", "Version"]}])
def test_a_numbered_version_passes(judge, version):
    assert judge("AGT03", versioned(version)) == []


@pytest.mark.parametrize("version", ["DRAFT", None, "", {"Fn::GetAtt": ["G", "Version"]}])
def test_the_draft_fails(judge, version):
    assert judge("AGT03", versioned(version)) == [f"fail {VERSION}"]


def test_an_agent_without_a_guardrail_has_no_version_to_pin(judge):
    assert judge("AGT03", agent()) == []


def test_a_version_known_only_at_deployment_is_unknown(judge):
    assert judge("AGT03", versioned({"Ref": "Version"})) == [f"unknown {VERSION}"]


def test_the_draft_can_be_acknowledged(judge, accepting):
    subject = versioned("DRAFT")
    assert judge("AGT03", subject | {"A": accepting(subject["A"], "AGT03")}) == []


@pytest.mark.parametrize("ttl", [None, 60, 3600, "3600"])
def test_short_idle_sessions_pass(judge, ttl):
    assert judge("AGT05", agent(IdleSessionTTLInSeconds=ttl)) == []


@pytest.mark.parametrize("ttl", [3601, "5400", "long"])
def test_long_idle_sessions_fail(judge, ttl):
    assert judge("AGT05", agent(IdleSessionTTLInSeconds=ttl)) == [
        "fail Properties.IdleSessionTTLInSeconds"
    ]


def test_the_longest_idle_session_is_a_parameter(judge):
    short = Parameters(max_idle_session_seconds=600)
    assert judge("AGT05", agent(IdleSessionTTLInSeconds=601), parameters=short) != []


def test_an_idle_time_known_only_at_deployment_is_unknown(judge):
    assert judge("AGT05", agent(IdleSessionTTLInSeconds={"Ref": "Ttl"})) == [
        "unknown Properties.IdleSessionTTLInSeconds"
    ]


def test_long_idle_sessions_can_be_acknowledged(judge, accepting):
    assert judge("AGT05", accepting(agent(IdleSessionTTLInSeconds=5400), "AGT05")) == []


PROMPT = "Properties.PromptOverrideConfiguration.PromptConfigurations[0].PromptState"


def prompt(state, kind="PRE_PROCESSING"):
    configurations = [{"PromptType": kind, "PromptState": state}]
    return agent(PromptOverrideConfiguration={"PromptConfigurations": configurations})


@pytest.mark.parametrize(
    "subject", [agent(), prompt("ENABLED"), prompt(None), prompt("DISABLED", "POST_PROCESSING")]
)
def test_pre_processing_passes(judge, subject):
    assert judge("AGT19", subject) == []


def test_no_pre_processing_fails(judge):
    assert judge("AGT19", prompt("DISABLED")) == [f"fail {PROMPT}"]


def test_pre_processing_known_only_at_deployment_is_unknown(judge):
    assert judge("AGT19", prompt({"Ref": "State"})) == [f"unknown {PROMPT}"]


def test_no_pre_processing_can_be_acknowledged(judge, accepting):
    assert judge("AGT19", accepting(prompt("DISABLED"), "AGT19")) == []


def memory(days):
    return agent(MemoryConfiguration={"StorageDays": days})


@pytest.mark.parametrize("subject", [agent(), memory(None), memory(30), memory(90)])
def test_short_memory_passes(judge, subject):
    assert judge("AGT20", subject) == []


def test_long_memory_fails(judge):
    assert judge("AGT20", memory(91)) == ["fail Properties.MemoryConfiguration.StorageDays"]


def test_memory_known_only_at_deployment_is_unknown(judge):
    assert judge("AGT20", memory({"Ref": "Days"})) == [
        "unknown Properties.MemoryConfiguration.StorageDays"
    ]


def test_the_longest_memory_is_a_parameter(judge):
    assert judge("AGT20", memory(91), parameters=Parameters(max_memory_days=365)) == []


def test_long_memory_can_be_acknowledged(judge, accepting):
    assert judge("AGT20", accepting(memory(365), "AGT20")) == []


def routed(version):
    properties = {"RoutingConfiguration": [{"AgentVersion": version}]}
    return {"Type": "AWS::Bedrock::AgentAlias", "Properties": properties}


@pytest.mark.parametrize("subject", [alias("A"), routed("3")])
def test_an_alias_of_a_version_passes(judge, subject):
    assert judge("AGT04", subject) == []


def test_an_alias_of_the_draft_fails(judge):
    assert judge("AGT04", routed("DRAFT")) == [
        "fail Properties.RoutingConfiguration[0].AgentVersion"
    ]


def test_an_alias_known_only_at_deployment_is_unknown(judge):
    assert judge("AGT04", routed({"Ref": "Version"})) == [
        "unknown Properties.RoutingConfiguration[0].AgentVersion"
    ]


def test_an_alias_of_the_draft_can_be_acknowledged(judge, accepting):
    assert judge("AGT04", accepting(routed("DRAFT"), "AGT04")) == []
