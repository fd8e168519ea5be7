import pytest
from cfnlint.helpers import REGIONS
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from secure_bedrock.catalog.billing import (
    REGIONS_WITHOUT_ANOMALY_DETECTION,
    REGIONS_WITHOUT_BUDGETS,
)


@pytest.mark.parametrize(
    ("resource_type", "regions"),
    [
        ("AWS::Budgets::Budget", REGIONS_WITHOUT_BUDGETS),
        ("AWS::Budgets::BudgetsAction", REGIONS_WITHOUT_BUDGETS),
        ("AWS::CE::AnomalyMonitor", REGIONS_WITHOUT_ANOMALY_DETECTION),
        ("AWS::CE::AnomalySubscription", REGIONS_WITHOUT_ANOMALY_DETECTION),
    ],
)
def test_regions_without_a_type_are_those_of_cloudformation_s_schemas(resource_type, regions):
    absent = {
        region
        for region in REGIONS
        if resource_type not in PROVIDER_SCHEMA_MANAGER.get_resource_types(region)
    }
    assert absent == regions
