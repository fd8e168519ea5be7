import pytest

OPEN = {"Ref": "Elsewhere"}
INVOKE = ["bedrock:InvokeModel", "bedrock-mantle:CreateInference"]
BEARER = ["bedrock:CallWithBearerToken", "bedrock-mantle:CallWithBearerToken"]
GUARDED = {"Null": {"bedrock:GuardrailIdentifier": "true"}}
TWIN = "Properties.Content.Statement[0].Action[0]"


def deny(actions, **more):
    return {"Effect": "Deny", "Action": actions, "Resource": "*", **more}


def policy(*statements, kind="SERVICE_CONTROL_POLICY"):
    content = {"Statement": list(statements)} if kind == "SERVICE_CONTROL_POLICY" else statements[0]
    properties = {"Name": "p", "Type": kind, "Content": content}
    return {"Type": "AWS::Organizations::Policy", "Properties": properties}


KEYS = deny(["iam:CreateServiceSpecificCredential"])
GUARDRAIL = deny(INVOKE, Condition=GUARDED)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([GUARDRAIL, deny(BEARER)], []),
        ([GUARDRAIL, KEYS], []),
        ([deny(["bedrock*:*"], Condition=GUARDED)], []),
        ([deny(["bedrock:InvokeModel"], Condition=GUARDED), KEYS], [f"fail {TWIN}"]),
        ([deny(["bedrock:CallWithBearerToken"]), GUARDRAIL], [f"fail {TWIN}"]),
        ([GUARDRAIL], ["fail Properties.Content"]),
        ([deny(INVOKE), KEYS], ["fail Properties.Content"]),
        ([deny(["s3:*"])], []),
        ([deny("*")], []),
        ([{"Effect": "Deny", "NotAction": ["iam:*"], "Resource": "*"}], []),
        ([{**deny(["bedrock:InvokeModel"]), "Effect": "Allow"}], []),
        ([deny(["bedrock:InvokeModel", OPEN], Condition=GUARDED), KEYS], [f"unknown {TWIN}"]),
    ],
)
def test_policies_of_an_organization_guard_every_door(judge, accepting, statements, expected):
    assert judge("GOV04", policy(*statements)) == expected
    assert judge("GOV04", accepting(policy(*statements), "GOV04")) == []


def test_the_policies_of_a_template_are_taken_together(judge):
    resources = {"A": policy(deny(INVOKE)), "B": policy(KEYS)}
    central = policy({"bedrock": {}}, kind="BEDROCK_POLICY")
    enforced = {"Type": "AWS::Bedrock::EnforcedGuardrailConfiguration", "Properties": {}}
    assert judge("GOV04", resources) == ["fail Properties.Content"]
    assert judge("GOV04", {**resources, "C": central}) == []
    assert judge("GOV04", {**resources, "C": enforced}) == []


def opt_out(**services):
    chosen = {name: {"opt_out_policy": {"@@assign": value}} for name, value in services.items()}
    return policy({"services": chosen}, kind="AISERVICES_OPT_OUT_POLICY")


SERVICES = "Properties.Content.services"


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        ({"default": "optOut"}, []),
        ({"default": "optIn"}, [f"fail {SERVICES}.default.opt_out_policy.@@assign"]),
        ({"lex": "optOut"}, [f"fail {SERVICES}.default.opt_out_policy.@@assign"]),
        ({"default": OPEN}, [f"unknown {SERVICES}.default.opt_out_policy.@@assign"]),
        ({"default": "optOut", "lex": "optIn"}, [f"fail {SERVICES}.lex.opt_out_policy.@@assign"]),
    ],
)
def test_ai_services_are_opted_out(judge, accepting, services, expected):
    assert judge("GOV05", opt_out(**services)) == expected
    assert judge("GOV05", accepting(opt_out(**services), "GOV05")) == []


def test_other_policies_opt_out_of_nothing(judge):
    assert judge("GOV05", policy(KEYS)) == []
