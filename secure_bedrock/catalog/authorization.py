"""What IAM authorises for one invocation of a model: often more than the ARN in the call."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a call is made.

    Attributes:
        partition: For example ``aws``.
        region: The caller's Region.
        account: The caller's account.
    """

    partition: str
    region: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Through:
    """Resources that are authorised because the call came through another one.

    Attributes:
        key: The condition key that says so.
        value: Its value: the ARN the call was made with.
        resources: ARNs authorised in its wake.
        region_unspecified: Whether ``aws:RequestedRegion`` says ``unspecified``, as it does for the
            region-less model ARN of global inference.
    """

    key: str
    value: str
    resources: tuple[str, ...]
    region_unspecified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """Everything one kind of model needs.

    Attributes:
        entry: The ARN the call names.
        through: What is authorised in its wake.
        describe: Action and ARN that clients need to look it up.
        counted: Foundation models that ``CountTokens`` takes.
    """

    entry: str
    through: tuple[Through, ...] = ()
    describe: tuple[tuple[str, str], ...] = ()
    counted: tuple[str, ...] = ()
