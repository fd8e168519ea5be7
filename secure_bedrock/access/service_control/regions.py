"""Where models may run and where calls may come from."""

from dataclasses import dataclass

from secure_bedrock.access.service_control.document import Statement, deny, except_roles, merged
from secure_bedrock.catalog.invocation import INVOKE, bedrock_arn
from secure_bedrock.catalog.models import GEOGRAPHIES
from secure_bedrock.catalog.residency import DataResidency

_SIBLINGS = ("bedrock-agentcore:*", "bedrock-mantle:*", "bedrock-websearch:*")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyRegions:
    """Bedrock is used from these Regions only, and models run in these geographies only.

    A plain Region deny breaks geographic inference, because the model is authorised in the Region
    it runs in, and a guardrail with a profile in every Region it may be evaluated in. Here calls
    that came through a profile of an allowed geography pass, and ``global.`` profiles do not.

    Attributes:
        regions: Regions whose endpoints may be called.
        geographies: Prefixes of the inference and guardrail profiles that may be used, such as
            ``eu``. An application inference profile counts as allowed in these Regions, whatever
            it was copied from, except global ones. Default: none, models run in ``regions`` only.
        except_roles: Roles that are not limited, as path and name.
    """

    regions: tuple[str, ...]
    geographies: tuple[str, ...] = ()
    except_roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.regions:
            raise ValueError("regions is empty: name at least one Region")
        for geography in self.geographies:
            if geography not in GEOGRAPHIES:
                raise ValueError(
                    f"{geography!r} is no geography: use {', '.join(GEOGRAPHIES)}; "
                    "global inference runs anywhere and cannot be limited to Regions"
                )

    @classmethod
    def for_residency(
        cls, residency: DataResidency, *, except_roles: tuple[str, ...] = ()
    ) -> "OnlyRegions":
        """The Regions of a data residency, and the geographies that lie within it.

        Args:
            residency: Where data may be processed and kept.
            except_roles: Roles that are not limited, as path and name.
        """
        return cls(
            regions=residency.regions,
            geographies=residency.geographies,
            except_roles=except_roles,
        )

    def statements(self, partition: str) -> list[Statement]:
        """Deny other Regions, other geographies and global inference."""
        spared = except_roles(self.except_roles, partition)
        outside = {"StringNotEquals": {"aws:RequestedRegion": list(self.regions)}}
        unspecified = {"StringEquals": {"aws:RequestedRegion": "unspecified"}}
        return [
            deny(
                "OnlyBedrockInRegions",
                ["bedrock:*"],
                not_resources=self._guardrail_profiles(partition),
                conditions=merged(outside, self._not_through_profiles(partition), spared),
            ),
            deny("OnlyItsSiblingsInRegions", _SIBLINGS, conditions=merged(outside, spared)),
            deny("NoGlobalInference", INVOKE, conditions=merged(unspecified, spared)),
            deny(
                "NoGlobalProfiles",
                INVOKE,
                resources=[bedrock_arn(partition, "*:*:inference-profile/global.*")],
                conditions=spared,
            ),
        ]

    def _guardrail_profiles(self, partition: str) -> list[str]:
        return [
            bedrock_arn(partition, f"*:*:guardrail-profile/{geography}.guardrail.*")
            for geography in self.geographies
        ]

    def _not_through_profiles(self, partition: str) -> dict[str, dict[str, list[str]]]:
        if not self.geographies:
            return {}
        kinds = [f"inference-profile/{geography}.*" for geography in self.geographies]
        profiles = [
            bedrock_arn(partition, f"{region}:*:{kind}")
            for region in self.regions
            for kind in (*kinds, "application-inference-profile/*")
        ]
        return {"ArnNotLike": {"bedrock:InferenceProfileArn": profiles}}
