import gzip
from datetime import date

import pytest

from secure_bedrock.catalog.price_table import PriceTable
from secure_bedrock.usage.asking import Inquiry
from secure_bedrock.usage.duckdb_engine import summarise
from secure_bedrock.usage.files import find_logs
from secure_bedrock.usage.questions import Dimension

REQUESTS = {"by": (Dimension.MODEL,)}


def summary(root, **asked):
    inquiry = Inquiry(**(REQUESTS | asked))
    return summarise(find_logs(root, since=inquiry.since), inquiry)


def by_key(report, key="model"):
    return {row[key]: row for row in report.usage.as_dicts()}


@pytest.fixture(scope="module")
def mixed(mixed_logs):
    return summary(mixed_logs)


def test_everything_is_counted_once(mixed):
    assert mixed.counts == {
        "records": 12,
        "unreadable_lines": 1,
        "unknown_schema": 1,
        "without_time": 1,
        "clock_skew": 1 + 1,
        "without_token_counts": 1,
        "missing_bodies": 0,
    }


def test_a_file_that_is_no_log_is_counted(mixed):
    assert mixed.others == 1


def test_cache_tokens_of_every_form_are_counted(logs, mixed):
    found = by_key(mixed)
    assert (found[logs.SONNET]["cache_read_tokens"], found[logs.SONNET]["cache_write_tokens"]) == (
        70,
        50,
    )
    assert (found[logs.NOVA]["cache_read_tokens"], found[logs.NOVA]["cache_write_tokens"]) == (
        140,
        100,
    )


def test_cost_is_tokens_times_prices(logs, mixed):
    tokens = by_key(mixed)[logs.SONNET]
    expected = 500 * 3.3 + 5 * 16.5 + 70 * 0.33 + 50 * 4.125
    assert tokens["estimated_usd"] == pytest.approx(expected / 1e6, abs=1e-6)


def test_a_model_without_a_price_is_unpriced(mixed):
    unknown = by_key(mixed)["stability.unknown-v1:0"]
    assert (unknown["estimated_usd"], unknown["unpriced_tokens"]) == (None, 606)


def test_tokens_of_a_kind_without_a_price_are_counted_apart(logs, mixed):
    assert by_key(mixed)[logs.NOVA]["unpriced_tokens"] == 100


def test_an_application_inference_profile_is_priced_by_its_model(logs, mixed_logs):
    prices = PriceTable.load().with_profiles({logs.PROFILE: f"us.{logs.NOVA}"})
    assert "shop1" not in by_key(summary(mixed_logs, prices=prices))


def test_a_project_is_a_profile_or_what_the_caller_wrote(mixed_logs):
    found = by_key(summary(mixed_logs, by=(Dimension.PROJECT,)), "project")
    assert set(found) == {None, "shop1", "blue", 'o\'brien, "quoted"'}


def test_a_role_is_its_sessions_together(mixed_logs):
    found = by_key(summary(mixed_logs, by=(Dimension.ROLE,)), "role")
    assert found["App"]["calls"] == 10
    assert "arn:aws:iam::111122223333:user/eve" in found


def test_a_record_without_a_time_is_dated_by_its_folder(mixed_logs):
    found = by_key(summary(mixed_logs, by=(Dimension.DAY,)), "day")
    assert {day: row["calls"] for day, row in found.items()} == {
        "2026-11-20": 11,
        "2026-11-21": 1,
    }


def test_since_counts_from_that_day_on(logs, mixed_logs):
    assert by_key(summary(mixed_logs, since=date(2026, 11, 21)))[logs.NOVA]["calls"] == 1


def test_latency_counts_every_form(logs, mixed):
    latency = {row["model"]: row for row in mixed.more[1].as_dicts()}
    assert (latency[logs.NOVA]["timed_calls"], latency[logs.NOVA]["max_ms"]) == (4, 900)
    assert latency[logs.SONNET]["max_ms"] == 700


def test_guardrail_interventions_of_every_form_are_found(mixed):
    assert sum(row["interventions"] for row in mixed.more[2].as_dicts()) == 3


def test_prompts_are_sized_with_their_cache(mixed):
    sizes = {row["request_id"]: row["prompt_tokens"] for row in mixed.more[3].as_dicts()}
    assert sizes["id-0007"] == 700 + 70 + 80


def test_a_missing_answer_is_counted(logs, tmp_path):
    spilled = {"outputBodyS3Path": "s3://logs/a/data/gone_output.json.gz"}
    logs.write(tmp_path, [logs.record(1, output=spilled)])
    assert summary(tmp_path).counts["missing_bodies"] == 1


def test_a_truncated_file_is_named_and_read_as_far_as_it_goes(logs, tmp_path):
    logs.write(tmp_path, [logs.record(n) for n in range(10)], name="whole")
    path = logs.write(tmp_path, [logs.record(n, requestId=str(hash(n))) for n in range(3000)])
    path.write_bytes(path.read_bytes()[:-3000])
    report = summary(tmp_path)
    assert report.damaged == ((str(path), "ends early"),)
    assert 10 < report.counts["records"] < 3010
    assert report.counts["unreadable_lines"] <= 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"", "is empty"), (b"{}\n", "is not compressed, although its name says so")],
)
def test_a_file_that_is_no_gzip_is_named(logs, tmp_path, content, problem):
    whole = logs.write(tmp_path, [logs.record()])
    (whole.parent / "b.json.gz").write_bytes(content)
    report = summary(tmp_path)
    assert [why for _, why in report.damaged] == [problem]
    assert report.counts["records"] == 1


def test_a_damaged_file_is_read_as_far_as_it_goes(logs, tmp_path):
    path = logs.write(tmp_path, [logs.record(n) for n in range(2000)])
    broken = bytearray(path.read_bytes())
    broken[len(broken) // 2] ^= 0xFF
    path.write_bytes(broken)
    report = summary(tmp_path)
    assert not report.is_complete


def test_bytes_that_are_no_text_are_named_and_the_rest_is_counted(logs, tmp_path):
    path = logs.write(tmp_path, [logs.record(1), logs.record(2)])
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + b"\n\xff\xfe"))
    report = summary(tmp_path)
    assert report.damaged == ((str(path), "has bytes that are no UTF-8"),)
    assert (report.counts["records"], report.counts["unreadable_lines"]) == (2, 1)


def test_a_line_that_is_too_long_ends_in_one_line(logs, tmp_path):
    logs.write(tmp_path, [logs.record(1, answer={"text": "x" * 17_000_000})])
    with pytest.raises(ValueError, match=r"^DuckDB gave up: .*[Mm]aximum line size"):
        summary(tmp_path)


def test_a_file_of_several_gzip_members_is_whole(logs, tmp_path):
    path = logs.write(tmp_path, [logs.record(1)], tail="\n")
    path.write_bytes(path.read_bytes() * 2)
    report = summary(tmp_path)
    assert (report.counts["records"], report.damaged) == (2, ())


def test_a_plain_file_is_read_too(logs, tmp_path):
    packed = logs.write(tmp_path, [logs.record(1)])
    packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
    packed.unlink()
    assert summary(tmp_path).counts["records"] == 1


def test_a_long_line_is_read(logs, tmp_path):
    logs.write(tmp_path, [logs.record(1, answer={"text": "x" * 3_000_000})])
    assert summary(tmp_path).counts["records"] == 1


def test_a_folder_without_logs_is_refused(logs, tmp_path):
    (tmp_path / logs.FOLDER).mkdir(parents=True)
    with pytest.raises(ValueError, match="has no invocation logs"):
        find_logs(tmp_path)


def test_clean_logs_are_complete(logs, tmp_path):
    logs.write(tmp_path, [logs.record(1), logs.record(2)])
    assert summary(tmp_path).is_complete


def test_progress_is_told_up_to_the_end(logs, tmp_path):
    logs.write(tmp_path, [logs.record(1)])
    told = []
    summarise(find_logs(tmp_path), Inquiry(), progress=told.append)
    assert told[-1] == 1.0
