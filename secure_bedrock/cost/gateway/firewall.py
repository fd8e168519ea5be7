"""The firewall in front of the stage."""

from aws_cdk import Names, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2

from secure_bedrock.cost.gateway.stage import Stage
from secure_bedrock.encryption.place import place_of

_PREFIX = "aws-waf-logs-"
_NAME_LIMIT = 200
_TOO_MANY = 429
_SECRETS = ("authorization", "x-amz-security-token", "x-api-key")


def firewall(
    stage: Stage, requests_per_address: int, key: kms.IKey, removal_policy: RemovalPolicy
) -> wafv2.CfnWebACL:
    """Answer 429 to an address with too many requests in five minutes, and log what was refused.

    No managed rule groups: they look for code in bodies, which is what prompts are full of.
    """
    retry = wafv2.CfnWebACL.CustomHTTPHeaderProperty(name="retry-after", value="60")
    response = wafv2.CfnWebACL.CustomResponseProperty(
        response_code=_TOO_MANY, response_headers=[retry]
    )
    rate = wafv2.CfnWebACL.RuleProperty(
        name="RatePerAddress",
        priority=0,
        action=wafv2.CfnWebACL.RuleActionProperty(
            block=wafv2.CfnWebACL.BlockActionProperty(custom_response=response)
        ),
        statement=wafv2.CfnWebACL.StatementProperty(
            rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="IP", limit=requests_per_address
            )
        ),
        visibility_config=_visible("RatePerAddress"),
    )
    acl = wafv2.CfnWebACL(
        stage,
        "Firewall",
        scope="REGIONAL",
        default_action=wafv2.CfnWebACL.DefaultActionProperty(
            allow=wafv2.CfnWebACL.AllowActionProperty()
        ),
        rules=[rate],
        visibility_config=_visible("Firewall"),
    )
    association = wafv2.CfnWebACLAssociation(
        stage, "Firewalled", resource_arn=stage.arn, web_acl_arn=acl.attr_arn
    )
    association.node.add_dependency(stage.resource)
    _log(stage, acl, key, removal_policy)
    return acl


def _log(stage: Stage, acl: wafv2.CfnWebACL, key: kms.IKey, removal_policy: RemovalPolicy) -> None:
    name = Names.unique_resource_name(stage, max_length=_NAME_LIMIT, separator="-")
    group = logs.LogGroup(
        stage,
        "FirewallLog",
        log_group_name=f"{_PREFIX}{name}",
        encryption_key=key,
        retention=logs.RetentionDays.ONE_YEAR,
        removal_policy=removal_policy,
    )
    place = place_of(stage)
    groups = f"arn:{place.partition}:logs:{place.region}:{place.account}:log-group:"
    wafv2.CfnLoggingConfiguration(
        stage,
        "FirewallLogging",
        resource_arn=acl.attr_arn,
        log_destination_configs=[f"{groups}{group.log_group_name}"],
        redacted_fields=[
            wafv2.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": header})
            for header in _SECRETS
        ],
    )


def _visible(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    """Metrics, and no samples: a sample shows headers for three hours to whoever may read them."""
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )
