import csv
import gzip
import json

import duckdb
import pytest
from click.testing import CliRunner

from secure_bedrock.cli.usage import command

DAY = "AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/11/20/10"
RECORD = {
    "schemaType": "ModelInvocationLog",
    "schemaVersion": "1.0",
    "timestamp": "2026-11-20T10:15:00Z",
    "accountId": "111122223333",
    "region": "us-east-1",
    "requestId": "one",
    "operation": "Converse",
    "modelId": "us.amazon.nova-lite-v1:0",
    "identity": {"arn": "arn:aws:iam::111122223333:user/<b>=eve</b>"},
    "input": {"inputTokenCount": 1000},
    "output": {"outputTokenCount": 100},
}


def folder_of(root, *lines):
    (root / DAY).mkdir(parents=True)
    (root / DAY / "a.json.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    return str(root)


@pytest.fixture
def logs(tmp_path):
    return folder_of(tmp_path / "logs", json.dumps(RECORD))


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_clean_logs_end_with_code_0(logs):
    result = run(logs, "--by", "model")
    assert result.exit_code == 0
    assert "amazon.nova-lite-v1:0" in result.stdout.replace("\n", "")


def test_a_half_written_line_is_noted_and_ends_with_code_1(tmp_path):
    result = run(folder_of(tmp_path / "logs", json.dumps(RECORD), '{"half'))
    assert result.exit_code == 1
    assert "note: 1 lines are no JSON and were left out" in result.stderr


def test_nothing_to_read_ends_with_code_2_and_one_line(tmp_path):
    result = run(tmp_path / "nowhere")
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1


def test_json_has_everything(logs):
    answer = json.loads(run(logs, "--json").stdout)
    assert answer["usage"][0]["estimated_usd"] == 0.000084
    assert answer.keys() >= {"quality", "days", "latency", "guardrails", "prompts", "complete"}


def test_an_unknown_dimension_is_refused(logs):
    result = run(logs, "--by", "team")
    assert result.exit_code == 2
    assert "'team': use principal, role, model" in result.stderr


def test_csv_and_parquet_hold_the_same_rows(logs, tmp_path):
    run(logs, "--csv", tmp_path / "u.csv", "--parquet", tmp_path / "u.parquet")
    (text,) = csv.DictReader((tmp_path / "u.csv").read_text().splitlines())
    row = duckdb.read_parquet(str(tmp_path / "u.parquet"))
    assert row.project("calls, input_tokens, estimated_usd").fetchall() == [(1, 1000, 0.000084)]
    assert (text["calls"], text["input_tokens"], text["estimated_usd"]) == ("1", "1000", "0.000084")


def test_the_page_escapes_what_it_shows_and_needs_nothing_else(logs, tmp_path):
    run(logs, "--html", tmp_path / "u.html")
    page = (tmp_path / "u.html").read_text()
    assert "&lt;b&gt;=eve" in page
    assert "<b>" not in page
    assert all(word not in page for word in ("<script", "<link", "src=", "@import", "url("))


def test_a_spreadsheet_runs_no_formula(tmp_path):
    record = RECORD | {"identity": {"arn": "=cmd()"}}
    logs = folder_of(tmp_path / "logs", json.dumps(record))
    run(logs, "--by", "principal", "--csv", tmp_path / "u.csv")
    assert "'=cmd()" in (tmp_path / "u.csv").read_text()


def test_prices_of_ones_own_are_used(logs, tmp_path):
    price = {"model": "amazon.nova-lite-v1:0", "input": 1000, "output": 0}
    document = {
        "version": "2026-01-01",
        "currency": "USD",
        "unit": "per million tokens",
        "prices": [price | {"source": "https://example.com", "date": "2026-01-01"}],
    }
    (tmp_path / "p.json").write_text(json.dumps(document))
    answer = json.loads(run(logs, "--json", "--prices", tmp_path / "p.json").stdout)
    assert (answer["usage"][0]["estimated_usd"], answer["price_table"]) == (1.0, "2026-01-01")


def test_a_wrong_inference_profile_is_refused(logs):
    result = run(logs, "--inference-profile", "arn")
    assert (result.exit_code, "write ARN=MODEL" in result.stderr) == (2, True)


def test_athena_needs_a_table(logs):
    result = run(logs, "--engine", "athena", "--region", "eu-west-1")
    assert (result.exit_code, "write DATABASE.TABLE" in result.stderr) == (2, True)
