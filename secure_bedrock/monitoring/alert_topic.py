"""The topic that alarms and rules publish to."""

from collections.abc import Sequence

from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct


class AlertTopic(Construct):
    """An encrypted topic for security alerts, with addresses that are told.

    It protects against alerts read in transit or at rest by someone else: the topic refuses
    plain HTTP and is encrypted with a customer managed key. Whoever publishes to it, such as
    ``InvocationLogging`` and ``BedrockKmsKeys``, adds its own service to the topic's and the key's
    policy.

    Args:
        scope: Parent construct.
        id: Construct id.
        encryption_key: Encrypts the messages.
        emails: Addresses to subscribe. Each has to confirm once, by the link AWS mails to it.

    Attributes:
        topic: The topic.

    Source: Amazon SNS Developer Guide, "Securing Amazon SNS data with server-side encryption".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        encryption_key: kms.IKey,
        emails: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, id)
        self.topic = sns.Topic(self, "Topic", master_key=encryption_key, enforce_ssl=True)
        for email in emails:
            sns.Subscription(
                self.topic,
                email,
                topic=self.topic,
                protocol=sns.SubscriptionProtocol.EMAIL,
                endpoint=email,
            )
