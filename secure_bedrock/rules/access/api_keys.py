"""Bedrock API keys: bearer tokens that anybody who sees them can use."""

from secure_bedrock.rules._kit import (
    NO,
    YES,
    Answer,
    Condition,
    Controls,
    Parameters,
    Profile,
    SdkCall,
    Severity,
    Statement,
    StatementKind,
    Template,
    Verdicts,
    all_of,
    answer,
    any_of,
    at_most,
    forbid,
    matches,
    none_of,
    rule,
    sdk_calls,
)
from secure_bedrock.rules.access._grants import admits, granted, holdings, narrows

_KEYS = "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-permissions.html"
_HOW = "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-how.html"
_CREATE = "iam:CreateServiceSpecificCredential"
_AGE = "iam:ServiceSpecificCredentialAgeDays"
_SERVICE = "iam:ServiceSpecificCredentialServiceName"
_BEDROCK = "bedrock.amazonaws.com"
_USE = {
    "bedrock:CallWithBearerToken": "bedrock:BearerTokenType",
    "bedrock-mantle:CallWithBearerToken": "bedrock-mantle:BearerTokenType",
}


@rule(
    "IAM13",
    severity=Severity.HIGH,
    fix="Use short-term keys or a role; if there is no other way, set CredentialAgeDays low.",
    source=_HOW,
    controls={
        "AWS AI Security Framework": Controls(("AISF-IAM-03",), "Prowler"),
        "C5": Controls(("CRY-03.01B", "IAM-08.02B"), "Prowler"),
        "CCC": Controls(("GenAI.CN06.AR01",), "Prowler"),
        "NIST 800-53 r5": Controls(("IA-5",), "stave"),
    },
    parameters=("max_api_key_days",),
)
def no_long_term_api_keys(template: Template, parameters: Parameters) -> Verdicts:
    """No custom resource makes a Bedrock API key that lasts long or for ever."""
    for call in sdk_calls(template):
        made = call.is_to("iam", "CreateServiceSpecificCredential")
        if made is not NO:
            short = at_most(call.parameters["CredentialAgeDays"], parameters.max_api_key_days)
            yield from forbid(made & _for_bedrock(call) & ~short, call.node)


def _for_bedrock(call: SdkCall) -> Answer:
    return matches(call.parameters["ServiceName"], "bedrock*")


@rule(
    "IAM14",
    statement=StatementKind.IDENTITY,
    severity=Severity.HIGH,
    fix=f"Add a condition on {_SERVICE} that leaves Bedrock out, or bound {_AGE}.",
    source=_KEYS,
)
def creating_api_keys_is_restricted(statement: Statement) -> Verdicts:
    """Nobody may create a Bedrock API key that never expires."""
    made = granted(statement, _CREATE)
    if made is not NO:
        loose = none_of(
            (
                any_of(_bounds_age(each) for each in statement.conditions(_AGE)),
                any_of(~admits(each, _BEDROCK) for each in statement.conditions(_SERVICE)),
            )
        )
        yield from forbid(made & loose, statement.action_node(_CREATE))


def _bounds_age(condition: Condition) -> Answer:
    return answer(condition.restricts and "lessthan" in condition.operator.lower())


@rule(
    "IAM15",
    statement=StatementKind.IDENTITY,
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Allow CallWithBearerToken only if BearerTokenType equals SHORT_TERM, or leave it out.",
    source=_KEYS,
)
def only_short_term_api_keys_are_used(statement: Statement) -> Verdicts:
    """Only short-term Bedrock API keys can be used."""
    for action, key in _USE.items():
        used = granted(statement, action)
        if used is not NO:
            loose = none_of(
                (
                    any_of(_shuts_out_long_term(each) for each in statement.conditions(key)),
                    _long_term_denied(statement, action, key),
                )
            )
            yield from forbid(used & loose, statement.action_node(action))


def _shuts_out_long_term(condition: Condition) -> Answer:
    return narrows(condition) & ~admits(condition, "LONG_TERM")


def _long_term_denied(statement: Statement, action: str, key: str) -> Answer:
    held = holdings(statement.owner.template)
    names = statement.holders or (statement.owner.logical_id,)
    return all_of(
        any_of(
            each.denies(action)
            & each.everywhere
            & any_of(admits(condition, "LONG_TERM") for condition in each.conditions(key))
            for each in held[name]
            if each.deny is YES and len(each.conditions()) == 1
        )
        for name in names
    )
