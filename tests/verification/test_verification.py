import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from secure_bedrock.verification import reading
from secure_bedrock.verification.reading import Reading
from secure_bedrock.verification.report import Outcome
from secure_bedrock.verification.stack import Stack
from secure_bedrock.verification.verify import Verification


@pytest.fixture
def readers(monkeypatch):
    monkeypatch.setattr(reading, "_READERS", {})
    return reading.reader


def refused(code):
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "DescribeThing")


def test_a_type_without_a_reader_is_reported(verified):
    report = verified({"It": ("AWS::Unheard::Of", "id", {})})["It"]
    assert report.outcome is Outcome.NOT_VERIFIED
    assert report.problem == "no reader for AWS::Unheard::Of"


def test_a_resource_that_was_never_created_differs(verified):
    report = verified({"It": ("AWS::KMS::Key", None, {})})["It"]
    assert report.outcome is Outcome.DIFFERS


def test_a_resource_that_is_gone_differs(verified):
    report = verified({"It": ("AWS::S3::Bucket", "no-such-bucket-anywhere", {})})["It"]
    assert (report.differences[0].claimed, report.differences[0].read) == ("deployed", "gone")


def test_a_resource_that_may_not_be_read_is_not_verified(verified, readers):
    @readers("T")
    def read(_aws, _it):
        raise refused("AccessDeniedException")

    report = verified({"It": ("T", "id", {})})["It"]
    assert report.outcome is Outcome.NOT_VERIFIED
    assert report.problem == "may not be read: DescribeThing answered AccessDeniedException"


def test_missing_credentials_end_the_verification(verified, readers):
    @readers("T")
    def read(_aws, _it):
        raise NoCredentialsError

    with pytest.raises(NoCredentialsError):
        verified({"It": ("T", "id", {})})


def test_a_claim_the_reader_does_not_cover_is_named(verified, readers):
    readers("T")(lambda _aws, _it: Reading(properties={}))
    report = verified({"It": ("T", "id", {"New": 1})})["It"]
    assert [(each.path, each.reason) for each in report.not_compared] == [
        ("New", "the reader does not cover it")
    ]


def test_what_nobody_claimed_is_a_difference(verified, readers):
    readers("T")(lambda _aws, _it: Reading(properties={"Public": "yes"}))
    (difference,) = verified({"It": ("T", "id", {})})["It"].differences
    assert difference.path == "Public"


def test_an_implied_claim_is_compared(verified, readers):
    readers("T", implied={"Enabled": True})(
        lambda _aws, _it: Reading(properties={"Enabled": False})
    )
    (difference,) = verified({"It": ("T", "id", {})})["It"].differences
    assert (difference.path, difference.claimed, difference.read) == ("Enabled", True, False)


def test_attributes_of_other_resources_are_read(verified, readers):
    readers("A")(lambda _aws, _it: Reading(properties={}, attributes={"Arn": "arn:a"}))
    readers("B")(lambda _aws, _it: Reading(properties={"Of": "arn:a"}))
    reports = verified({"A": ("A", "a", {}), "B": ("B", "b", {"Of": {"Fn::GetAtt": ["A", "Arn"]}})})
    assert (reports["B"].outcome, reports["B"].not_compared) == (Outcome.OK, [])


def test_an_attribute_nobody_reads_is_not_compared(verified, readers):
    readers("B")(lambda _aws, _it: Reading(properties={"Of": "arn:a"}))
    reports = verified({"A": ("A", "a", {}), "B": ("B", "b", {"Of": {"Fn::GetAtt": ["A", "Arn"]}})})
    assert reports["B"].not_compared[0].reason == "A.Arn is not read"


def test_a_resource_whose_condition_is_false_is_not_expected(aws):
    template = {
        "Conditions": {"No": {"Fn::Equals": ["a", "b"]}},
        "Resources": {"It": {"Type": "T", "Condition": "No"}},
    }
    stack = Stack(name="S", status="", template=template, ids={}, values={})
    assert list(Verification(aws, stack)) == []


def test_only_reading_calls_are_made(aws, verified):
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    called = []

    def note(model, **_):
        called.append(model.name)

    kms.meta.events.register("before-call", note)
    verified({"It": ("AWS::KMS::Key", key, {})})
    kms.meta.events.unregister("before-call", note)
    assert called
    assert all(name.startswith(("Describe", "Get", "List")) for name in called)


def test_resources_that_name_each_other_are_read(verified, readers):
    @readers("Group", ids=["GroupId"])
    def read_group(_aws, group):
        rules = [rule.claim["GroupId"] for rule in group.peers("Rule")]
        return Reading(properties={"Rules": ["g"]}, claim={"Rules": rules})

    readers("Rule")(lambda _aws, rule: Reading(properties={"GroupId": rule.claim["GroupId"]}))
    of_group = {"GroupId": {"Fn::GetAtt": ["Group", "GroupId"]}}
    reports = verified({"Group": ("Group", "g", {}), "Rule": ("Rule", "r", of_group)})
    assert {report.outcome for report in reports.values()} == {Outcome.OK}


def test_a_resource_that_would_have_to_be_read_to_be_read_is_unknown(verified, readers):
    @readers("Group")
    def read_group(_aws, group):
        return Reading(properties={}, claim={"Rule": group.peers("Rule")[0].claim["Of"]})

    readers("Rule")(lambda _aws, _rule: Reading(properties={}))
    of_group = {"Of": {"Fn::GetAtt": ["Group", "Name"]}}
    reports = verified({"Group": ("Group", "g", {}), "Rule": ("Rule", "r", of_group)})
    assert reports["Group"].not_compared[0].path == "Rule"
