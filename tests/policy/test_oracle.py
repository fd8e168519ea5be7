"""The evaluator against another one, which nobody of ours wrote.

``@cloud-copilot/iam-simulate`` (AGPL, used here only) answers the same random requests. Install it
with the one command that the skip reason shows.
"""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from secure_bedrock._node import node_from_wheel
from secure_bedrock.policy import Policy, Request, Verdict, evaluate
from secure_bedrock.policy.request import Context

ORACLE = Path(__file__).parent / "oracle"
INSTALL = "npm ci --no-audit --no-fund --prefix tests/policy/oracle"
COUNT, SEED = 5400, 20261123
OWNER = "111122223333"
VERDICTS = {
    "Allowed": Verdict.ALLOWED,
    "ExplicitlyDenied": Verdict.DENIED,
    "ImplicitlyDenied": Verdict.IMPLICITLY_DENIED,
}
STILL_POSSIBLE = {
    Verdict.ALLOWED: [Verdict.ALLOWED],
    Verdict.DENIED: [Verdict.DENIED],
    Verdict.IMPLICITLY_DENIED: [Verdict.IMPLICITLY_DENIED, Verdict.DENIED],
    Verdict.OPEN: list(VERDICTS.values()),
}
_FILLED = re.compile(r"\$\{(aws:(?:PrincipalAccount|username|PrincipalTag/team))\}")


@pytest.fixture(scope="module")
def cases(random_cases):
    return random_cases(COUNT, SEED)


@pytest.fixture(scope="module")
def answers(cases):
    if not (ORACLE / "node_modules").is_dir():
        pytest.skip(f"the oracle is not installed: {INSTALL}")
    node = shutil.which("node") or str(node_from_wheel())
    lines = "".join(json.dumps(simulation(case)) + "\n" for case in cases)
    done = subprocess.run(
        [node, "simulate.mjs"], cwd=ORACLE, input=lines, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_both_evaluators_agree(cases, answers):
    disagreements = [
        f"{answer['result']}, but {decision.verdict.name}: {decision.reason}\n{case}"
        for case, answer in zip(cases, answers, strict=True)
        if (decision := ours(case)).verdict is not VERDICTS.get(answer["result"])
    ]
    assert not disagreements, f"{len(disagreements)} of {COUNT}, first {disagreements[0]}"


def test_every_request_was_judged_with_all_its_keys(answers):
    assert not [answer for answer in answers if answer["ignored"] or "errors" in answer]


def test_the_cases_are_of_all_kinds(answers):
    counts = {name: sum(answer["result"] == name for answer in answers) for name in VERDICTS}
    assert min(counts.values()) > COUNT / 12, counts


def test_leaving_keys_open_never_contradicts_the_answer(cases):
    opened = 0
    for number, case in enumerate(cases):
        closed = {key: v for n, (key, v) in enumerate(case.context.items()) if (n + number) % 3}
        keys = [*(case.context.keys() - closed.keys()), "aws:SourceIp"]
        partly = ours(replace(case, context=closed), open_keys=keys).verdict
        assert ours(case).verdict in STILL_POSSIBLE[partly], case
        opened += partly is Verdict.OPEN
    assert opened > COUNT / 60


def ours(case, *, open_keys=()):
    resource = Policy.from_document(case.resource_policy or {})
    is_key = case.action == "kms:Decrypt"
    return evaluate(
        Request(
            principal=case.principal,
            action=case.action,
            resource=case.resource,
            context=case.context,
            open_keys=open_keys,
            resource_account=OWNER,
        ),
        identity=_read(case.identity),
        boundary=next(iter(_read(case.boundary)), None),
        session_policies=_read(case.session),
        scps=[_read(level) for level in case.scps],
        endpoint_policy=next(iter(_read(case.endpoint)), None),
        resource_policies=[] if is_key else [resource],
        key_policy=resource if is_key else None,
    )


def _read(documents):
    return [Policy.from_document(document) for document in documents]


def simulation(case):
    """The case in words that the oracle reads as AWS documents them.

    It splits ARNs at the colon inside ``${aws:PrincipalAccount}``, so it gets the number. It takes
    a variable without a value to fail negated operators too, where AWS says that they match, so it
    gets a text that equals nothing. It completes short ARNs in Resource but not in NotResource.
    """
    text = _FILLED.sub(_filler(case), json.dumps(vars(case)))
    case = type(case)(**json.loads(text.replace('"arn:aws:bedrock:*"', '"arn:aws:bedrock:*:*:*"')))
    derived = Context(Request(principal=case.principal, action=case.action)).caller.context()
    optional = {
        "sessionPolicy": next(iter(case.session), None),
        "resourcePolicy": case.resource_policy,
        "permissionBoundaryPolicies": _named(case.boundary),
        "vpcEndpointPolicies": _named(case.endpoint),
    }
    return {
        "request": {
            "principal": case.principal,
            "action": case.action,
            "resource": {"resource": case.resource, "accountId": OWNER},
            "contextVariables": dict(derived) | case.context,
        },
        "identityPolicies": _named(case.identity),
        "serviceControlPolicies": [
            {"orgIdentifier": f"o{n}", "policies": _named(level)}
            for n, level in enumerate(case.scps)
        ],
        "resourceControlPolicies": [],
    } | {name: given for name, given in optional.items() if given}


def _filler(case):
    known = Context(Request(principal=case.principal, action="", context=case.context))

    def fill(variable):
        values = known.values(variable[1])
        return values[0] if isinstance(values, tuple) else "(no value)"

    return fill


def _named(documents):
    return [{"name": f"p{n}", "policy": document} for n, document in enumerate(documents)]
