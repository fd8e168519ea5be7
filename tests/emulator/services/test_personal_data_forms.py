import pytest

from secure_bedrock.emulator.services.personal_data import matches


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("AWS_ACCESS_KEY", "鍵はAKIAIOSFODNN7EXAMPLEです", "AKIAIOSFODNN7EXAMPLE"),
        ("CREDIT_DEBIT_CARD_NUMBER", "卡号4111111111111111谢谢", "4111111111111111"),
        ("EMAIL", "宛先はwakaba@example.comまで", "wakaba@example.com"),
        ("IP_ADDRESS", "请检查203.0.113.88这台", "203.0.113.88"),
        ("MAC_ADDRESS", "端末00:00:5E:00:53:1Fの", "00:00:5E:00:53:1F"),
        ("URL", "資料はhttps://www.example.com/a?b=1にあります", "https://www.example.com/a?b=1"),
        ("URL", "資料\u3000https://www.example.com/\u3000参照", "https://www.example.com/"),
        ("US_SOCIAL_SECURITY_NUMBER", "号码是078-05-1120报税", "078-05-1120"),
    ],
)
def test_text_without_spaces_around_it(kind, text, found):
    assert list(matches(kind, text)) == [found]


def test_a_mailbox_may_have_letters_beyond_ascii():
    assert list(matches("EMAIL", "an jörg.müller@bücher.example.com.")) == [
        "jörg.müller@bücher.example.com"
    ]
