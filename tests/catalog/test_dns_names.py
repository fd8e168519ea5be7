import json
from pathlib import Path

import botocore
import pytest

from secure_bedrock.catalog.dns_names import SERVICE_NAMES

PARTITIONS = json.loads((Path(botocore.__file__).parent / "data/partitions.json").read_text())
OUTPUTS = {each["id"]: each["outputs"] for each in PARTITIONS["partitions"]}


def test_every_partition_has_its_names():
    assert SERVICE_NAMES.keys() == OUTPUTS.keys()


@pytest.mark.parametrize("partition", OUTPUTS)
def test_names_are_the_partitions_suffixes(partition):
    of = OUTPUTS[partition]
    assert SERVICE_NAMES[partition] == (f"*.{of['dnsSuffix']}", f"*.{of['dualStackDnsSuffix']}")
