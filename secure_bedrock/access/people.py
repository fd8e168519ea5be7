"""Which people may take a role on, and how freshly they have to have shown a second factor.

Source: IAM User Guide, "Secure API access with MFA" and "AWS global condition context keys".
"""

import re
from dataclasses import dataclass, field

from aws_cdk import Duration, Token
from aws_cdk import aws_iam as iam

_USER = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:user/[\w+=,.@/-]+", re.ASCII)
_LONGEST_SECONDS = 36 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleWithMfa:
    """IAM users, named one by one, who have used a second factor a short while ago.

    Only the sessions of IAM users carry a second factor: a role's session and that of IAM Identity
    Center or another identity provider does not, even if the person showed one there. A role that
    asks for it could never be taken on by those; give them a permission set instead.

    Attributes:
        user_arns: ``arn:aws:iam::ACCOUNT:user/NAME``, at least one.
        mfa_within: How long ago the second factor may have been used, 1 second to 36 hours.
            Default: 1 hour.
    """

    user_arns: tuple[str, ...]
    mfa_within: Duration = field(default_factory=lambda: Duration.hours(1))

    def __post_init__(self) -> None:
        if not self.user_arns:
            raise ValueError("user_arns is empty: name the people, arn:aws:iam::ACCOUNT:user/NAME")
        for arn in self.user_arns:
            if not Token.is_unresolved(arn) and not _USER.fullmatch(arn):
                raise ValueError(
                    f"{arn!r} is no IAM user, and only the sessions of users carry a second "
                    "factor: write arn:aws:iam::ACCOUNT:user/NAME"
                )
        if not 1 <= self.mfa_within.to_seconds() <= _LONGEST_SECONDS:
            raise ValueError(
                f"mfa_within is {self.mfa_within.to_seconds():.0f} seconds: "
                "choose 1 second to 36 hours"
            )

    def principal(self, **more: str) -> iam.PrincipalBase:
        """The principal of the trust policy.

        The session has to be named after the user, so that CloudTrail says who it was.

        Args:
            more: Further keys that have to equal a value, with ``__`` for the colon.
        """
        equals = {name.replace("__", ":"): value for name, value in more.items()}
        users = [iam.ArnPrincipal(arn) for arn in sorted(self.user_arns)]
        return iam.CompositePrincipal(*users).with_conditions(
            {
                "Bool": {"aws:MultiFactorAuthPresent": "true"},
                "NumericLessThanEquals": {
                    "aws:MultiFactorAuthAge": str(round(self.mfa_within.to_seconds()))
                },
                "StringEquals": {"sts:RoleSessionName": "${aws:username}", **equals},
            }
        )


def short_session(path: str, session: Duration, *, longest_hours: int) -> Duration:
    """Refuse a session that is not short; IAM's own minimum is an hour."""
    hours = session.to_hours(integral=False)
    if not 1 <= hours <= longest_hours:
        raise ValueError(
            f"{path}: max_session is {hours:g} hours: choose 1 to {longest_hours} hours"
        )
    return session
