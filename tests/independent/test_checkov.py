import json
import subprocess

import pytest

pytestmark = pytest.mark.audit

ACCEPTED = {
    "CKV_AWS_115": "handlers: see LambdaConcurrency in acknowledgement_entry.py",
    "CKV_AWS_116": "handlers: see LambdaDLQ in acknowledgement_entry.py",
    "CKV_AWS_117": "handlers: see LambdaInsideVPC in acknowledgement_entry.py",
    "CKV_AWS_173": "settings of handlers hold no secret; AWS Lambda encrypts them with its own key",
    "CKV_AWS_18": "the bucket that receives server access logs cannot log to itself",
}


@pytest.fixture(scope="module")
def report(reference_template, scanner):
    command = [
        scanner("checkov"),
        "--file",
        str(reference_template),
        "--framework",
        "cloudformation",
    ]
    done = subprocess.run(
        [*command, "--skip-download", "--quiet", "--compact", "--output", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(done.stdout)


def test_checkov_reads_the_whole_template(report, reference_template, read_json):
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["resource_count"] == len(read_json(reference_template)["Resources"])


def test_checkov_finds_nothing_that_is_not_accepted(report):
    failed = report["results"]["failed_checks"]
    assert {
        (f["check_id"], f["resource"]) for f in failed if f["check_id"] not in ACCEPTED
    } == set()


def test_checkov_accepts_only_handlers_and_the_access_log_bucket(report):
    resources = {f["resource"].split(".")[1] for f in report["results"]["failed_checks"]}
    assert all("Handler" in each or "AccessLogs" in each for each in resources)
