"""Where a budget's alerts go: an encrypted topic, and addresses."""

from collections.abc import Iterator, Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct, IDependable

from secure_bedrock.catalog.email_addresses import MAX_EMAILS, is_email
from secure_bedrock.encryption.key_policies import TopicPublisher, allow_topic_publisher
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.tokens import unresolved


class CostAlertsTopic(Construct):
    """An encrypted topic for AWS Budgets and Cost Anomaly Detection of this account.

    It protects against alerts that are lost without an error, which is what happens when the
    topic's policy or its key's policy does not name the publishing service.

    Args:
        scope: Parent construct.
        id: Construct id.
        encryption_key: Encrypts the messages; both services are allowed in its policy.

    Attributes:
        topic: The topic.
        ready: What a publisher waits for: the topic's policy.
    """

    def __init__(self, scope: Construct, id: str, *, encryption_key: kms.IKey) -> None:
        super().__init__(scope, id)
        place = place_of(self)
        self.topic = sns.Topic(self, "Topic", master_key=encryption_key, enforce_ssl=True)
        from_this_account = {"StringEquals": {"aws:SourceAccount": place.account}}
        from_a_budget = {
            "ArnLike": {"aws:SourceArn": f"arn:{place.partition}:budgets::{place.account}:*"}
        }
        self._admit(TopicPublisher.BUDGETS, from_this_account | from_a_budget)
        self.ready = self._admit(TopicPublisher.COST_ANOMALY_DETECTION, from_this_account)
        for publisher in (TopicPublisher.BUDGETS, TopicPublisher.COST_ANOMALY_DETECTION):
            allow_topic_publisher(encryption_key, publisher)

    def _admit(
        self, publisher: TopicPublisher, conditions: dict[str, dict[str, str]]
    ) -> IDependable:
        statement = iam.PolicyStatement(
            sid=f"Allow{publisher.name.title().replace('_', '')}",
            principals=[iam.ServicePrincipal(publisher.value)],
            actions=["sns:Publish"],
            resources=[self.topic.topic_arn],
            conditions=conditions,
        )
        return self.topic.add_to_resource_policy(statement).policy_dependable


def email_problems(emails: Sequence[str]) -> Iterator[str]:
    """What AWS Budgets would refuse, or deliver to nobody."""
    if len(emails) > MAX_EMAILS:
        yield (
            f"{len(emails)} addresses given, a notification takes {MAX_EMAILS}: "
            "use a mailing list, or subscribe the others to the topic"
        )
    for email in emails:
        if unresolved(email):
            continue
        if not is_email(email):
            yield f"{email!r} is no e-mail address: write it as name@example.com"
        if [other.lower() for other in emails].count(email.lower()) > 1:
            yield f"address {email!r} is given twice: remove one"
