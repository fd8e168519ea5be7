import json
import logging

import pytest
from botocore.exceptions import ClientError

from secure_bedrock.custom_resources.assets.handlers import invocation_logging
from secure_bedrock.custom_resources.assets.handlers.protocol import RefusedError

ROLE = "arn:aws:iam::123456789012:role/delivery"
PARAMETER = "/secure-bedrock/replaced-invocation-logging/S"
FOREIGN = {"s3Config": {"bucketName": "somebody-elses"}, "textDataDeliveryEnabled": True}


@pytest.fixture(autouse=True)
def destinations(account):
    for name in ("ours", "somebody-elses"):
        account.destination(name)


def properties(name="ours", *, replace="false", video="true"):
    return {
        "LoggingConfig": {
            "cloudWatchConfig": {
                "logGroupName": name,
                "roleArn": ROLE,
                "largeDataDeliveryS3Config": {"bucketName": name, "keyPrefix": "large-data"},
            },
            "s3Config": {"bucketName": name, "keyPrefix": "invocations"},
            "videoDataDeliveryEnabled": video,
        },
        "ReplaceExisting": replace,
        "SavedConfigurationParameter": PARAMETER + name,
    }


def in_place(name="ours", *, video=True):
    return properties(name)["LoggingConfig"] | {"videoDataDeliveryEnabled": video}


def create(account, wanted):
    return account.operations().create({"ResourceProperties": wanted})


def update(account, wanted, old):
    event = {"ResourceProperties": wanted, "OldResourceProperties": old}
    return account.operations().update(event)


def delete(account, wanted):
    return account.operations().delete({"ResourceProperties": wanted})


def saved_parameters(account):
    return [p["Name"] for p in account.ssm.describe_parameters()["Parameters"]]


class TestLife:
    def test_create_puts_the_configuration(self, account):
        create(account, properties())
        assert account.configuration == in_place()

    def test_create_says_that_nothing_was_dropped(self, account):
        assert create(account, properties()).data == {"DroppedParameters": "none"}

    def test_create_twice_is_the_same(self, account):
        assert create(account, properties()) == create(account, properties())
        assert account.configuration == in_place()

    def test_update_in_place_changes_what_is_logged(self, account):
        create(account, properties())
        update(account, properties(video="false"), properties())
        assert account.configuration == in_place(video=False)

    def test_update_of_the_destinations_is_still_ours(self, account):
        account.destination("new")
        create(account, properties())
        update(account, properties("new"), properties())
        assert account.configuration == in_place("new")

    def test_update_twice_is_the_same(self, account):
        account.destination("new")
        create(account, properties())
        update(account, properties("new"), properties())
        update(account, properties("new"), properties())
        assert account.configuration == in_place("new")

    def test_a_rolled_back_update_puts_the_old_one_back(self, account):
        account.destination("new")
        create(account, properties())
        update(account, properties("new"), properties())
        update(account, properties(), properties("new"))
        assert account.configuration == in_place()

    def test_update_puts_back_what_somebody_removed(self, account):
        create(account, properties())
        account.configuration = {}
        update(account, properties(), properties())
        assert account.configuration == in_place()

    def test_the_id_never_changes_so_no_update_is_a_replacement(self, account):
        account.destination("new")
        created = create(account, properties())
        updated = update(account, properties("new"), properties())
        assert created.physical_id == updated.physical_id == invocation_logging.PHYSICAL_ID

    def test_delete_removes_the_configuration(self, account):
        create(account, properties())
        delete(account, properties())
        assert account.configuration == {}

    def test_delete_twice_is_the_same(self, account):
        create(account, properties())
        delete(account, properties())
        delete(account, properties())
        assert account.configuration == {}

    def test_delete_removes_ours_after_somebody_changed_what_it_logs(self, account):
        create(account, properties())
        account.configuration = in_place(video=False)
        delete(account, properties())
        assert account.configuration == {}


class TestForeignConfiguration:
    def test_create_refuses_says_what_is_there_and_how_to_proceed(self, account):
        account.configuration = FOREIGN
        with pytest.raises(RefusedError) as refused:
            create(account, properties())
        text = str(refused.value)
        assert "bucket somebody-elses" in text
        assert "replace_existing=True" in text
        assert "delete-model-invocation-logging-configuration" in text
        assert "\n" not in text

    def test_a_refusal_changes_nothing_and_is_not_repeated(self, account):
        account.configuration = FOREIGN
        with pytest.raises(RefusedError):
            create(account, properties())
        assert account.configuration == FOREIGN
        assert account.calls == ["bedrock:GetModelInvocationLoggingConfiguration"]

    def test_one_foreign_destination_among_ours_is_foreign(self, account):
        account.configuration = in_place() | FOREIGN
        with pytest.raises(RefusedError, match="somebody-elses"):
            create(account, properties())

    def test_an_update_refuses_what_appeared_meanwhile(self, account):
        create(account, properties())
        account.configuration = FOREIGN
        with pytest.raises(RefusedError, match="somebody-elses"):
            update(account, properties(), properties())
        assert account.configuration == FOREIGN

    def test_delete_leaves_it_alone(self, account):
        create(account, properties())
        account.configuration = FOREIGN
        delete(account, properties())
        assert account.configuration == FOREIGN

    def test_the_first_of_two_stacks_to_go_leaves_the_others_logging_alone(self, account):
        account.destination("second")
        create(account, properties())
        create(account, properties("second", replace="true"))
        delete(account, properties())
        assert account.configuration == in_place("second")

    def test_delete_after_a_refused_create_leaves_it_alone(self, account):
        account.configuration = FOREIGN
        with pytest.raises(RefusedError):
            create(account, properties())
        delete(account, properties())
        assert account.configuration == FOREIGN


class TestReplaceExisting:
    @pytest.fixture
    def replaced(self, account):
        account.configuration = FOREIGN
        create(account, properties(replace="true"))
        return account

    def test_it_is_saved_word_by_word_and_replaced(self, replaced):
        parameter = replaced.ssm.get_parameter(Name=f"{PARAMETER}ours")["Parameter"]
        assert json.loads(parameter["Value"]) == FOREIGN
        assert replaced.configuration == in_place()

    def test_it_is_saved_before_it_is_replaced(self, replaced):
        calls = replaced.calls
        put = calls.index("bedrock:PutModelInvocationLoggingConfiguration")
        assert calls.index("ssm:PutParameter") < put

    def test_without_anything_to_replace_nothing_is_saved(self, account):
        create(account, properties(replace="true"))
        assert "ssm:PutParameter" not in account.calls

    def test_a_second_create_does_not_save_our_own_over_it(self, replaced):
        create(replaced, properties(replace="true"))
        delete(replaced, properties(replace="true"))
        assert replaced.configuration == FOREIGN

    def test_it_survives_an_update_and_is_restored_on_delete(self, replaced):
        update(replaced, properties(replace="true", video="false"), properties(replace="true"))
        delete(replaced, properties(replace="true"))
        assert replaced.configuration == FOREIGN
        assert saved_parameters(replaced) == []

    def test_it_is_restored_after_replace_existing_was_switched_off(self, replaced):
        update(replaced, properties(), properties(replace="true"))
        delete(replaced, properties())
        assert replaced.configuration == FOREIGN

    def test_it_is_restored_when_ours_was_removed_meanwhile(self, replaced):
        replaced.configuration = {}
        delete(replaced, properties(replace="true"))
        assert replaced.configuration == FOREIGN

    def test_delete_twice_restores_once(self, replaced):
        delete(replaced, properties(replace="true"))
        replaced.configuration = FOREIGN | {"textDataDeliveryEnabled": False}
        delete(replaced, properties(replace="true"))
        assert replaced.configuration["textDataDeliveryEnabled"] is False

    def test_somebody_who_took_over_meanwhile_is_not_overwritten(self, replaced, caplog):
        replaced.destination("a-third-one")
        third = {"s3Config": {"bucketName": "a-third-one"}}
        replaced.configuration = third
        with caplog.at_level(logging.WARNING):
            delete(replaced, properties(replace="true"))
        assert replaced.configuration == third
        assert saved_parameters(replaced) == []
        assert "somebody-elses" in caplog.text

    def test_a_create_that_failed_after_saving_leaves_nothing_behind_on_delete(self, account):
        account.configuration = FOREIGN
        account.fail("PutModelInvocationLoggingConfiguration", "ValidationException", times=1)
        with pytest.raises(ClientError, match="ValidationException"):
            create(account, properties(replace="true"))
        delete(account, properties(replace="true"))
        assert (account.configuration, saved_parameters(account)) == (FOREIGN, [])

    def test_when_it_cannot_be_restored_logging_stays_and_the_delete_says_why(self, replaced):
        replaced.s3.delete_bucket(Bucket="somebody-elses")
        with pytest.raises(RefusedError, match=rf"parameter {PARAMETER}ours cannot be restored"):
            delete(replaced, properties(replace="true"))
        assert replaced.configuration == in_place()
        assert saved_parameters(replaced) == [f"{PARAMETER}ours"]

    def test_after_the_repair_the_delete_restores_it(self, replaced):
        replaced.s3.delete_bucket_policy(Bucket="somebody-elses")
        with pytest.raises(RefusedError, match="cannot be restored"):
            delete(replaced, properties(replace="true"))
        replaced.let_bedrock_into_bucket("somebody-elses")
        delete(replaced, properties(replace="true"))
        assert (replaced.configuration, saved_parameters(replaced)) == (FOREIGN, [])

    def test_deleting_the_parameter_ends_the_wait_for_a_repair(self, replaced):
        replaced.ssm.delete_parameter(Name=f"{PARAMETER}ours")
        delete(replaced, properties(replace="true"))
        assert replaced.configuration == {}


class TestWaiting:
    def test_a_role_policy_that_propagates_late_is_waited_for(self, account):
        account.iam.delete_role_policy(RoleName="delivery", PolicyName="p")
        account.clock.meanwhile = account.let_role_write
        create(account, properties())
        assert account.configuration == in_place()
        assert account.clock.slept == [2, 4]

    def test_a_bucket_policy_that_propagates_late_is_waited_for(self, account):
        account.s3.delete_bucket_policy(Bucket="ours")
        account.clock.meanwhile = lambda: account.let_bedrock_into_bucket("ours")
        create(account, properties())
        assert account.configuration == in_place()

    def test_permissions_that_never_come_fail_in_awss_words_within_two_minutes(self, account):
        account.s3.delete_bucket_policy(Bucket="ours")
        with pytest.raises(RefusedError, match=r"Failed to validate .* \(repeated for 120 s\)"):
            create(account, properties())
        assert 100 < account.clock.time <= 120

    @pytest.mark.parametrize(
        "operation",
        ["GetModelInvocationLoggingConfiguration", "PutModelInvocationLoggingConfiguration"],
    )
    @pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
    def test_access_granted_late_and_throttling_are_waited_for(self, account, operation, code):
        account.fail(operation, code, times=3)
        create(account, properties())
        assert account.configuration == in_place()

    @pytest.mark.parametrize("operation", ["PutParameter", "GetParameter", "DeleteParameter"])
    def test_the_parameter_is_waited_for_as_well(self, account, operation):
        account.configuration = FOREIGN
        account.fail(operation, "AccessDeniedException", times=2)
        create(account, properties(replace="true"))
        delete(account, properties(replace="true"))
        assert account.configuration == FOREIGN

    def test_delete_is_throttled_and_succeeds(self, account):
        create(account, properties())
        name = "DeleteModelInvocationLoggingConfiguration"
        account.fail(name, "ThrottlingException", times=3)
        delete(account, properties())
        assert account.configuration == {}

    def test_access_that_is_never_granted_fails_within_two_minutes(self, account):
        put = "PutModelInvocationLoggingConfiguration"
        account.fail(put, "AccessDeniedException", "iam:PassRole", times=50)
        with pytest.raises(RefusedError, match="iam:PassRole"):
            create(account, properties())
        assert 100 < account.clock.time <= 120

    def test_another_validation_error_fails_at_once(self, account):
        put = "PutModelInvocationLoggingConfiguration"
        account.fail(put, "ValidationException", "bucketName", times=1)
        with pytest.raises(ClientError, match="bucketName"):
            create(account, properties())
        assert account.clock.slept == []


class TestDroppedParameters:
    def test_what_the_sdk_does_not_know_is_reported_and_logged(self, account, caplog):
        wanted = properties()
        wanted["LoggingConfig"]["smellDataDeliveryEnabled"] = "true"
        answer = create(account, wanted)
        assert answer.data == {"DroppedParameters": "smellDataDeliveryEnabled"}
        assert "smellDataDeliveryEnabled" in caplog.text
        assert account.configuration == in_place()

    def test_what_must_not_be_dropped_fails_before_anything_is_changed(self, account):
        account.configuration = FOREIGN
        wanted = properties(replace="true")
        wanted["LoggingConfig"]["smellDataDeliveryEnabled"] = "false"
        with pytest.raises(RefusedError, match="cannot be left out"):
            create(account, wanted)
        assert (account.configuration, account.calls) == (FOREIGN, [])


class TestWithTheProtocol:
    def test_a_whole_life(self, account, event, response_url):
        for request_type in ("Create", "Delete"):
            invocation_logging.run(event(request_type, properties()), account.patience(120))
        answers = [json.loads(body) for body in response_url.bodies]
        assert [answer["Status"] for answer in answers] == ["SUCCESS", "SUCCESS"]
        assert account.configuration == {}

    def test_the_entry_point_answers(self, account, event, response_url):
        invocation_logging.handler(event("Create", properties()), None)
        assert response_url.answer["Data"] == {"DroppedParameters": "none"}
        assert account.configuration == in_place()

    def test_a_refusal_reaches_cloudformation(self, account, event, response_url):
        account.configuration = FOREIGN
        invocation_logging.run(event("Create", properties()), account.patience(120))
        assert response_url.answer["Status"] == "FAILED"
        assert response_url.answer["Reason"].startswith("this account and Region already log")

    def test_cleaning_up_after_a_refused_create_leaves_the_foreign_one(
        self, account, event, response_url
    ):
        account.configuration = FOREIGN
        invocation_logging.run(event("Create", properties()), account.patience(120))
        failed_id = response_url.answer["PhysicalResourceId"]
        clean_up = event("Delete", properties(), PhysicalResourceId=failed_id)
        invocation_logging.run(clean_up, account.patience(120))
        assert json.loads(response_url.bodies[1])["Status"] == "SUCCESS"
        assert account.configuration == FOREIGN
