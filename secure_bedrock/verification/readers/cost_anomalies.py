"""AWS Cost Anomaly Detection."""

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import pick
from secure_bedrock.verification.reading import Deployed, GoneError, Reading, reader


@reader("AWS::CE::AnomalyMonitor", ids=["MonitorArn"])
def read_monitor(aws: Aws, monitor: Deployed) -> Reading:
    """What a monitor looks at."""
    found = aws.client("ce").get_anomaly_monitors(MonitorArnList=[monitor.id])["AnomalyMonitors"]
    if not found:
        raise GoneError
    return Reading(
        properties=pick(found[0], "MonitorName", "MonitorType", "MonitorDimension"),
        if_claimed=pick(found[0], "MonitorSpecification"),
        unreadable={"ResourceTags": "tags of a monitor are not read"},
    )


@reader("AWS::CE::AnomalySubscription", ids=["SubscriptionArn"])
def read_subscription(aws: Aws, subscription: Deployed) -> Reading:
    """Who is told of anomalies, and from which size on."""
    ce = aws.client("ce")
    found = ce.get_anomaly_subscriptions(SubscriptionArnList=[subscription.id])
    if not found["AnomalySubscriptions"]:
        raise GoneError
    (one,) = found["AnomalySubscriptions"]
    return Reading(
        properties={
            **pick(one, "Frequency", "MonitorArnList", "SubscriptionName", "ThresholdExpression"),
            "Subscribers": [pick(each, "Address", "Type") for each in one["Subscribers"]],
        },
        if_claimed=pick(one, "Threshold"),
        unreadable={"ResourceTags": "tags of a subscription are not read"},
    )
