import pytest

from secure_bedrock.policy import FULL_AWS_ACCESS, Policy, Request, Verdict, evaluate

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app/Invoker"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Invoker/one"
MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"


def policy(effect="Allow", action="*", resource="*", **elements):
    statement = {"Effect": effect, "Action": action, "Resource": resource} | elements
    return Policy.from_document({"Version": "2012-10-17", "Statement": [statement]}, name="p")


def invoke(principal=ROLE, resource=MODEL, **other):
    return Request(principal=principal, action="bedrock:InvokeModel", resource=resource, **other)


def decrypt(principal=ROLE, **other):
    return Request(principal=principal, action="kms:Decrypt", resource=KEY, **other)


ALLOW = policy()
DENY = policy("Deny")
NOTHING = policy(action="s3:GetObject")
KEY_FOR_ACCOUNT = policy(Principal={"AWS": ROOT})


def test_nothing_is_allowed_by_default():
    assert evaluate(invoke()).verdict is Verdict.IMPLICITLY_DENIED


def test_an_open_variable_leaves_open_only_what_the_rest_of_the_resource_can_match():
    identity = [policy(resource="arn:aws:bedrock:${unresolved/Place}/*")]
    asked = invoke(open_keys=["unresolved/*"])
    assert evaluate(asked, identity=identity).verdict is Verdict.OPEN
    identity = [policy(resource="arn:aws:s3:::${unresolved/Place}/*")]
    assert evaluate(asked, identity=identity).verdict is Verdict.IMPLICITLY_DENIED


def test_an_identity_policy_allows():
    decision = evaluate(invoke(), identity=[ALLOW])
    assert decision.allowed
    assert decision.reason == "allowed by statement 1 of identity policy p"


@pytest.mark.parametrize(
    "where",
    [
        {"identity": [ALLOW, DENY]},
        {"identity": [ALLOW], "boundary": DENY},
        {"identity": [ALLOW], "session_policies": [ALLOW, DENY]},
        {"identity": [ALLOW], "scps": [[FULL_AWS_ACCESS], [FULL_AWS_ACCESS, DENY]]},
        {"identity": [ALLOW], "endpoint_policy": policy("Deny", Principal="*")},
        {"identity": [ALLOW], "resource_policies": [policy("Deny", Principal="*")]},
    ],
    ids=lambda where: list(where)[-1],
)
def test_an_explicit_deny_wins_wherever_it_stands(where):
    decision = evaluate(invoke(), **where)
    assert decision.verdict is Verdict.DENIED
    assert not decision.decided_by[0].statement.allows


@pytest.mark.parametrize(
    ("where", "layer"),
    [
        ({"boundary": NOTHING}, "permissions boundary"),
        ({"session_policies": [NOTHING]}, "session policy"),
        ({"scps": [[FULL_AWS_ACCESS], []]}, "service control policy"),
        ({"endpoint_policy": policy(Principal={"AWS": "444455556666"})}, "endpoint policy"),
        ({"key_policy": policy(Principal={"AWS": "444455556666"})}, "key policy"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_limit_has_to_allow(where, layer):
    decision = evaluate(invoke(), identity=[ALLOW], **where)
    assert decision.verdict is Verdict.IMPLICITLY_DENIED
    assert layer in decision.reason


def test_a_key_policy_that_names_the_account_leaves_it_to_the_identity_policy():
    assert evaluate(decrypt(), identity=[ALLOW], key_policy=KEY_FOR_ACCOUNT).allowed
    assert not evaluate(decrypt(), key_policy=KEY_FOR_ACCOUNT).allowed


def test_a_key_policy_that_names_the_role_is_enough():
    assert evaluate(decrypt(), key_policy=policy(Principal={"AWS": ROLE})).allowed


def test_an_identity_policy_does_not_replace_the_key_policy():
    silent = policy(Principal={"Service": "logs.eu-west-1.amazonaws.com"})
    assert not evaluate(decrypt(), identity=[ALLOW], key_policy=silent).allowed


def test_a_resource_policy_that_names_a_role_stays_within_its_boundary():
    named = [policy(Principal={"AWS": ROLE})]
    assert evaluate(decrypt(), resource_policies=named).allowed
    assert not evaluate(decrypt(), resource_policies=named, boundary=NOTHING).allowed


def test_a_resource_policy_that_names_a_session_does_not_need_the_boundary():
    named = [policy(Principal={"AWS": SESSION})]
    assert evaluate(decrypt(SESSION), resource_policies=named, boundary=NOTHING).allowed


def test_a_user_named_by_a_resource_policy_does_not_need_the_boundary():
    user = f"arn:aws:iam::{ACCOUNT}:user/ann"
    named = [policy(Principal={"AWS": user})]
    assert evaluate(decrypt(user), resource_policies=named, boundary=NOTHING).allowed


def test_the_case_of_an_action_does_not_matter():
    assert evaluate(invoke(), identity=[policy(action="BEDROCK:INVOKE*")]).allowed


def test_another_account_needs_both_sides():
    other = "arn:aws:iam::444455556666:role/Other"
    both = [policy(Principal={"AWS": "444455556666"})]
    assert evaluate(decrypt(other), identity=[ALLOW], resource_policies=both).allowed
    assert not evaluate(decrypt(other), identity=[ALLOW]).allowed
    assert not evaluate(decrypt(other), resource_policies=both).allowed


def test_a_service_needs_only_the_resource_policy_and_no_service_control_policy():
    service = "logs.eu-west-1.amazonaws.com"
    key = policy(Principal={"Service": service})
    assert evaluate(decrypt(service), key_policy=key, scps=[[DENY]]).allowed
    assert not evaluate(decrypt(service), identity=[ALLOW], key_policy=KEY_FOR_ACCOUNT).allowed


def test_a_session_is_named_by_its_role_and_its_account():
    for name in (f"arn:aws:iam::{ACCOUNT}:role/Invoker", ROOT, ACCOUNT, SESSION, "*"):
        key = policy(Principal={"AWS": name})
        assert evaluate(decrypt(SESSION), identity=[ALLOW], key_policy=key).allowed, name


def test_an_open_condition_of_a_deny_leaves_the_answer_open():
    guarded = policy("Deny", Condition={"Null": {"bedrock:GuardrailIdentifier": "true"}})
    decision = evaluate(invoke(open_keys=["bedrock:*"]), identity=[ALLOW, guarded])
    assert decision.verdict is Verdict.OPEN
    assert [hit.statement for hit in decision.depends_on] == list(guarded.statements)


def test_an_open_condition_of_an_allow_leaves_the_answer_open():
    tagged = policy(Condition={"StringEquals": {"aws:PrincipalTag/team": "red"}})
    assert evaluate(invoke(open_keys=["*"]), identity=[tagged]).verdict is Verdict.OPEN
    assert evaluate(invoke(), identity=[tagged]).verdict is Verdict.IMPLICITLY_DENIED


def test_what_is_certain_wins_over_what_is_open():
    tagged = policy("Deny", Condition={"Null": {"aws:PrincipalTag/team": "true"}})
    request = invoke(open_keys=["*"])
    assert evaluate(request, identity=[ALLOW, tagged, DENY]).verdict is Verdict.DENIED
    assert evaluate(request, identity=[tagged]).verdict is Verdict.IMPLICITLY_DENIED


def test_a_stated_key_is_not_open():
    tagged = policy("Deny", Condition={"Null": {"aws:PrincipalTag/team": "true"}})
    request = invoke(open_keys=["*"], context={"AWS:principaltag/Team": "red"})
    assert evaluate(request, identity=[ALLOW, tagged]).allowed


def test_not_action_and_not_resource_cover_the_rest():
    elements = {"Effect": "Deny", "NotAction": "bedrock:Invoke*", "NotResource": MODEL}
    rest = Policy.from_document({"Statement": elements})
    get = Request(principal=ROLE, action="bedrock:GetGuardrail", resource="arn:aws:x:r:a:b")
    assert evaluate(get, identity=[ALLOW, rest]).verdict is Verdict.DENIED
    assert evaluate(invoke(), identity=[ALLOW, rest]).allowed
    assert evaluate(invoke(resource="arn:aws:x:r:a:b"), identity=[ALLOW, rest]).allowed


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"Effect": "allow", "Action": "*"}, "Effect must be Allow or Deny, got 'allow'"),
        ({"Effect": "Allow"}, "neither Action nor NotAction"),
        ({"Effect": "Allow", "Action": "*", "NotAction": "*"}, "Action or NotAction, not both"),
        ({"Effect": "Allow", "Action": {"Ref": "A"}}, "resolve intrinsics first"),
        ({"Effect": "Allow", "Action": "*", "Principal": "me"}, "Principal must be"),
        (
            {"Effect": "Allow", "Action": "*", "Condition": {"StringIs": {"a": "b"}}},
            "'StringIs' is not a condition operator",
        ),
    ],
)
def test_what_is_no_policy_is_refused_with_its_statement(document, message):
    with pytest.raises(ValueError, match=message) as error:
        Policy.from_document({"Statement": [document]}, name="mine")
    assert str(error.value).startswith("mine: statement 1: ")


def test_a_principal_that_is_none_is_refused():
    with pytest.raises(ValueError, match="is no user, role, session"):
        evaluate(invoke("arn:aws:s3:::bucket"))
