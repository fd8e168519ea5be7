"""Dedicated capacity for a model, bought with open eyes."""

import re
from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from secure_bedrock.catalog.foundation_models import FoundationModel
from secure_bedrock.catalog.owned_models import ProvisionedModel
from secure_bedrock.custom_resources.handler_function import HandlerFunction
from secure_bedrock.data.provisioned_alarms import capacity_alarms, capacity_metric
from secure_bedrock.data.provisioned_purchase import (
    Commitment,
    CustomModel,
    HourlyPrice,
    ProvisionableModel,
)
from secure_bedrock.encryption.place import place_of

_NAME = re.compile(r"([0-9a-zA-Z][_-]?){1,63}")
_NAME_LIMIT = 63


class ProvisionedThroughput(Construct):
    """Dedicated capacity for one model.

    It protects against two kinds of accident with money: capacity that nobody meant to buy, because
    the price has to be written down for exactly the units and the commitment that are bought; and a
    commitment that seems to be gone but is billed on, because deleting it fails until it is over.

    Args:
        scope: Parent construct.
        id: Construct id.
        name: 1 to 63 letters, digits, ``-`` and ``_``; one of a kind in the account and Region.
        model: A foundation model that AWS sells capacity for, or a custom model.
        price: The number of model units, the commitment and their price: all that is bought.
        encryption_key: Encrypts the log of the function that buys.
        alarm_topic: Is told when capacity runs out and when it lies idle; its policy and its key's
            are completed. Default: no alarms.
        removal_policy: What happens to the capacity when it leaves the stack. Default: without a
            commitment it is ended, and with it the costs; with one it is retained.

    Attributes:
        provisioned_model_arn: What callers invoke.
        model: The same for ``ModelAccess``.
        alarms: The alarms, if there is a topic.

    Raises:
        ValueError: The name has another form, or the model is in another Region.

    Source: Amazon Bedrock User Guide, "Increase model invocation capacity with Provisioned
    Throughput"; there is no CloudFormation type.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        model: ProvisionableModel,
        price: HourlyPrice,
        encryption_key: kms.IKey,
        alarm_topic: sns.ITopic | None = None,
        removal_policy: RemovalPolicy | None = None,
    ) -> None:
        super().__init__(scope, id)
        self._check(name, model)
        self.price = price
        handler = HandlerFunction(
            self,
            "Handler",
            module="provisioned_throughput",
            description=f"Buys, changes and ends the provisioned throughput {name}",
            statements=self._statements(model),
            encryption_key=encryption_key,
        )
        properties = {
            "Name": name,
            "ModelId": model.model_id if isinstance(model, FoundationModel) else model.arn,
            "ModelUnits": str(price.model_units),
            "Commitment": price.commitment.value,
            "AcknowledgedUsdPerHour": f"{price.usd:.2f}",
        }
        resource = handler.resource(
            "Resource", resource_type="Custom::BedrockProvisionedThroughput", properties=properties
        )
        resource.apply_removal_policy(removal_policy or _removal(price.commitment))
        self.provisioned_model_arn = resource.get_att_string("ProvisionedModelArn")
        embeds = isinstance(model, FoundationModel) and model.is_embedding
        self.model = ProvisionedModel(arn=self.provisioned_model_arn, is_embedding=embeds)
        self.node.add_metadata(
            "secure-bedrock:acknowledged-price",
            f"{price.usd:.2f} USD an hour, {price.usd_per_month:.2f} USD a month, "
            f"{price.committed_usd:.2f} USD in any case",
        )
        self.alarms = capacity_alarms(self, name, self.provisioned_model_arn, alarm_topic)

    def metric_invocations(self, *, period: Duration | None = None) -> cloudwatch.Metric:
        """Successful invocations: a sum, over five minutes by default."""
        return capacity_metric("Invocations", self.provisioned_model_arn, period)

    def metric_throttles(self, *, period: Duration | None = None) -> cloudwatch.Metric:
        """Invocations for which there was no capacity: a sum, over five minutes by default."""
        return capacity_metric("InvocationThrottles", self.provisioned_model_arn, period)

    def _check(self, name: str, model: ProvisionableModel) -> None:
        if not _NAME.fullmatch(name) or len(name) > _NAME_LIMIT:
            raise ValueError(
                f"{self.node.path}: name {name!r} must have 1 to {_NAME_LIMIT} letters, digits, "
                "'-' and '_', no two of the last in a row: choose another name"
            )
        region = place_of(self).region
        if isinstance(model, CustomModel) and "${Token[" not in model.arn + region:
            where = model.arn.split(":")[3]
            if where != region:
                raise ValueError(
                    f"{self.node.path}: custom model {model.arn} is in {where}, this stack in "
                    f"{region}: buy its capacity in a stack in {where}"
                )

    def _statements(self, model: ProvisionableModel) -> Sequence[iam.PolicyStatement]:
        place = place_of(self)
        account = f"arn:{place.partition}:bedrock:{place.region}:{place.account}"
        capacity = f"{account}:provisioned-model/*"  # its id is known once it is bought
        if isinstance(model, FoundationModel):
            bought = model.arn(partition=place.partition, region=place.region)
        else:
            bought = model.arn
        change, end = (f"bedrock:{verb}ProvisionedModelThroughput" for verb in ("Update", "Delete"))
        look = ["bedrock:GetProvisionedModelThroughput", "bedrock:ListTagsForResource"]
        own = _allow("OwnCapacity", [change, end], capacity)
        own.add_condition(
            "StringEquals", {"aws:ResourceTag/secure-bedrock:stack": Stack.of(self).stack_id}
        )
        statements = [
            _allow("Buy", ["bedrock:CreateProvisionedModelThroughput"], bought),
            _allow("Look", [*look, "bedrock:TagResource"], capacity),
            own,
        ]
        if isinstance(model, CustomModel):
            statements.append(_allow("ChangeModel", [change], bought))
            if model.encryption_key is not None:
                statements.append(_key(model.encryption_key, Stack.of(self).region))
        return statements


def _removal(commitment: Commitment) -> RemovalPolicy:
    hourly = commitment is Commitment.HOURLY
    return RemovalPolicy.DESTROY if hourly else RemovalPolicy.RETAIN


def _allow(sid: str, actions: list[str], resource: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(sid=sid, actions=actions, resources=[resource])


def _key(key: kms.IKey, region: str) -> iam.PolicyStatement:
    """Source: Amazon Bedrock User Guide, "Encryption of custom models"."""
    return iam.PolicyStatement(
        sid="ModelKey",
        actions=["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
        resources=[key.key_arn],
        conditions={"StringEquals": {"kms:ViaService": f"bedrock.{region}.amazonaws.com"}},
    )
