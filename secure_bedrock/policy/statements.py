"""Whether a statement applies to a request: yes, no, or open."""

from dataclasses import dataclass

from secure_bedrock.policy.conditions import holds
from secure_bedrock.policy.documents import Policy, Statement
from secure_bedrock.policy.match import resource_match, wildcard_match
from secure_bedrock.policy.principals import Named
from secure_bedrock.policy.request import Context, Unknown
from secure_bedrock.policy.truth import Truth, all_of, any_of, negation
from secure_bedrock.policy.variables import expand, protected, widest


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A statement that applies to the request, or may.

    Attributes:
        policy: Name of its policy.
        layer: Which kind of policy that is, for example ``service control policy``.
        statement: The statement.
        certain: False if a condition is open.
        named: How closely it names the caller.
    """

    policy: str
    layer: str
    statement: Statement
    certain: bool
    named: Named

    def __str__(self) -> str:
        return f"{self.statement.sid} of {self.layer} {self.policy}"


def hits(policy: Policy, layer: str, context: Context) -> list[Hit]:
    """Statements of the policy that apply or may apply."""
    found = []
    for statement in policy.statements:
        applies, named = _applies(statement, context)
        if applies is not False:
            found.append(
                Hit(
                    policy=policy.name,
                    layer=layer,
                    statement=statement,
                    certain=applies is True,
                    named=named,
                )
            )
    return found


def _applies(statement: Statement, context: Context) -> tuple[Truth, Named]:
    addressed, named = _addresses(statement, context)
    if addressed is False or not _covers_action(statement, context.request.action):
        return False, named
    resource = _covers_resource(statement, context)
    if resource is False:
        return False, named
    conditions = all_of(
        holds(condition, context, variables=statement.variables)
        for condition in statement.conditions
    )
    return all_of([addressed, resource, conditions]), named


def _addresses(statement: Statement, context: Context) -> tuple[Truth, Named]:
    caller = context.caller
    if statement.principals is None:
        return True, Named.BY_IDENTITY
    if not statement.not_principals:
        named = caller.named_by(statement.principals)
        return named is not Named.NOT, named
    return negation(caller.exempt_from(statement.principals)), Named.AS_ANYONE


def _covers_action(statement: Statement, action: str) -> bool:
    listed = any(wildcard_match(entry, action, ignore_case=True) for entry in statement.actions)
    return listed is not statement.not_actions


def _covers_resource(statement: Statement, context: Context) -> Truth:
    if not statement.resources:
        return True
    resource = protected(context.request.resource)
    listed = any_of(
        _is_resource(entry, resource, statement, context) for entry in statement.resources
    )
    return negation(listed) if statement.not_resources else listed


def _is_resource(entry: str, resource: str, statement: Statement, context: Context) -> Truth:
    pattern = expand(entry, context) if statement.variables else entry
    if isinstance(pattern, Unknown):
        may_match = pattern is Unknown.OPEN and wildcard_match(f"{widest(entry)}*", resource)
        return None if may_match else False
    return resource_match(pattern, resource)
