"""Random policy sets and requests about Bedrock and what stands around it.

Left out is what AWS leaves undefined, and what the oracle is known to read differently from AWS:
``test_conditions`` and ``test_evaluation`` have those one by one.
"""

from dataclasses import dataclass, field
from random import Random

import pytest

ACCOUNT, OTHER = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Invoker"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Invoker/one"
USER = f"arn:aws:iam::{ACCOUNT}:user/ann"
STRANGER = f"arn:aws:sts::{OTHER}:assumed-role/Stranger/two"
CALLERS = [SESSION, SESSION, SESSION, ROLE, USER, STRANGER]
REGIONS = ["eu-west-1", "eu-west-3", "us-east-1"]

_BEDROCK = "arn:aws:bedrock:eu-west-1:111122223333:"
_PROFILE = f"{_BEDROCK}inference-profile/eu.amazon.nova-lite-v1:0"
_GUARDRAIL = f"{_BEDROCK}guardrail/gr1"
_MODEL = "arn:aws:bedrock:{}::foundation-model/amazon.nova-lite-v1:0"
_INVOKE_TARGETS = [*map(_MODEL.format, REGIONS), _PROFILE, f"{_BEDROCK}provisioned-model/p1"]
TARGETS = {
    "bedrock:InvokeModel": _INVOKE_TARGETS,
    "bedrock:InvokeModelWithResponseStream": _INVOKE_TARGETS,
    "bedrock:ApplyGuardrail": [_GUARDRAIL],
    "bedrock:CreateModelInvocationJob": [_MODEL.format("eu-west-1")],
    "bedrock:GetInferenceProfile": [_PROFILE],
    "bedrock-mantle:CreateInference": [
        "arn:aws:bedrock-mantle:eu-west-1:111122223333:project/default"
    ],
    "kms:Decrypt": ["arn:aws:kms:eu-west-1:111122223333:key/k1"],
    "s3:GetObject": ["arn:aws:s3:::logs/red/a.json", "arn:aws:s3:::logs/blue/b.json"],
    "logs:PutLogEvents": [
        "arn:aws:logs:eu-west-1:111122223333:log-group:bedrock:log-stream:invocations"
    ],
}
_RESOURCES = [
    "*",
    "*",
    "arn:aws:bedrock:*::foundation-model/*",
    "arn:aws:bedrock:eu-*::foundation-model/amazon.*",
    "arn:aws:bedrock:*:111122223333:inference-profile/eu.*",
    "arn:aws:bedrock:*:*:provisioned-model/p?",
    "arn:aws:bedrock:eu-west-1:*:guardrail/*",
    "arn:aws:bedrock-mantle:*:*:project/*",
    "arn:aws:kms:*:111122223333:key/*",
    "arn:aws:s3:::logs/*",
    "arn:aws:s3:::logs/${aws:PrincipalTag/team}/*",
    "arn:aws:s3:::logs/${*}/b.json",
    "arn:aws:logs:*:${aws:PrincipalAccount}:log-group:*",
    "arn:aws:bedrock:*",
    "arn:aws:s3:::*",
]
_ACTIONS = [
    "*",
    "bedrock:*",
    "bedrock:Invoke*",
    "BEDROCK:invokemodel",
    "bedrock:*Model*",
    "bedrock-mantle:*",
    "kms:De?rypt",
    "s3:Get*",
    "logs:*",
    *TARGETS,
]
_PRINCIPALS = [  # the first three not beside a session policy, which does not limit them
    "*",
    {"AWS": [SESSION, OTHER]},
    {"AWS": SESSION},
    {"AWS": ACCOUNT},
    {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    {"AWS": ROLE},
    {"AWS": [USER, STRANGER]},
    {"AWS": USER},
    {"Service": "bedrock.amazonaws.com"},
]

_TEXT = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"]
_TEXT += ["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"]
_ARN = ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"]
_ORDER = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]


@dataclass(frozen=True)
class Key:
    """A condition key: its operators, values in policies and requests, and who carries it."""

    operators: list
    wanted: list
    found: list
    actions: tuple = ()
    several: bool = False


_INVOKE = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
_TEAMS = ["red", "blue", "RED", "re?d"]
KEYS = {
    "aws:PrincipalTag/team": Key(_TEXT, ["red", "r*", "?ed", "${aws:username}"], _TEAMS),
    "aws:SourceVpce": Key(
        _TEXT, ["vpce-1", "vpce-*", "${aws:PrincipalTag/vpce, 'vpce-2'}"], ["vpce-1", "vpce-2"]
    ),
    "aws:RequestedRegion": Key(_TEXT, [*REGIONS, "eu-*"], [*REGIONS, "unspecified"]),
    "aws:SourceIp": Key(
        ["IpAddress", "NotIpAddress"],
        ["10.0.0.0/8", "192.0.2.7"],
        ["10.1.2.3", "192.0.2.7", "203.0.113.9"],
    ),
    "aws:VpcSourceIp": Key(
        ["IpAddress", "NotIpAddress"],
        ["2001:db8::/32", "2001:db9::1"],
        ["2001:db8::1", "2001:db9::1", "2001:db9::2"],
    ),
    "aws:CurrentTime": Key(
        [f"Date{o}" for o in _ORDER],
        ["2026-01-01T00:00:00Z", "2026-06-01T12:00:00Z"],
        ["2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z"],
    ),
    "aws:MultiFactorAuthAge": Key(
        [f"Numeric{o}" for o in _ORDER], ["3600", "60", "60.0"], ["60", "3600", "100"]
    ),
    "aws:MultiFactorAuthPresent": Key(["Bool"], ["true", "false", "True"], ["true", "false"]),
    "aws:PrincipalArn": Key(_ARN, [ROLE, "arn:aws:iam::*:role/*", USER], []),
    "aws:CalledVia": Key(
        _TEXT,
        ["bedrock.amazonaws.com", "athena*", "*"],
        [["bedrock.amazonaws.com"], ["athena.amazonaws.com", "bedrock.amazonaws.com"]],
        several=True,
    ),
    "bedrock:GuardrailIdentifier": Key(
        _ARN,
        [f"{_GUARDRAIL}:*", f"{_GUARDRAIL}:3", _GUARDRAIL],
        [_GUARDRAIL, f"{_GUARDRAIL}:3", f"{_GUARDRAIL}:4"],
        _INVOKE,
    ),
    "bedrock:InferenceProfileArn": Key(
        _ARN,
        ["arn:aws:bedrock:*:*:inference-profile/eu.*", _PROFILE],
        [_PROFILE, f"{_BEDROCK}inference-profile/global.x.y"],
        _INVOKE,
    ),
    "bedrock:ServiceTier": Key(_TEXT, ["flex", "default"], ["flex", "priority"], _INVOKE),
    "bedrock-mantle:Model": Key(
        _TEXT, ["openai.*", "x"], ["openai.gpt"], ("bedrock-mantle:CreateInference",)
    ),
    "kms:ViaService": Key(
        _TEXT, ["bedrock.*.amazonaws.com"], ["bedrock.eu-west-1.amazonaws.com"], ("kms:Decrypt",)
    ),
}


@dataclass(kw_only=True)
class Case:
    """A request and its policies as plain documents."""

    principal: str
    action: str
    resource: str
    context: dict
    identity: list = field(default_factory=list)
    boundary: list = field(default_factory=list)
    session: list = field(default_factory=list)
    scps: list = field(default_factory=list)
    endpoint: list = field(default_factory=list)
    resource_policy: dict | None = None


@pytest.fixture(scope="session")
def random_cases():
    """So many cases, always the same ones for a seed."""

    def make(count, seed):
        random = Random(seed)  # noqa: S311 - reproducible, not secret
        return [_case(random) for _ in range(count)]

    return make


def _case(random):
    action = random.choice(list(TARGETS))
    principal = random.choice(CALLERS)
    case = Case(
        principal=principal,
        action=action,
        resource=random.choice(TARGETS[action]),
        context=_context(random, action),
        identity=[_policy(random, action) for _ in range(random.choice([0, 1, 1, 2]))],
    )
    if random.random() < 0.3:
        case.boundary = [_policy(random, action)]
    if random.random() < 0.15 and principal == SESSION:
        case.session = [_policy(random, action)]
    if random.random() < 0.3:
        levels = random.choice([1, 2])
        case.scps = [[_policy(random, action)] for _ in range(levels)]
    if random.random() < 0.15:
        case.endpoint = [_policy(random, action, principals=["*"])]
    principals = _PRINCIPALS[3:] if case.session else _PRINCIPALS
    if random.random() < 0.35 or (action == "kms:Decrypt" and random.random() < 0.8):
        case.resource_policy = _policy(random, action, principals=principals)
    return case


def _policy(random, action, *, principals=()):
    statements = [
        _statement(random, action, principals) for _ in range(random.choice([1, 1, 2, 3]))
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _statement(random, action, principals):
    inverted = random.random() < 0.12
    chosen = [
        random.choice([action, action.upper(), "*", random.choice(_ACTIONS)])
        for _ in range(random.choice([1, 2]))
    ]
    statement = {"Effect": random.choices(["Allow", "Deny"], [4, 1])[0]}
    statement["NotAction" if inverted else "Action"] = list(dict.fromkeys(chosen))
    element = "NotResource" if random.random() < 0.12 else "Resource"
    statement[element] = random.sample(_RESOURCES, random.choice([1, 2, 3]))
    if principals:
        statement["Principal"] = random.choice(principals)
    conditions = {}
    for _ in range(random.choices([0, 1, 2], [5, 4, 2])[0]):
        operator, key, values = _condition(random, action)
        conditions.setdefault(operator, {})[key] = values
    return statement | ({"Condition": conditions} if conditions else {})


def _condition(random, action):
    key = random.choice([name for name, k in KEYS.items() if not k.actions or action in k.actions])
    if random.random() < 0.12:
        return "Null", key, random.choice(["true", "false"])
    kind = KEYS[key]
    operator = random.choice(kind.operators)
    if kind.several:
        operator = random.choice(["ForAllValues:", "ForAnyValue:"]) + operator
    if random.random() < 0.2 and "ForAny" not in operator:
        operator += "IfExists"
    values = random.sample(kind.wanted, random.choice([1, min(2, len(kind.wanted))]))
    return operator, random.choice([key, key.lower()]) if "Tag/" not in key else key, values


def _context(random, action):
    return {
        key: random.choice(kind.found)
        for key, kind in KEYS.items()
        if kind.found and (not kind.actions or action in kind.actions) and random.random() < 0.5
    }
