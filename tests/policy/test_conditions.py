"""What the random cases leave out, and each operator by a plain example."""

import pytest

from secure_bedrock.policy import Policy, Request, Verdict, evaluate

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Invoker"
GUARDRAIL = f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:guardrail/gr1"


def holds(operator, key, wanted, found, *, variables=True, principal=ROLE, **context):
    """True, False, or None for open."""
    document = {
        "Version": "2012-10-17" if variables else "2008-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "*",
            "Resource": "*",
            "Condition": {operator: {key: wanted}},
        },
    }
    keys = context | ({} if found is None else {key: found})
    request = Request(principal=principal, action="s3:GetObject", context=keys)
    verdict = evaluate(request, identity=[Policy.from_document(document)]).verdict
    return {Verdict.ALLOWED: True, Verdict.OPEN: None}.get(verdict, False)


@pytest.mark.parametrize(
    ("operator", "wanted", "found", "expected"),
    [
        ("StringEquals", "a*", "a*", True),
        ("StringEquals", "a*", "ab", False),
        ("StringEqualsIgnoreCase", "AB", "ab", True),
        ("StringLike", ["x", "a*"], "ab", True),
        ("StringNotLike", ["x", "a*"], "ab", False),
        ("ArnLike", f"{GUARDRAIL}:*", f"{GUARDRAIL}:1", True),
        ("ArnEquals", f"{GUARDRAIL}:*", f"{GUARDRAIL}:1", True),
        ("ArnLike", f"{GUARDRAIL}:*", GUARDRAIL, False),
        ("ArnNotLike", f"{GUARDRAIL}:*", GUARDRAIL, True),
        ("NumericLessThanEquals", "3600", "3600.0", True),
        ("NumericGreaterThan", 30, "31", True),
        ("NumericGreaterThan", 30, "4", False),
        ("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", True),
        ("DateLessThan", "2026-01-01", "2026-01-01T02:00:00+03:00", True),
        ("DateEquals", "2026-01-01T00:00:00Z", "1767225600", True),
        ("Bool", True, "TRUE", True),
        ("Bool", "true", "false", False),
        ("BinaryEquals", "QUJD", "QUJD", True),
        ("BinaryEquals", "QUJD", "QUJE", False),
        ("IpAddress", "10.0.0.0/8", "10.9.8.7", True),
        ("IpAddress", "2001:db8::/32", "10.9.8.7", False),
        ("NotIpAddress", "10.0.0.0/8", "2001:db8::1", True),
    ],
)
def test_operators(operator, wanted, found, expected):
    assert holds(operator, "x:k", wanted, found) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("ArnNotLike", True),
        ("NotIpAddress", True),
        ("NumericGreaterThan", False),
        ("StringEqualsIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAnyValue:StringEqualsIfExists", None),
        ("ForAllValues:StringNotEqualsIfExists", True),
    ],
)
def test_an_absent_key(operator, expected):
    assert holds(operator, "x:k", "10.0.0.0/8", None) is expected


def test_null_asks_for_presence():
    assert holds("Null", "x:k", "true", None) is True
    assert holds("Null", "x:k", True, "a") is False
    assert holds("Null", "x:k", "false", "a") is True
    assert holds("Null", "x:k", "true", []) is True


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("ForAllValues:StringEquals", False),
        ("ForAnyValue:StringEquals", True),
        ("ForAnyValue:StringNotEquals", True),
        ("ForAllValues:StringNotEquals", False),
        ("StringEquals", None),
    ],
)
def test_several_values(operator, expected):
    assert holds(operator, "x:k", "a", ["a", "b"]) is expected


@pytest.mark.parametrize(
    ("operator", "wanted"), [("NumericEquals", "1"), ("DateEquals", "1"), ("BinaryEquals", "QUJD")]
)
def test_a_value_that_does_not_parse_is_open(operator, wanted):
    assert holds(operator, "x:k", wanted, "?") is None


def test_a_variable_takes_its_value_from_the_request():
    tags = {"aws:PrincipalTag/team": "red"}
    assert holds("StringEquals", "x:k", "${aws:PrincipalTag/team}", "red", **tags) is True
    assert holds("StringEquals", "x:k", "${aws:PrincipalTag/team}", "blue", **tags) is False
    assert holds("StringLike", "x:k", "${AWS:principaltag/team}-*", "red-1", **tags) is True


def test_a_star_from_a_variable_is_a_plain_character():
    tags = {"aws:PrincipalTag/team": "*"}
    assert holds("StringLike", "x:k", "${aws:PrincipalTag/team}", "red", **tags) is False
    assert holds("StringLike", "x:k", "${aws:PrincipalTag/team}", "*", **tags) is True
    assert holds("StringLike", "x:k", "a${*}b", "axb") is False
    assert holds("StringLike", "x:k", "a${*}?${$}", "a*b$") is True


def test_a_variable_without_value_equals_nothing():
    assert holds("StringEquals", "x:k", "${aws:username}", "${aws:username}") is False
    assert holds("StringNotEquals", "x:k", "${aws:username}", "red") is True
    assert holds("StringEquals", "x:k", "${aws:username, 'red'}", "red") is True


def test_users_have_a_name():
    user = f"arn:aws:iam::{ACCOUNT}:user/dev/ann"
    assert holds("StringEquals", "x:k", "${aws:username}", "ann", principal=user) is True


def test_the_old_policy_language_has_no_variables():
    assert holds("StringEquals", "x:k", "${aws:x}", "${aws:x}", variables=False) is True


def test_number_operators_have_no_variables():
    assert holds("NumericEquals", "x:k", "${x:n}", "1", **{"x:n": "1"}) is None


@pytest.mark.parametrize(
    ("named", "verdict"),
    [
        (["role"], Verdict.OPEN),
        (["role", "session"], Verdict.OPEN),
        (["role", "session", "account"], Verdict.ALLOWED),
        (["other"], Verdict.DENIED),
    ],
)
def test_not_principal_spares_whom_it_names_completely(named, verdict):
    names = {
        "role": ROLE,
        "session": f"arn:aws:sts::{ACCOUNT}:assumed-role/Invoker/one",
        "account": f"arn:aws:iam::{ACCOUNT}:root",
        "other": "arn:aws:iam::444455556666:role/Other",
    }
    spared = {"AWS": [names[name] for name in named]}
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*", "NotPrincipal": spared}
    allow = Policy.from_document({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
    request = Request(principal=names["session"], action="s3:GetObject")
    policies = {
        "identity": [allow],
        "resource_policies": [Policy.from_document({"Statement": deny})],
    }
    assert evaluate(request, **policies).verdict is verdict


@pytest.mark.parametrize("name", ["session", "*"])
def test_a_session_policy_does_not_limit_what_names_the_session_or_everyone(name):
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/Invoker/one"
    principal = {"AWS": session if name == "session" else name}
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    decision = evaluate(
        Request(principal=session, action="s3:GetObject"),
        session_policies=[Policy.from_document({"Statement": allow | {"Action": "s3:PutObject"}})],
        resource_policies=[Policy.from_document({"Statement": allow | {"Principal": principal}})],
    )
    assert decision.allowed
