import pytest

from secure_bedrock.emulator.services.assessment import assess
from secure_bedrock.emulator.services.numbered_data import recognize


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("AWS_SECRET_KEY", "secret: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY.",
         "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("CA_SOCIAL_INSURANCE_NUMBER", "my SIN is 046 454 286", "046 454 286"),
        ("SWIFT_CODE", "BIC: DEUTDEFF500", "DEUTDEFF500"),
        ("UK_NATIONAL_HEALTH_SERVICE_NUMBER", "NHS 943 476 5919", "943 476 5919"),
        ("UK_NATIONAL_INSURANCE_NUMBER", "NI AB 12 34 56 C ok", "AB 12 34 56 C"),
        ("UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER", "UTR 1123456789", "1123456789"),
        ("US_BANK_ROUTING_NUMBER", "routing number 021000021", "021000021"),
        ("US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER", "ITIN 900-70-0000", "900-70-0000"),
        ("US_SOCIAL_SECURITY_NUMBER", "SSN 078051120", "078051120"),
        ("VEHICLE_IDENTIFICATION_NUMBER", "car 1M8GDM9AXKP042788", "1M8GDM9AXKP042788"),
    ],
)  # fmt: skip
def test_what_checks_out_and_is_named_is_certain(kind, text, found):
    assert recognize(kind, text) == ([found], False)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("AWS_SECRET_KEY", "commit 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12 of aws"),
        ("CA_SOCIAL_INSURANCE_NUMBER", "my SIN is 046 454 287"),
        ("CA_SOCIAL_INSURANCE_NUMBER", "order 046 454 286"),
        ("SWIFT_CODE", "our BUSINESS grows"),
        ("UK_NATIONAL_HEALTH_SERVICE_NUMBER", "NHS 943 476 5918"),
        ("UK_NATIONAL_HEALTH_SERVICE_NUMBER", "call 943 476 5919"),
        ("UK_NATIONAL_INSURANCE_NUMBER", "NI QQ 12 34 56 C"),
        ("UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER", "UTR 2123456789"),
        ("US_BANK_ROUTING_NUMBER", "routing number 021000022"),
        ("US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER", "ITIN 900-93-0000"),
        ("US_SOCIAL_SECURITY_NUMBER", "SSN 666051120"),
        ("VEHICLE_IDENTIFICATION_NUMBER", "car 1M8GDM9A1KP042788"),
    ],
)
def test_what_only_looks_like_one_is_open(kind, text):
    assert recognize(kind, text) == ([], True)


@pytest.mark.parametrize("kind", ["US_BANK_ROUTING_NUMBER", "VEHICLE_IDENTIFICATION_NUMBER"])
def test_a_text_without_a_candidate_has_none(kind):
    assert recognize(kind, "the routing number of my vehicle is 12") == ([], False)


def test_nine_digits_are_no_social_security_number_unless_the_text_speaks_of_one():
    assert recognize("US_SOCIAL_SECURITY_NUMBER", "parcel 078051120") == ([], False)


def guardrail(kind):
    entity = {"type": kind, "action": "ANONYMIZE"}
    return {"guardrailId": "g", "sensitiveInformationPolicy": {"piiEntities": [entity]}}


def test_a_certain_one_is_anonymized():
    result = assess(guardrail("US_SOCIAL_SECURITY_NUMBER"), "SSN 078051120", "INPUT")
    assert (result.text, result.not_evaluated) == ("SSN {US_SOCIAL_SECURITY_NUMBER}", [])


def test_an_open_one_is_named_as_not_evaluated():
    result = assess(guardrail("US_BANK_ROUTING_NUMBER"), "order 021000021", "INPUT")
    assert result.not_evaluated == ["sensitiveInformationPolicy/US_BANK_ROUTING_NUMBER"]
    assert not result.intervened


def test_a_text_without_a_candidate_is_evaluated():
    result = assess(guardrail("US_BANK_ROUTING_NUMBER"), "hello", "INPUT")
    assert (result.not_evaluated, result.intervened) == ([], False)
