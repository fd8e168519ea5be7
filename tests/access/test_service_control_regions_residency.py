from secure_bedrock import DataResidency, OnlyRegions


def test_a_residency_is_the_policys_regions_and_geographies():
    eu = DataResidency.in_geography("eu")
    policy = OnlyRegions.for_residency(eu, except_roles=("admin",))
    assert policy == OnlyRegions(regions=eu.regions, geographies=("eu",), except_roles=("admin",))
