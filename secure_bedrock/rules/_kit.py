"""Everything that a module of rules needs, in one import."""

from secure_bedrock.rules._answer import NO, UNKNOWN, YES, Answer, all_of, answer, any_of, none_of
from secure_bedrock.rules._calls import SdkCall, sdk_calls
from secure_bedrock.rules._node import Node
from secure_bedrock.rules._not_rules import not_a_rule
from secure_bedrock.rules._parameters import Parameters
from secure_bedrock.rules._patterns import (
    BEDROCK_PREFIXES,
    action_matches,
    bedrock_actions,
    covers_all,
    is_star,
)
from secure_bedrock.rules._rule import (
    Controls,
    Fail,
    Profile,
    Severity,
    Unknown,
    Verdict,
    Verdicts,
    forbid,
    require,
    rule,
)
from secure_bedrock.rules._statement import Condition, Principal, Statement, StatementKind
from secure_bedrock.rules._statements import held_by, managed_policies, statements, trust_of
from secure_bedrock.rules._template import Resource, Template
from secure_bedrock.rules._values import (
    absent,
    any_in,
    at_least,
    at_most,
    customer_managed_key,
    equals,
    is_false,
    is_true,
    matches,
    present,
    refers_to,
)

__all__ = [
    "BEDROCK_PREFIXES",
    "NO",
    "UNKNOWN",
    "YES",
    "Answer",
    "Condition",
    "Controls",
    "Fail",
    "Node",
    "Parameters",
    "Principal",
    "Profile",
    "Resource",
    "SdkCall",
    "Severity",
    "Statement",
    "StatementKind",
    "Template",
    "Unknown",
    "Verdict",
    "Verdicts",
    "absent",
    "action_matches",
    "all_of",
    "answer",
    "any_in",
    "any_of",
    "at_least",
    "at_most",
    "bedrock_actions",
    "covers_all",
    "customer_managed_key",
    "equals",
    "forbid",
    "held_by",
    "is_false",
    "is_star",
    "is_true",
    "managed_policies",
    "matches",
    "none_of",
    "not_a_rule",
    "present",
    "refers_to",
    "require",
    "rule",
    "sdk_calls",
    "statements",
    "trust_of",
]
