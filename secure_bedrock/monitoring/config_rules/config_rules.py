"""Rules of AWS Config that see when something is changed after it was deployed."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_config as config
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from secure_bedrock.custom_resources.handler_function import HandlerFunction
from secure_bedrock.encryption.place import place_of
from secure_bedrock.monitoring.config_rules.declared import Declared, WatchedByConfig
from secure_bedrock.monitoring.config_rules.managed import AwsRule
from secure_bedrock.monitoring.config_rules.policies import RUNTIME
from secure_bedrock.monitoring.config_rules.settings import (
    ExpectedSettings,
    SettingCheck,
    statements,
)

_RULE = config.CfnConfigRule
_CHANGES = ("ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification")
_ONCE_A_DAY = "TwentyFour_Hours"


class BedrockConfigRules(Construct):
    """Rules of AWS Config in one account and Region, for what templates cannot show: drift.

    It protects against a change by hand that nobody sees: a guardrail whose filters were switched
    off, a log that is no longer delivered, an agent that somebody made without a guardrail. Rules
    of AWS look at what lies around Bedrock, policies in CloudFormation Guard at what AWS Config
    records of it, and a function once a day at what it does not record.

    AWS Config has to be recording in the account and Region; this construct makes no recorder,
    because there can be one only. Without one the rules are refused at deployment.

    Args:
        scope: Parent construct.
        id: Construct id.
        encryption_key: Encrypts the log of the function.
        watched: Which of the rules. The default has all of them.
        settings: What the function expects. The default: invocation logging, guarded agents.
        removal_policy: What happens to the function's log with the stack. Default: retained.

    Attributes:
        rules: Name -> rule.

    Raises:
        ValueError: An unknown rule is left out, nothing is left, or a setting cannot be expected.

    Source: AWS Config Developer Guide, "Evaluating Resources with AWS Config Rules".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        encryption_key: kms.IKey,
        watched: WatchedByConfig | None = None,
        settings: ExpectedSettings | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id)
        chosen, expected = watched or WatchedByConfig(), settings or ExpectedSettings()
        for problem in (*chosen.problems(), *expected.problems()):
            raise ValueError(f"{self.node.path}: {problem}")
        self.rules = {each.name: self._rule(each) for each in chosen.declared()}
        self._check_settings(expected.checks(), encryption_key, removal_policy)

    def _check_settings(
        self, checks: list[SettingCheck], key: kms.IKey, removal_policy: RemovalPolicy
    ) -> None:
        """One function, and a rule for each check."""
        handler = HandlerFunction(
            self,
            "Handler",
            module="account_checks",
            description="Tells AWS Config how settings of Amazon Bedrock are",
            statements=statements(checks),
            encryption_key=key,
            removal_policy=removal_policy,
        )
        may_run = lambda_.CfnPermission(
            self,
            "FromConfig",
            action="lambda:InvokeFunction",
            function_name=handler.function.attr_arn,
            principal="config.amazonaws.com",
            source_account=place_of(self).account,
        )
        for check in checks:
            rule = self._checked_daily(check, handler.function.attr_arn)
            rule.node.add_dependency(may_run, handler.role)
            self.rules[check.name] = rule

    def _rule(self, declared: Declared) -> config.CfnConfigRule:
        if isinstance(declared, AwsRule):
            partition = place_of(self).partition
            inputs = {k: v.replace("{partition}", partition) for k, v in declared.inputs.items()}
            return _RULE(
                self,
                declared.name,
                description=declared.description,
                input_parameters=inputs or None,
                source=_RULE.SourceProperty(owner="AWS", source_identifier=declared.identifier),
            )
        return _RULE(
            self,
            declared.name,
            description=declared.description,
            scope=_RULE.ScopeProperty(compliance_resource_types=[declared.resource_type]),
            source=_RULE.SourceProperty(
                owner="CUSTOM_POLICY",
                custom_policy_details=_RULE.CustomPolicyDetailsProperty(
                    policy_runtime=RUNTIME, policy_text=declared.text
                ),
                source_details=[
                    _RULE.SourceDetailProperty(event_source="aws.config", message_type=kind)
                    for kind in _CHANGES
                ],
            ),
        )

    def _checked_daily(self, check: SettingCheck, function: str) -> config.CfnConfigRule:
        return _RULE(
            self,
            check.name,
            description=check.description,
            input_parameters=check.inputs,
            source=_RULE.SourceProperty(
                owner="CUSTOM_LAMBDA",
                source_identifier=function,
                source_details=[
                    _RULE.SourceDetailProperty(
                        event_source="aws.config",
                        message_type="ScheduledNotification",
                        maximum_execution_frequency=_ONCE_A_DAY,
                    )
                ],
            ),
        )
