import boto3
import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws

from secure_bedrock.custom_resources.assets.handlers.guardrail_versions import Operations
from secure_bedrock.custom_resources.assets.handlers.patience import Patience
from secure_bedrock.custom_resources.assets.handlers.protocol import RefusedError
from secure_bedrock.emulator.services import install
from secure_bedrock.guardrails.published_guardrail import VERSION_MARK

_FILTER = {"type": "HATE", "inputStrength": "HIGH", "outputStrength": "HIGH"}


class Guardrail:
    """A guardrail in an emulated account, its versions, and the handler's operations on it."""

    def __init__(self):
        self.bedrock = boto3.client("bedrock")
        self.id = self.bedrock.create_guardrail(
            name="chat",
            contentPolicyConfig={"filtersConfig": [_FILTER]},
            blockedInputMessaging="no",
            blockedOutputsMessaging="no",
        )["guardrailId"]
        self.slept = []
        self.calls = []
        self.faults = {}
        watched = boto3.client("bedrock")
        watched.meta.events.register_first("before-call", self._before_call)
        self.operations = Operations(
            watched,
            Patience(30, sleep=self.slept.append, now=lambda: sum(self.slept)),
            self.slept.append,
        )

    def publish(self, *descriptions):
        for description in descriptions:
            self.bedrock.create_guardrail_version(
                guardrailIdentifier=self.id, description=description
            )

    def publish_ours(self, *contents):
        self.publish(*(VERSION_MARK + content for content in contents))

    def properties(self, content, keep=3):
        guardrails = [{"GuardrailId": self.id, "Content": content}]
        return {"Guardrails": guardrails, "KeepVersions": str(keep)}

    def update(self, old, new, keep=3):
        return self.operations.by_type()["Update"](
            {
                "PhysicalResourceId": "bedrock-guardrail-versions",
                "ResourceProperties": self.properties(new, keep),
                "OldResourceProperties": self.properties(old, keep),
            }
        )

    def enforce(self, version):
        self.bedrock.put_enforced_guardrail_configuration(
            guardrailInferenceConfig={
                "guardrailIdentifier": self.id,
                "guardrailVersion": version,
            }
        )

    @property
    def versions(self):
        listed = self.bedrock.list_guardrails(guardrailIdentifier=self.id)["guardrails"]
        return [each["version"] for each in listed if each["version"] != "DRAFT"]

    def _before_call(self, model, **_):
        self.calls.append(model.name)
        if self.faults.get(model.name):
            code = self.faults[model.name].pop()
            error = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {}}
            return AWSResponse(None, 400, {}, None), error
        return None


@pytest.fixture
def guardrail():
    install()
    with mock_aws():
        yield Guardrail()


def test_the_oldest_go_until_the_new_one_makes_as_many_as_are_kept(guardrail):
    guardrail.publish_ours("a1", "a2", "a3", "a4", "a5")
    guardrail.update("a5", "a6", keep=3)
    assert guardrail.versions == ["4", "5"]


def test_nothing_goes_while_there_is_room(guardrail):
    guardrail.publish_ours("a1", "a2")
    guardrail.update("a2", "a3", keep=3)
    assert guardrail.versions == ["1", "2"]


def test_running_twice_changes_nothing_more(guardrail):
    guardrail.publish_ours("a1", "a2", "a3", "a4", "a5")
    guardrail.update("a5", "a6")
    guardrail.update("a5", "a6")
    assert guardrail.versions == ["4", "5"]


def test_nothing_is_asked_about_a_guardrail_whose_content_stays(guardrail):
    guardrail.publish_ours("a1", "a2", "a3", "a4", "a5")
    guardrail.update("a5", "a5")
    assert guardrail.calls == []


def test_versions_somebody_else_published_stay(guardrail):
    guardrail.publish("by hand", f"not {VERSION_MARK}a0", f"{VERSION_MARK}a0 and more")
    guardrail.publish_ours("a1", "a2", "a3", "a4")
    guardrail.update("a4", "a5")
    assert guardrail.versions == ["1", "2", "3", "6", "7"]


def test_an_enforced_version_stays(guardrail):
    guardrail.publish_ours("a1", "a2", "a3", "a4")
    guardrail.enforce("1")
    guardrail.update("a4", "a5")
    assert guardrail.versions == ["1", "4"]


def test_a_version_aws_reports_in_use_stays(guardrail):
    guardrail.publish_ours("a1", "a2", "a3", "a4")
    guardrail.faults = {"DeleteGuardrail": ["ResourceInUseException"]}
    guardrail.update("a4", "a5")
    assert guardrail.versions == ["1", "3", "4"]


def test_a_version_that_is_gone_already_is_no_failure(guardrail):
    guardrail.publish_ours("a1", "a2", "a3", "a4")
    guardrail.faults = {"DeleteGuardrail": ["ResourceNotFoundException"]}
    guardrail.update("a4", "a5")
    assert guardrail.versions == ["1", "3", "4"]


def test_the_stacks_own_version_stays_though_newer_ones_were_left_by_failed_deployments(guardrail):
    guardrail.publish_ours("a1", "b1", "c1", "d1")
    guardrail.update("a1", "e1", keep=2)
    assert guardrail.versions == ["1", "4"]


def test_content_that_comes_back_keeps_its_newest_version(guardrail):
    guardrail.publish_ours("aa", "bb", "aa", "cc", "bb")
    guardrail.update("bb", "aa", keep=2)
    assert guardrail.versions == ["3", "5"]


def test_a_foreign_quota_is_refused_with_the_way_out(guardrail):
    guardrail.publish(*["by hand"] * 19)
    guardrail.publish_ours("a1")
    with pytest.raises(RefusedError, match=r"has 20 versions.* 19 of them were not .*--guardrail-"):
        guardrail.update("a1", "a2")


def test_a_rollback_is_never_refused(guardrail):
    guardrail.publish(*["by hand"] * 19)
    guardrail.publish_ours("a1")
    guardrail.update("b1", "a1")
    assert len(guardrail.versions) == 20


def test_deletions_that_take_effect_late_are_waited_for(guardrail, monkeypatch):
    guardrail.publish_ours(*(f"a{number}" for number in range(20)))
    late = []
    listed = guardrail.operations.bedrock.list_guardrails

    def list_guardrails(**parameters):
        page = listed(**parameters)
        late.append(len(page["guardrails"]))
        missing = [{"version": str(number)} for number in range(1, 3)]
        return page | {"guardrails": page["guardrails"] + (missing if len(late) == 2 else [])}

    monkeypatch.setattr(guardrail.operations.bedrock, "list_guardrails", list_guardrails)
    guardrail.update("a19", "b1", keep=19)
    assert guardrail.slept == [5.0]


def test_an_unmarked_summary_is_looked_up(guardrail, monkeypatch):
    guardrail.publish_ours("a1", "a2", "a3", "a4")
    bare = guardrail.operations.bedrock.list_guardrails(guardrailIdentifier=guardrail.id)
    for each in bare["guardrails"]:
        each.pop("description", None)
    monkeypatch.setattr(guardrail.operations.bedrock, "list_guardrails", lambda **_: bare)
    guardrail.update("a4", "a5")
    assert guardrail.versions == ["3", "4"]


def test_permissions_that_propagate_are_waited_for(guardrail):
    guardrail.publish_ours("a1", "a2", "a3", "a4")
    guardrail.faults = {"ListGuardrails": ["AccessDeniedException", "ThrottlingException"]}
    guardrail.update("a4", "a5")
    assert guardrail.versions == ["3", "4"]


def test_a_guardrail_that_is_busy_is_waited_for(guardrail):
    guardrail.publish_ours("a1", "a2", "a3")
    guardrail.faults = {"DeleteGuardrail": ["ConflictException"]}
    guardrail.update("a3", "a4")
    assert guardrail.versions == ["2", "3"]


def test_nothing_is_deleted_if_enforced_versions_cannot_be_read(guardrail):
    guardrail.publish_ours("a1", "a2", "a3", "a4")
    guardrail.faults = {"ListEnforcedGuardrailsConfiguration": ["AccessDeniedException"] * 9}
    with pytest.raises(RefusedError, match="ListEnforcedGuardrailsConfiguration"):
        guardrail.update("a4", "a5")
    assert len(guardrail.versions) == 4


def test_a_region_without_enforced_guardrails_has_none(guardrail):
    guardrail.publish_ours("a1", "a2", "a3", "a4")
    guardrail.faults = {"ListEnforcedGuardrailsConfiguration": ["UnknownOperationException"]}
    guardrail.update("a4", "a5")
    assert guardrail.versions == ["3", "4"]


def test_create_makes_room_too(guardrail):
    guardrail.publish_ours("a1", "a2", "a3", "a4")
    create = guardrail.operations.by_type()["Create"]
    create({"ResourceProperties": guardrail.properties("a5")})
    assert guardrail.versions == ["3", "4"]


def test_a_guardrail_that_is_not_there_is_no_failure(guardrail):
    guardrail.bedrock.delete_guardrail(guardrailIdentifier=guardrail.id)
    assert guardrail.update("a1", "a2").physical_id == "bedrock-guardrail-versions"


def test_delete_removes_nothing(guardrail):
    guardrail.publish_ours("a1", "a2", "a3", "a4", "a5")
    event = {"PhysicalResourceId": "x", "ResourceProperties": guardrail.properties("a5", keep=2)}
    guardrail.operations.by_type()["Delete"](event)
    assert len(guardrail.versions) == 5
    assert guardrail.calls == []
