"""Who a principal in a log is: the role and the session behind an ARN."""

import re
from dataclasses import dataclass

_SESSION = re.compile(
    r"arn:[a-z-]+:sts::(?P<account>\d{12}):assumed-role/"
    r"(?P<role>[\w+=,.@-]+)/(?P<session>[\w+=,.@*-]{2,64})",
    re.ASCII,
)
_MASK = "*"


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of an invocation.

    Attributes:
        arn: As the record has it.
        account: Account of the role, or empty.
        role: Name of the role, or empty for users and whatever else is no session of a role.
        session: Name of the session, or empty.
    """

    arn: str
    account: str = ""
    role: str = ""
    session: str = ""

    @property
    def is_masked(self) -> bool:
        """Whether a data protection policy took a part of the name away.

        Callers whose names are masked cannot be told apart, and asterisks in a policy would match
        others: nobody is denied by such a name.
        """
        return _MASK in self.arn


def caller_of(arn: str) -> Caller:
    """Take an ARN apart."""
    if found := _SESSION.fullmatch(arn):
        return Caller(arn, found["account"], found["role"], found["session"])
    return Caller(arn)
