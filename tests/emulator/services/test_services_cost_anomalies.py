import json

import pytest

ACCOUNT = "123456789012"
SERVICE = {"MonitorName": "m", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}
EMAIL = {"Type": "EMAIL", "Address": "a@example.com"}
THRESHOLD = {
    "Dimensions": {
        "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
        "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
        "Values": ["100"],
    }
}


@pytest.fixture
def ce(client):
    return client("ce")


@pytest.fixture
def monitor(ce):
    return ce.create_anomaly_monitor(AnomalyMonitor=SERVICE)["MonitorArn"]


def subscription(monitor, **more):
    return {
        "SubscriptionName": "s",
        "MonitorArnList": [monitor],
        "Subscribers": [EMAIL],
        "Frequency": "DAILY",
        "ThresholdExpression": THRESHOLD,
    } | more


def topic_for(client, *, service):
    sns = client("sns")
    arn = sns.create_topic(Name="alerts")["TopicArn"]
    allow = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sns:Publish"}
    policy = json.dumps({"Statement": [allow | {"Resource": arn}]})
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    return arn


def test_a_monitor_reads_back(ce, monitor):
    (found,) = ce.get_anomaly_monitors(MonitorArnList=[monitor])["AnomalyMonitors"]
    assert (found["MonitorName"], found["MonitorDimension"]) == ("m", "SERVICE")


@pytest.mark.usefixtures("monitor")
def test_a_second_service_monitor_is_refused(ce, refusal):
    code, text = refusal(ce.create_anomaly_monitor, AnomalyMonitor=SERVICE)
    assert (code, "Limit exceeded" in text) == ("ValidationException", True)


@pytest.mark.usefixtures("monitor")
def test_a_custom_monitor_may_stand_beside_it(ce):
    custom = {"MonitorName": "c", "MonitorType": "CUSTOM", "MonitorSpecification": THRESHOLD}
    ce.create_anomaly_monitor(AnomalyMonitor=custom)
    assert len(ce.get_anomaly_monitors()["AnomalyMonitors"]) == 2


def test_a_deleted_monitor_is_gone(ce, monitor, refusal):
    ce.delete_anomaly_monitor(MonitorArn=monitor)
    code, _ = refusal(ce.get_anomaly_monitors, MonitorArnList=[monitor])
    assert code == "UnknownMonitorException"


def test_a_subscription_reads_back_changed(ce, monitor):
    new = subscription(monitor)
    arn = ce.create_anomaly_subscription(AnomalySubscription=new)["SubscriptionArn"]
    ce.update_anomaly_subscription(SubscriptionArn=arn, Frequency="WEEKLY")
    (found,) = ce.get_anomaly_subscriptions(MonitorArn=monitor)["AnomalySubscriptions"]
    assert (found["Frequency"], found["ThresholdExpression"]) == ("WEEKLY", THRESHOLD)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ThresholdExpression": None}, "exactly one of Threshold"),
        ({"Threshold": 5.0}, "exactly one of Threshold"),
        ({"Frequency": "IMMEDIATE"}, "SNS subscribers only"),
        ({"MonitorArnList": []}, "must not be empty"),
        ({"Subscribers": [EMAIL] * 11}, "10 e-mail"),
    ],
)
def test_a_subscription_the_service_refuses(ce, monitor, refusal, change, message):
    wrong = {k: v for k, v in subscription(monitor, **change).items() if v is not None}
    code, text = refusal(ce.create_anomaly_subscription, AnomalySubscription=wrong)
    assert (code, message in text) == ("ValidationException", True)


def test_an_unknown_monitor_is_refused(ce, refusal):
    new = subscription(f"arn:aws:ce::{ACCOUNT}:anomalymonitor/none")
    code, _ = refusal(ce.create_anomaly_subscription, AnomalySubscription=new)
    assert code == "UnknownMonitorException"


def test_a_topic_that_admits_the_service_is_accepted(ce, monitor, client):
    sns = {"Type": "SNS", "Address": topic_for(client, service="costalerts.amazonaws.com")}
    new = subscription(monitor, Subscribers=[sns], Frequency="IMMEDIATE")
    assert ce.create_anomaly_subscription(AnomalySubscription=new)["SubscriptionArn"]


def test_a_topic_that_admits_another_service_is_refused(ce, monitor, client, refusal):
    sns = {"Type": "SNS", "Address": topic_for(client, service="budgets.amazonaws.com")}
    new = subscription(monitor, Subscribers=[sns], Frequency="IMMEDIATE")
    _, text = refusal(ce.create_anomaly_subscription, AnomalySubscription=new)
    assert "may not publish" in text


def test_a_topic_whose_key_shuts_the_service_out_is_refused(ce, monitor, client, refusal):
    sns = {"Type": "SNS", "Address": topic_for(client, service="costalerts.amazonaws.com")}
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    client("sns").set_topic_attributes(
        TopicArn=sns["Address"], AttributeName="KmsMasterKeyId", AttributeValue=key
    )
    new = subscription(monitor, Subscribers=[sns], Frequency="IMMEDIATE")
    _, text = refusal(ce.create_anomaly_subscription, AnomalySubscription=new)
    assert "may not use the key" in text


def test_a_topic_and_key_in_another_region_may_admit_it(ce, monitor, client):
    sns, kms = client("sns", "us-east-1"), client("kms", "us-east-1")
    statement = {"Effect": "Allow", "Principal": {"Service": "costalerts.amazonaws.com"}}
    uses = {"Action": ["kms:GenerateDataKey*", "kms:Decrypt"], "Resource": "*"}
    key = kms.create_key(Policy=json.dumps({"Statement": [statement | uses]}))
    arn = sns.create_topic(Name="far", Attributes={"KmsMasterKeyId": key["KeyMetadata"]["Arn"]})
    arn = arn["TopicArn"]
    policy = json.dumps({"Statement": [statement | {"Action": "sns:Publish", "Resource": arn}]})
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    new = subscription(monitor, Subscribers=[{"Type": "SNS", "Address": arn}])
    new["Frequency"] = "IMMEDIATE"
    assert ce.create_anomaly_subscription(AnomalySubscription=new)["SubscriptionArn"]


def test_tags_of_a_monitor_change(ce):
    tags = [{"Key": "a", "Value": "1"}]
    arn = ce.create_anomaly_monitor(AnomalyMonitor=SERVICE, ResourceTags=tags)["MonitorArn"]
    ce.untag_resource(ResourceArn=arn, ResourceTagKeys=["a"])
    ce.tag_resource(ResourceArn=arn, ResourceTags=[{"Key": "b", "Value": "2"}])
    assert ce.list_tags_for_resource(ResourceArn=arn)["ResourceTags"] == [
        {"Key": "b", "Value": "2"}
    ]
