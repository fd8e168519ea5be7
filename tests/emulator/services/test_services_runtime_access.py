import json

import pytest

ACCOUNT = "123456789012"
MODEL = "amazon.nova-lite-v1:0"
ANYWHERE = f"arn:aws:bedrock:*::foundation-model/{MODEL}"
HERE = f"arn:aws:bedrock:eu-west-1::foundation-model/{MODEL}"
PROFILE = f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:inference-profile/eu.{MODEL}"
HELLO = [{"role": "user", "content": [{"text": "hello"}]}]
TRUST = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def allow(action, *resources, **more):
    return {"Effect": "Allow", "Action": action, "Resource": list(resources), **more}


@pytest.fixture
def guardrail(client):
    filters = [{"type": "EMAIL", "action": "ANONYMIZE"}]
    made = client("bedrock").create_guardrail(
        name="g",
        blockedInputMessaging="no",
        blockedOutputsMessaging="no",
        sensitiveInformationPolicyConfig={"piiEntitiesConfig": filters},
    )
    client("bedrock").create_guardrail_version(guardrailIdentifier=made["guardrailId"])
    return made


def using(guardrail, version="1"):
    return {"guardrailIdentifier": guardrail["guardrailId"], "guardrailVersion": version}


def test_a_key_nobody_issued_is_the_administrator(client):
    answer = client("bedrock-runtime").converse(modelId=MODEL, messages=HELLO)
    assert answer["output"]["message"]["content"] == [{"text": "[emulated: no model ran]"}]
    assert answer["usage"] == {"inputTokens": 2, "outputTokens": 6, "totalTokens": 8}


def test_a_role_without_policy_is_denied_in_the_words_of_aws(as_role, refusal):
    code, text = refusal(as_role().converse, modelId=MODEL, messages=HELLO)
    assert code == "AccessDeniedException"
    assert text.startswith(
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/caller/me is not authorized to perform: "
        f"bedrock:InvokeModel on resource: {HERE} "
        "because no identity-based policy allows the bedrock:InvokeModel action"
    )


def test_an_explicit_deny_is_named(as_role, refusal):
    deny = {"Sid": "No", "Effect": "Deny", "Action": "bedrock:*", "Resource": "*"}
    _, text = refusal(as_role(allow("*", "*"), deny).converse, modelId=MODEL, messages=HELLO)
    assert "with an explicit deny in an identity-based policy" in text


def test_a_role_that_allows_the_model_is_served(as_role):
    runtime = as_role(allow("bedrock:InvokeModel", HERE))
    assert runtime.converse(modelId=MODEL, messages=HELLO)["stopReason"] == "end_turn"


def test_a_managed_policy_counts(as_role, client):
    runtime, iam = as_role(), client("iam")
    policy = iam.create_policy(
        PolicyName="p", PolicyDocument=document(allow("bedrock:InvokeModel", HERE))
    )["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="caller", PolicyArn=policy)
    assert runtime.converse(modelId=MODEL, messages=HELLO)["stopReason"] == "end_turn"


def test_a_permissions_boundary_limits(as_role, client, refusal):
    boundary = client("iam").create_policy(
        PolicyName="b", PolicyDocument=document(allow("s3:*", "*"))
    )["Policy"]["Arn"]
    runtime = as_role(allow("*", "*"), PermissionsBoundary=boundary)
    _, text = refusal(runtime.converse, modelId=MODEL, messages=HELLO)
    assert "because no permissions boundary allows" in text


def test_streaming_takes_its_own_action(as_role, refusal):
    runtime = as_role(allow("bedrock:InvokeModel", HERE))
    code, text = refusal(runtime.converse_stream, modelId=MODEL, messages=HELLO)
    assert (code, "InvokeModelWithResponseStream" in text) == ("AccessDeniedException", True)


def test_streaming_is_refused_as_not_emulated(client, refusal):
    code, text = refusal(client("bedrock-runtime").converse_stream, modelId=MODEL, messages=HELLO)
    assert (code, text) == ("ValidationException", "Not emulated: ConverseStream")


def test_a_profile_needs_the_profile_as_well(as_role, refusal):
    runtime = as_role(allow("bedrock:InvokeModel", ANYWHERE))
    _, text = refusal(runtime.converse, modelId=f"eu.{MODEL}", messages=HELLO)
    assert f"on resource: {PROFILE}" in text


def test_a_profile_needs_the_model_in_every_destination(as_role, refusal):
    runtime = as_role(allow("bedrock:InvokeModel", PROFILE, HERE))
    _, text = refusal(runtime.converse, modelId=f"eu.{MODEL}", messages=HELLO)
    assert "on resource: arn:aws:bedrock:eu-central-1::foundation-model/" in text


def through(profile):
    return {"Condition": {"ArnLike": {"bedrock:InferenceProfileArn": profile}}}


def test_the_models_authorisation_names_the_profile(as_role):
    runtime = as_role(
        allow("bedrock:InvokeModel", PROFILE),
        allow("bedrock:InvokeModel", ANYWHERE, **through(PROFILE)),
    )
    assert runtime.converse(modelId=f"eu.{MODEL}", messages=HELLO)["stopReason"] == "end_turn"


def test_a_direct_call_does_not_name_a_profile(as_role, refusal):
    runtime = as_role(allow("bedrock:InvokeModel", ANYWHERE, **through(PROFILE)))
    assert refusal(runtime.converse, modelId=MODEL, messages=HELLO)[0] == "AccessDeniedException"


def test_an_application_profile_is_authorised_by_its_own_arn(as_role, client):
    arn = client("bedrock").create_inference_profile(
        inferenceProfileName="team", modelSource={"copyFrom": HERE}
    )["inferenceProfileArn"]
    runtime = as_role(
        allow("bedrock:InvokeModel", arn), allow("bedrock:InvokeModel", HERE, **through(arn))
    )
    assert runtime.converse(modelId=arn, messages=HELLO)["stopReason"] == "end_turn"


def test_a_region_deny_meets_the_global_profile(as_role, refusal):
    regions = {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": regions}
    runtime = as_role(allow("bedrock:*", "*"), deny)
    _, text = refusal(runtime.converse, modelId=f"global.{MODEL}", messages=HELLO)
    assert f"on resource: arn:aws:bedrock:::foundation-model/{MODEL}" in text


def required(guardrail):
    value = {"bedrock:GuardrailIdentifier": f"{guardrail['guardrailArn']}:*"}
    return {"Effect": "Deny", "Action": "bedrock:InvokeModel*", "Resource": "*"} | {
        "Condition": {"ArnNotLike": value}
    }


def test_a_required_guardrail_that_is_missing_is_a_deny(as_role, guardrail, refusal):
    runtime = as_role(allow("bedrock:*", "*"), required(guardrail))
    assert refusal(runtime.converse, modelId=MODEL, messages=HELLO)[0] == "AccessDeniedException"


def test_a_required_guardrail_that_is_sent_passes(as_role, guardrail):
    runtime = as_role(allow("bedrock:*", "*"), required(guardrail))
    config = using(guardrail)
    answer = runtime.converse(modelId=MODEL, messages=HELLO, guardrailConfig=config)
    assert answer["stopReason"] == "end_turn"


def test_draft_is_not_a_numbered_version(as_role, guardrail, refusal):
    runtime = as_role(allow("bedrock:*", "*"), required(guardrail))
    arguments = {"modelId": MODEL, "body": b"{}", **using(guardrail, "DRAFT")}
    assert refusal(runtime.invoke_model, **arguments)[0] == "AccessDeniedException"


def test_a_guardrail_needs_apply_guardrail(as_role, guardrail, refusal):
    runtime = as_role(allow("bedrock:InvokeModel", HERE))
    arguments = {"modelId": MODEL, "messages": HELLO, "guardrailConfig": using(guardrail)}
    _, text = refusal(runtime.converse, **arguments)
    assert f"bedrock:ApplyGuardrail on resource: {guardrail['guardrailArn']} " in text


def test_a_guardrails_key_needs_decrypt(as_role, client, refusal):
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    words = {"wordsConfig": [{"text": "zebra"}]}
    made = client("bedrock").create_guardrail(
        name="k",
        blockedInputMessaging="no",
        blockedOutputsMessaging="no",
        wordPolicyConfig=words,
        kmsKeyId=key,
    )
    runtime = as_role(allow("bedrock:*", "*"))
    content = [{"text": {"text": "x"}}]
    arguments = {**using(made, "DRAFT"), "source": "INPUT", "content": content}
    _, text = refusal(runtime.apply_guardrail, **arguments)
    assert f"kms:Decrypt on resource: {key} " in text


def test_a_cross_region_guardrail_needs_its_profile_everywhere(as_role, client, refusal):
    made = client("bedrock").create_guardrail(
        name="k",
        blockedInputMessaging="no",
        blockedOutputsMessaging="no",
        wordPolicyConfig={"wordsConfig": [{"text": "zebra"}]},
        crossRegionConfig={"guardrailProfileIdentifier": "eu.guardrail.v1:0"},
    )
    runtime = as_role(allow("bedrock:ApplyGuardrail", made["guardrailArn"]))
    content = [{"text": {"text": "x"}}]
    arguments = {**using(made, "DRAFT"), "source": "INPUT", "content": content}
    _, text = refusal(runtime.apply_guardrail, **arguments)
    profile = f"arn:aws:bedrock:eu-central-1:{ACCOUNT}:guardrail-profile/eu.guardrail.v1:0"
    assert f"bedrock:ApplyGuardrail on resource: {profile} " in text


def test_an_enforced_guardrail_reaches_callers_that_send_none(as_role, client, guardrail, refusal):
    client("bedrock").put_enforced_guardrail_configuration(
        guardrailInferenceConfig=using(guardrail)
    )
    runtime = as_role(allow("bedrock:InvokeModel", HERE))
    _, text = refusal(runtime.converse, modelId=MODEL, messages=HELLO)
    assert "bedrock:ApplyGuardrail" in text


def test_a_session_key_of_nobody_is_refused(client, refusal):
    runtime = client("bedrock-runtime", aws_access_key_id="ASIA" + "A" * 16)
    code, text = refusal(runtime.converse, modelId=MODEL, messages=HELLO)
    assert (code, "security token" in text) == ("AccessDeniedException", True)


def test_a_service_control_policy_reaches_a_member_account(client, refusal):
    organizations = client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    member = organizations.create_account(AccountName="m", Email="m@example.com")
    member = member["CreateAccountStatus"]["AccountId"]
    policy = organizations.create_policy(
        Name="no",
        Description="no",
        Type="SERVICE_CONTROL_POLICY",
        Content=document({"Effect": "Deny", "Action": "bedrock:*", "Resource": "*"}),
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=policy, TargetId=member)
    role = f"arn:aws:iam::{member}:role/r"
    session = client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    there = {
        "aws_access_key_id": session["AccessKeyId"],
        "aws_secret_access_key": session["SecretAccessKey"],
        "aws_session_token": session["SessionToken"],
    }
    iam = client("iam", **there)
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=document(TRUST))
    iam.put_role_policy(RoleName="r", PolicyName="all", PolicyDocument=document(allow("*", "*")))
    runtime = client("bedrock-runtime", **there)
    _, text = refusal(runtime.converse, modelId=MODEL, messages=HELLO)
    assert "with an explicit deny in a service control policy" in text


def test_an_invalid_model_id_is_refused(client, refusal):
    code, _ = refusal(client("bedrock-runtime").converse, modelId="nonsense", messages=HELLO)
    assert code == "ValidationException"


def test_a_users_and_their_groups_policies_count(client):
    iam = client("iam")
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    iam.create_group(GroupName="callers")
    iam.add_user_to_group(GroupName="callers", UserName="ann")
    policy = document(allow("bedrock:InvokeModel", HERE))
    iam.put_group_policy(GroupName="callers", PolicyName="p", PolicyDocument=policy)
    runtime = client(
        "bedrock-runtime",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    assert runtime.converse(modelId=MODEL, messages=HELLO)["stopReason"] == "end_turn"


def test_a_session_policy_limits(as_role, refusal):
    runtime = as_role(allow("*", "*"), session_policy=document(allow("s3:*", "*")))
    _, text = refusal(runtime.converse, modelId=MODEL, messages=HELLO)
    assert "because no session policy allows" in text


def test_a_tag_of_the_role_is_a_principal_tag(as_role, refusal):
    tagged = {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "a"}}}
    statement = allow("bedrock:InvokeModel", HERE, **tagged)
    runtime = as_role(statement, Tags=[{"Key": "team", "Value": "b"}])
    assert refusal(runtime.converse, modelId=MODEL, messages=HELLO)[0] == "AccessDeniedException"


def test_a_guardrails_resource_policy_may_deny(as_role, client, guardrail, refusal):
    statement = {"Effect": "Deny", "Principal": {"AWS": ACCOUNT}, "Resource": "*"}
    policy = document(statement | {"Action": "bedrock:ApplyGuardrail"})
    client("bedrock").put_resource_policy(
        resourceArn=guardrail["guardrailArn"], resourcePolicy=policy
    )
    runtime = as_role(allow("bedrock:*", "*"))
    arguments = {"modelId": MODEL, "messages": HELLO, "guardrailConfig": using(guardrail)}
    _, text = refusal(runtime.converse, **arguments)
    assert "with an explicit deny in a resource-based policy" in text
