"""What the added services remember, per account and Region, until moto is reset."""

from collections import defaultdict
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.utilities.utils import PARTITION_NAMES


class Store(BaseBackend):  # type: ignore[misc]  # moto ships no types that mypy follows here
    """Named tables of one account in one Region (or partition, for a global service)."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.tables: dict[str, dict[str, Any]] = defaultdict(dict)


# Region names come from EC2's list: botocore's list for Bedrock is shorter than what exists.
stores = BackendDict(Store, "ec2", additional_regions=PARTITION_NAMES)
