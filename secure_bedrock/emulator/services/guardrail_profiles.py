"""Guardrail profiles: where they may be used from, and where they may send content.

Source: Bedrock user guide, "Distribute guardrail inference across Regions". Written apart from the
catalogue on purpose: an emulator that shared the constructs' tables could not contradict them.
"""

_US = "us-east-1 us-east-2 us-west-2"
_EU = "eu-central-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-3"
_APAC = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2"
_WIDER_APAC = f"{_APAC} ap-south-2 ap-southeast-3 ap-southeast-4"
_GOV = "us-gov-east-1 us-gov-west-1"

# profile -> (source Regions, what they reach besides themselves)
_ROUTES: dict[str, tuple[tuple[str, str], ...]] = {
    "us": ((f"{_US} us-west-1", _US),),
    "us-gov": ((_GOV, _GOV),),
    "eu": ((f"{_EU} il-central-1", _EU),),
    "uk": (("eu-west-2", ""),),
    "au": (("ap-southeast-2", ""),),
    "ca": (("ca-central-1", "ca-west-1"),),
    "apac": (
        ("ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2", _APAC),
        ("ap-southeast-4", f"{_APAC} ap-south-2"),
        (
            "ap-east-2 ap-southeast-3 ap-southeast-5 ap-southeast-7 me-central-1",
            _WIDER_APAC,
        ),
    ),
}


def profile_id(identifier: str) -> str:
    """The id of a guardrail profile given by id or ARN."""
    return identifier.rsplit("/", 1)[-1]


def destinations(identifier: str, region: str) -> list[str]:
    """Regions that the profile may send content to from here; none if it cannot be used here."""
    geography = profile_id(identifier).split(".", 1)[0]
    for sources, reached in _ROUTES.get(geography, ()):
        if region in sources.split():
            return sorted({region, *reached.split()})
    return []
