"""Numbers of the corpus are well formed, and nobody's."""

import ipaddress
import re

import pytest

TEST_CARDS = {
    "30569309025904",
    "3566002020360505",
    "378282246310005",
    "4000056655665556",
    "4012888888881881",
    "4111111111111111",
    "4222222222222220",
    "4242424242424242",
    "5105105105105100",
    "5200828282828210",
    "5555555555554444",
    "6011111111111117",
}
"""Published for tests by payment providers (Stripe, PayPal, Adyen)."""

FICTIONAL_TELEPHONES = re.compile(
    r"555[ -]01\d\d"  # North American Numbering Plan
    r"|20 7946 0\d{3}|7700 900\d{3}"  # Ofcom
    r"|030 23125 \d{3}|0171 39200\d\d"  # Bundesnetzagentur
    r"|06 39 98 \d\d \d\d"  # ARCEP
)
DOCUMENTATION = tuple(
    map(
        ipaddress.ip_network,
        ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"),
    )
)
VOID_SOCIAL_SECURITY_NUMBERS = {"078-05-1120", "219-09-9999"}
VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", "12345678123457923456789" + "0123456789", strict=True)
)
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


@pytest.fixture(scope="module")
def texts(acting, said):
    """What the cases say that are about a type of personal data."""

    def of(kind):
        return [said(case) for case in acting if case.detail == kind]

    return of


@pytest.fixture(scope="module")
def numbers(texts):
    """The one match of a pattern in each text of a type, without its separators."""

    def of(kind, pattern):
        found = [re.findall(pattern, text, re.ASCII) for text in texts(kind)]
        assert found
        assert all(len(each) == 1 for each in found), found
        return [re.sub(r"[ -]", "", each[0]) for each in found]

    return of


def luhn(number):
    doubled = (2 * int(digit) for digit in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(n - 9 * (n > 9) for n in doubled)) % 10 == 0


def weighted(number, weights):
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))


def test_the_checks_see_a_wrong_digit():
    assert luhn("4111111111111111")
    assert not luhn("4111111111111112")
    assert not luhn("1411111111111111")


def test_cards_are_test_numbers(numbers):
    found = numbers("CREDIT_DEBIT_CARD_NUMBER", r"\d(?:[ -]?\d){12,18}")
    assert set(found) <= TEST_CARDS
    assert all(map(luhn, found))


def test_ibans_have_check_digits_and_no_bank(numbers):
    pattern = r"[A-Z]{2}\d{2}(?: [A-Z0-9]{1,4}){3,8}"
    for iban in numbers("INTERNATIONAL_BANK_ACCOUNT_NUMBER", pattern):
        moved = "".join(str(int(each, 36)) for each in iban[4:] + iban[:4])
        assert int(moved) % 97 == 1, iban
        assert re.match(r"(TEST|X?000)", iban[4:]), iban


def test_swift_codes_are_of_no_bank(numbers):
    found = numbers("SWIFT_CODE", r"\b[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b")
    assert {code[:4] for code in found} == {"TEST", "EXMP"}


def test_vehicle_identification_numbers_have_check_digits(numbers):
    for vin in numbers("VEHICLE_IDENTIFICATION_NUMBER", r"\b[A-HJ-NPR-Z0-9]{17}\b"):
        values = [int(VIN_VALUES[each]) for each in vin]
        remainder = sum(v * w for v, w in zip(values, VIN_WEIGHTS, strict=True)) % 11
        assert vin[8] == ("X" if remainder == 10 else str(remainder)), vin


def test_nhs_numbers_are_from_the_range_for_tests(numbers):
    found = numbers("UK_NATIONAL_HEALTH_SERVICE_NUMBER", r"\b\d{3} \d{3} \d{4}\b")
    for number in found:
        assert number.startswith("999")
        assert (11 - weighted(number, range(10, 1, -1)) % 11) % 11 == int(number[9])


def test_taxpayer_references_have_check_digits(numbers):
    for number in numbers("UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER", r"\b\d{10}\b"):
        remainder = weighted(number[1:], (6, 7, 8, 9, 10, 5, 4, 3, 2)) % 11
        assert number[0] == "21987654321"[remainder]


def test_national_insurance_numbers_have_their_form(numbers):
    numbers(
        "UK_NATIONAL_INSURANCE_NUMBER",
        r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: ?\d\d){3} ?[A-D]\b",
    )


def test_social_insurance_numbers_are_never_given_out(numbers):
    found = numbers("CA_SOCIAL_INSURANCE_NUMBER", r"\b\d{3} ?\d{3} ?\d{3}\b")
    assert all(number.startswith("0") and luhn(number) for number in found)


def test_health_numbers_have_check_digits(numbers):
    assert all(map(luhn, numbers("CA_HEALTH_NUMBER", r"\b\d{10}\b")))


def test_social_security_numbers_are_void(numbers):
    pattern = r"\d{3}-\d{2}-\d{4}"
    found = numbers("US_SOCIAL_SECURITY_NUMBER", pattern)
    assert set(found) == {each.replace("-", "") for each in VOID_SOCIAL_SECURITY_NUMBERS}


def test_individual_taxpayer_numbers_have_their_form(numbers):
    ranges = "5[0-9]|6[0-5]|7[0-9]|8[0-8]|9[0-24-9]"
    found = numbers("US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER", rf"\b9\d\d-(?:{ranges})-\d{{4}}\b")
    assert all(number.endswith("0000") for number in found)


def test_routing_numbers_have_check_digits(numbers):
    for number in numbers("US_BANK_ROUTING_NUMBER", r"\b\d{9}\b"):
        assert weighted(number, (3, 7, 1) * 3) % 10 == 0


def test_passports_and_accounts_are_patterns(numbers):
    assert all("00000" in number for number in numbers("US_PASSPORT_NUMBER", r"\b[A-Z]?\d{8,9}\b"))
    accounts = numbers("US_BANK_ACCOUNT_NUMBER", r"\b\d{12}\b")
    assert {number[:3] for number in accounts} == {"000"}


def test_telephones_are_kept_for_fiction(texts):
    for text in texts("PHONE"):
        digits = re.sub(r"\D", "", text)
        kept = re.sub(r"\D", "", "".join(FICTIONAL_TELEPHONES.findall(text)))
        assert kept, text
        assert len(digits) - len(kept) <= 8, text  # country and area codes


def test_mail_and_web_are_examples(cases, said):
    hosts = {
        host
        for case in cases
        for host in re.findall(r"(?:@|https?://)([A-Za-z0-9.-]+[A-Za-z])", said(case))
    }
    assert len(hosts) > 5
    assert {".".join(host.split(".")[-2:]) for host in hosts} == {
        "example.com",
        "example.net",
        "example.org",
    }


def test_ip_addresses_are_for_documentation(texts):
    found = re.findall(r"\d+\.\d+\.\d+\.\d+|2001:[0-9a-f:]+", " ".join(texts("IP_ADDRESS")))
    assert len(found) >= 5
    for address in map(ipaddress.ip_address, found):
        assert any(address in network for network in DOCUMENTATION), address


def test_mac_addresses_are_for_documentation(numbers):
    found = numbers("MAC_ADDRESS", r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}")
    assert all(each.replace(":", "").upper().startswith("00005E0053") for each in found)


def test_aws_keys_are_those_of_its_documentation(numbers):
    assert all(key.endswith("EXAMPLE") for key in numbers("AWS_ACCESS_KEY", r"A[KS]IA[A-Z2-7]{16}"))
    secrets = numbers("AWS_SECRET_KEY", r"[A-Za-z0-9/+]{40}")
    assert all(secret.endswith("EXAMPLEKEY") for secret in secrets)


def test_codes_and_dates_of_cards_have_their_form(numbers):
    assert numbers("CREDIT_DEBIT_CARD_CVV", r"\b\d{3,4}\b")
    assert numbers("CREDIT_DEBIT_CARD_EXPIRY", r"\b(?:0[1-9]|1[0-2])/\d\d\b")
