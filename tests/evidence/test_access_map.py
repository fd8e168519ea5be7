"""Each kind of policy, and each kind of answer, in templates of a few lines."""

import pytest

from secure_bedrock.evidence.access_map import Outcome

MODEL = "amazon.nova-lite-v1:0"
ARN = f"arn:aws:bedrock:eu-west-1::foundation-model/{MODEL}"
PROFILE = "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.amazon.nova-lite-v1:0"
GUARDRAIL = "arn:aws:bedrock:eu-west-1:111122223333:guardrail/abc"
INVOKE = "bedrock:InvokeModel"
ANY_OTHER = "any other foundation model"


def test_what_is_allowed_without_conditions_is_allowed(answers_of, words):
    found = answers_of({"App": words.role(words.allow(INVOKE, ARN))})
    assert found[MODEL, "invoke"].outcome is Outcome.ALLOWED
    assert found[MODEL, "invoke"].conditions == ()
    assert found[MODEL, "stream"].outcome is Outcome.DENIED
    assert found[ANY_OTHER, "invoke"].outcome is Outcome.DENIED


def test_a_wildcard_reaches_any_other_model(answers_of, words):
    found = answers_of({"App": words.role(words.allow("bedrock:*"))})
    assert found[ANY_OTHER, "invoke"].outcome is Outcome.ALLOWED
    assert found[ANY_OTHER, "batch job"].outcome is Outcome.ALLOWED
    assert found["any other knowledge base", "retrieve"].outcome is Outcome.ALLOWED
    assert found["account", "API key"].outcome is Outcome.ALLOWED
    assert found[ANY_OTHER, "mantle"].outcome is Outcome.DENIED


def test_mantle_is_a_door_of_its_own(answers_of, words):
    grant = words.allow(
        "bedrock-mantle:CreateInference", StringEquals={"bedrock-mantle:Model": MODEL}
    )
    found = answers_of({"App": words.role(grant)}, more_models=[MODEL])
    assert found[MODEL, "mantle"].outcome is Outcome.ALLOWED
    assert found[ANY_OTHER, "mantle"].outcome is Outcome.DENIED
    assert found[MODEL, "invoke"].outcome is Outcome.DENIED


def test_a_required_guardrail_is_a_condition(answers_of, words):
    required = {"bedrock:GuardrailIdentifier": f"{GUARDRAIL}:*"}
    found = answers_of(
        {"App": words.role(words.allow(INVOKE, ARN), words.deny(INVOKE, ArnNotLike=required))}
    )
    answer = found[MODEL, "invoke"]
    assert answer.outcome is Outcome.CONDITIONAL
    assert answer.conditions == (f"bedrock:GuardrailIdentifier is like {GUARDRAIL}:*",)


def test_conditions_that_exclude_each_other_are_said_to(answers_of, words):
    def only(guardrail):
        return words.deny(INVOKE, ArnNotLike={"bedrock:GuardrailIdentifier": guardrail})

    grant = words.allow(INVOKE, ARN)
    possible = words.role(grant, only(f"{GUARDRAIL}:*"), only(f"{GUARDRAIL}:1"))
    impossible = words.role(grant, only(f"{GUARDRAIL}:*"), only(f"{GUARDRAIL}2:*"))
    exclusive = "no value that the policies name meets all of these conditions at once"
    assert exclusive not in answers_of({"App": possible})[MODEL, "invoke"].conditions
    assert exclusive in answers_of({"App": impossible})[MODEL, "invoke"].conditions


def test_a_key_that_the_action_never_carries_is_absent(answers_of, words):
    needed = {"bedrock:GuardrailIdentifier": f"{GUARDRAIL}:*"}
    grant = words.allow("bedrock:CreateModelInvocationJob", ArnLike=needed)
    found = answers_of({"App": words.role(grant)}, more_models=[MODEL])
    assert found[MODEL, "batch job"].outcome is Outcome.DENIED


def test_a_model_behind_a_profile_is_reached_through_it_only(answers_of, words):
    through = words.allow(
        INVOKE,
        f"arn:aws:bedrock:*::foundation-model/{MODEL}",
        ArnLike={"bedrock:InferenceProfileArn": PROFILE},
    )
    found = answers_of({"App": words.role(words.allow(INVOKE, PROFILE), through)})
    assert found[f"eu.{MODEL}", "invoke"].outcome is Outcome.ALLOWED
    assert found[MODEL, "invoke"].conditions == (f"bedrock:InferenceProfileArn is like {PROFILE}",)


def test_a_profile_without_its_model_is_denied(answers_of, words):
    found = answers_of({"App": words.role(words.allow(INVOKE, PROFILE))})
    assert found[f"eu.{MODEL}", "invoke"].outcome is Outcome.DENIED


def test_a_destination_that_is_left_out_is_a_condition(answers_of, words):
    regions = ("eu-west-1", "eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2")
    models = [f"arn:aws:bedrock:{region}::foundation-model/{MODEL}" for region in regions]
    found = answers_of({"App": words.role(words.allow(INVOKE, [PROFILE, *models]))})
    answer = found[f"eu.{MODEL}", "invoke"]
    assert answer.outcome is Outcome.CONDITIONAL
    assert answer.conditions == ("AWS does not route it to eu-west-3",)


def test_conditions_are_alternatives_where_statements_are(answers_of, words):
    one = words.allow(INVOKE, ARN, StringEquals={"aws:PrincipalTag/team": "a"})
    other = words.allow(INVOKE, ARN, StringEquals={"aws:SourceVpce": "vpce-1"})
    (condition,) = answers_of({"App": words.role(one, other)})[MODEL, "invoke"].conditions
    assert condition == "aws:PrincipalTag/team is a or aws:SourceVpce is vpce-1"


def test_a_statement_without_conditions_settles_the_others(answers_of, words):
    tagged = words.allow(INVOKE, ARN, StringEquals={"aws:PrincipalTag/team": "a"})
    role = words.role(tagged, words.allow(INVOKE, ARN))
    assert answers_of({"App": role})[MODEL, "invoke"].outcome is Outcome.ALLOWED


def test_settled_alternatives_are_no_conditions_beside_a_denial(answers_of, words):
    required = {"bedrock:GuardrailIdentifier": f"{GUARDRAIL}:*"}
    tagged = words.allow(INVOKE, ARN, StringEquals={"aws:PrincipalTag/team": "a"})
    role = words.role(tagged, words.allow(INVOKE, ARN), words.deny(INVOKE, ArnNotLike=required))
    (condition,) = answers_of({"App": role})[MODEL, "invoke"].conditions
    assert condition.startswith("bedrock:GuardrailIdentifier")


def test_a_foundation_model_has_no_tags(answers_of, words):
    grant = words.allow(INVOKE, ARN, StringEquals={"aws:ResourceTag/team": "a"})
    assert answers_of({"App": words.role(grant)})[MODEL, "invoke"].outcome is Outcome.DENIED


def test_a_user_is_a_principal_with_its_groups(answers_of, words):
    group = {
        "Type": "AWS::IAM::Group",
        "Properties": {"Policies": words.inline(words.allow(INVOKE, ARN))},
    }
    user = {"Type": "AWS::IAM::User", "Properties": {"Groups": [{"Ref": "Team"}]}}
    found = answers_of({"Team": group, "Ann": user})
    assert found[MODEL, "invoke"].outcome is Outcome.ALLOWED


def test_a_boundary_takes_away(answers_of, words):
    boundary = {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"PolicyDocument": words.policy(words.allow("s3:*"))},
    }
    role = words.role(words.allow("bedrock:*"), PermissionsBoundary={"Ref": "Limit"})
    found = answers_of({"Limit": boundary, "App": role}, more_models=[MODEL])
    assert found[MODEL, "invoke"].outcome is Outcome.DENIED
    assert "permissions boundary" in found[MODEL, "invoke"].reason


def organization_policy(content, target="ou-ab12-34cd56ef"):
    return {
        "Type": "AWS::Organizations::Policy",
        "Properties": {
            "Type": "SERVICE_CONTROL_POLICY",
            "Content": content,
            "TargetIds": [target],
        },
    }


def test_a_service_control_policy_denies_and_its_reach_is_noted(map_of, words):
    scp = organization_policy(words.policy(words.deny(INVOKE)))
    found = map_of({"App": words.role(words.allow("bedrock:*")), "Scp": scp})
    answers = {(a.target, a.action): a.outcome for a in found.rows[0].answers}
    assert answers[ANY_OTHER, "invoke"] is Outcome.DENIED
    assert answers[ANY_OTHER, "stream"] is Outcome.ALLOWED
    assert any("taken to reach account 111122223333" in note for note in found.notes)


def test_a_service_control_policy_of_another_account_does_not_reach(answers_of, words):
    scp = organization_policy(words.policy(words.deny(INVOKE)), target="444455556666")
    found = answers_of({"App": words.role(words.allow("bedrock:*")), "Scp": scp})
    assert found[ANY_OTHER, "invoke"].outcome is Outcome.ALLOWED


def endpoint(document, service="bedrock-runtime"):
    return {
        "Type": "AWS::EC2::VPCEndpoint",
        "Properties": {
            "ServiceName": {"Fn::Sub": f"com.amazonaws.${{AWS::Region}}.{service}"},
            "VpcId": {"Ref": "Vpc"},
            "VpcEndpointType": "Interface",
            "PolicyDocument": document,
        },
    }


@pytest.fixture
def in_vpc(words):
    """A role, an endpoint that lets only one model through, and a function with the role."""
    everyone = words.allow(INVOKE, ARN) | {"Principal": "*"}
    return {
        "App": words.role(words.allow(INVOKE)),
        "Endpoint": endpoint(words.policy(everyone)),
        "Vpc": {"Type": "AWS::EC2::VPC"},
        "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}}},
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Role": {"Fn::GetAtt": ["App", "Arn"]},
                "VpcConfig": {"SubnetIds": [{"Ref": "Subnet"}]},
            },
        },
    }


def test_an_endpoint_policy_counts_for_a_function_in_its_vpc(map_of, in_vpc):
    (row,) = map_of(in_vpc).rows
    answers = {(a.target, a.action): a for a in row.answers}
    assert answers[ANY_OTHER, "invoke"].outcome is Outcome.DENIED
    assert "endpoint policy" in answers[ANY_OTHER, "invoke"].reason
    assert "go through the VPC's endpoints" in row.notes[0]


def test_an_endpoint_policy_does_not_count_elsewhere_unless_asked_for(answers_of, in_vpc):
    del in_vpc["Function"]
    asked = answers_of(in_vpc, through_endpoints=True)
    assert answers_of(in_vpc)[ANY_OTHER, "invoke"].outcome is Outcome.ALLOWED
    assert asked[ANY_OTHER, "invoke"].outcome is Outcome.DENIED


GUARDRAIL_ARN = {"Fn::GetAtt": ["Rail", "GuardrailArn"]}


def guarded(words, *statements, key_policy=None):
    rail = {"KmsKeyArn": {"Fn::GetAtt": ["Key", "Arn"]}} if key_policy else {}
    resources = {
        "App": words.role(*statements),
        "Rail": {"Type": "AWS::Bedrock::Guardrail", "Properties": rail},
    }
    if key_policy:
        resources["Key"] = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": key_policy}}
    return resources


def test_applying_a_guardrail_takes_its_key_as_well(answers_of, words):
    root = {"Principal": {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}}
    delegating = words.policy(words.allow("kms:*") | root)
    apply = words.allow("bedrock:ApplyGuardrail", GUARDRAIL_ARN)
    decrypt = words.allow("kms:Decrypt", {"Fn::GetAtt": ["Key", "Arn"]})
    without = answers_of(guarded(words, apply, key_policy=delegating))
    complete = answers_of(guarded(words, apply, decrypt, key_policy=delegating))
    closed = answers_of(guarded(words, apply, decrypt, key_policy=words.policy()))
    outcomes = [
        next(a.outcome for (target, _), a in found.items() if target == "0/Rail")
        for found in (without, complete, closed)
    ]
    assert outcomes == [Outcome.DENIED, Outcome.ALLOWED, Outcome.DENIED]


def test_a_guardrails_own_policy_may_allow(answers_of, words):
    shared = words.allow("bedrock:ApplyGuardrail", GUARDRAIL_ARN)
    resources = guarded(words) | {
        "Share": {
            "Type": "AWS::Bedrock::ResourcePolicy",
            "Properties": {
                "ResourceArn": GUARDRAIL_ARN,
                "PolicyDocument": words.policy(
                    shared | {"Principal": {"AWS": {"Fn::GetAtt": ["App", "Arn"]}}}
                ),
            },
        }
    }
    assert answers_of(resources)["0/Rail", "apply guardrail"].outcome is Outcome.ALLOWED


def test_an_enforced_guardrail_is_part_of_every_invocation(answers_of, words):
    forced = {
        "Type": "AWS::Bedrock::EnforcedGuardrailConfiguration",
        "Properties": {"GuardrailIdentifier": GUARDRAIL_ARN, "GuardrailVersion": "1"},
    }
    invoke = words.allow(INVOKE, ARN)
    apply = words.allow("bedrock:ApplyGuardrail", GUARDRAIL_ARN)
    alone = answers_of(guarded(words, invoke) | {"Forced": forced})
    both = answers_of(guarded(words, invoke, apply) | {"Forced": forced})
    assert alone[MODEL, "invoke"].outcome is Outcome.DENIED
    assert both[MODEL, "invoke"].outcome is Outcome.ALLOWED


def test_a_model_of_ones_own_is_asked_about_by_arn(answers_of, words):
    own = "arn:aws:bedrock:eu-west-1:111122223333:provisioned-model/p1"
    assert answers_of({"App": words.role(words.allow(INVOKE, own))})[own, "invoke"].outcome == (
        Outcome.ALLOWED
    )


def test_what_a_profile_of_ones_own_leads_to_stays_a_condition(answers_of, words):
    own = "arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/p1"
    answer = answers_of({"App": words.role(words.allow(INVOKE, own))})[own, "invoke"]
    assert answer.outcome is Outcome.CONDITIONAL
    assert answer.conditions == ("the models it leads to are allowed through it",)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"more_models": ["nova"]}, "not a foundation model id"),
        ({"more_models": ["arn:aws:s3:::x"]}, "is not an ARN of kind"),
        ({"principal": "Other"}, "no role or user is called 'Other': the templates have 0/App"),
        ({"region": None}, "does not say where it is deployed: give --region"),
        ({"region": None, "account": None}, "give --region and --account"),
    ],
)
def test_bad_input_is_one_clear_line(map_of, words, options, message):
    with pytest.raises(ValueError, match=message):
        map_of({"App": words.role()}, **options)
