import pytest

from secure_bedrock.findings.printable import for_a_spreadsheet


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1"])
def test_what_a_spreadsheet_would_run_is_a_text(text):
    assert for_a_spreadsheet(text) == f"'{text}"


def test_other_texts_stay_as_they_are():
    assert for_a_spreadsheet("Chat/Role = x") == "Chat/Role = x"
