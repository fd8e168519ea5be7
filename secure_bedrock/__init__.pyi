# The public names: for type checkers, and for __init__.py, which loads them on first use.
from secure_bedrock._node import ensure_node as ensure_node
from secure_bedrock.access.access_review import AccessReview as AccessReview
from secure_bedrock.access.access_review import Analyzers as Analyzers
from secure_bedrock.access.administrator_role import AdministratorRole as AdministratorRole
from secure_bedrock.access.application_access import ApplicationAccess as ApplicationAccess
from secure_bedrock.access.applications import AgentAlias as AgentAlias
from secure_bedrock.access.applications import FlowAlias as FlowAlias
from secure_bedrock.access.applications import KnowledgeBase as KnowledgeBase
from secure_bedrock.access.applications import ManagedPrompt as ManagedPrompt
from secure_bedrock.access.break_glass_role import BreakGlassRole as BreakGlassRole
from secure_bedrock.access.call_conditions import CallConditions as CallConditions
from secure_bedrock.access.call_conditions import ServiceTier as ServiceTier
from secure_bedrock.access.caller_role import CallerRole as CallerRole
from secure_bedrock.access.enforced_guardrail import EnforcedGuardrail as EnforcedGuardrail
from secure_bedrock.access.enforced_guardrail import Guarding as Guarding
from secure_bedrock.access.guardrail_requirement import GuardrailVersions as GuardrailVersions
from secure_bedrock.access.guardrail_requirement import WithoutGuardrail as WithoutGuardrail
from secure_bedrock.access.guardrail_sharing import SharedGuardrail as SharedGuardrail
from secure_bedrock.access.invoker_role import InvokerRole as InvokerRole
from secure_bedrock.access.model_access import ModelAccess as ModelAccess
from secure_bedrock.access.organization_guards import OrganizationGuards as OrganizationGuards
from secure_bedrock.access.organization_guards import (
    service_control_policies as service_control_policies,
)
from secure_bedrock.access.organization_policies import AiServicesOptOut as AiServicesOptOut
from secure_bedrock.access.organization_policies import (
    OrganizationGuardrails as OrganizationGuardrails,
)
from secure_bedrock.access.outside_trust import OrganizationRoles as OrganizationRoles
from secure_bedrock.access.outside_trust import PartnerAccount as PartnerAccount
from secure_bedrock.access.partner_access import InvokeGuarded as InvokeGuarded
from secure_bedrock.access.partner_access import PartnerAccess as PartnerAccess
from secure_bedrock.access.partner_access import ReadPosture as ReadPosture
from secure_bedrock.access.people import PeopleWithMfa as PeopleWithMfa
from secure_bedrock.access.posture_reader_role import PostureReaderRole as PostureReaderRole
from secure_bedrock.access.project_tags import ProjectTagPolicy as ProjectTagPolicy
from secure_bedrock.access.service_control.keys import NoApiKeys as NoApiKeys
from secure_bedrock.access.service_control.models import GuardrailRequired as GuardrailRequired
from secure_bedrock.access.service_control.models import NoNewModels as NoNewModels
from secure_bedrock.access.service_control.models import OnlyModels as OnlyModels
from secure_bedrock.access.service_control.perimeter import OnlyVpcEndpoints as OnlyVpcEndpoints
from secure_bedrock.access.service_control.regions import OnlyRegions as OnlyRegions
from secure_bedrock.access.service_control.tampering import NoTampering as NoTampering
from secure_bedrock.access.service_control.tampering import (
    OnlyDataRetention as OnlyDataRetention,
)
from secure_bedrock.access.trust import EcsTasks as EcsTasks
from secure_bedrock.access.trust import EksPods as EksPods
from secure_bedrock.access.trust import LambdaFunctions as LambdaFunctions
from secure_bedrock.access.trust import WebIdentity as WebIdentity
from secure_bedrock.catalog.cloudtrail_events import DataEventGroup as DataEventGroup
from secure_bedrock.catalog.endpoint_services import EndpointService as EndpointService
from secure_bedrock.catalog.geographies import GUARDRAIL_PROFILES as GUARDRAIL_PROFILES
from secure_bedrock.catalog.geographies import GuardrailProfile as GuardrailProfile
from secure_bedrock.catalog.guardrails import BlockAction as BlockAction
from secure_bedrock.catalog.guardrails import ContentCategory as ContentCategory
from secure_bedrock.catalog.guardrails import FilterStrength as FilterStrength
from secure_bedrock.catalog.guardrails import GuardrailTier as GuardrailTier
from secure_bedrock.catalog.guardrails import Modality as Modality
from secure_bedrock.catalog.guardrails import PiiType as PiiType
from secure_bedrock.catalog.guardrails import SensitiveAction as SensitiveAction
from secure_bedrock.catalog.models import (
    ApplicationInferenceProfile as ApplicationInferenceProfile,
)
from secure_bedrock.catalog.models import FoundationModel as FoundationModel
from secure_bedrock.catalog.models import InferenceProfile as InferenceProfile
from secure_bedrock.catalog.models import PromptRouter as PromptRouter
from secure_bedrock.catalog.models import parse_model as parse_model
from secure_bedrock.catalog.owned_models import CustomModelDeployment as CustomModelDeployment
from secure_bedrock.catalog.owned_models import ImportedModel as ImportedModel
from secure_bedrock.catalog.owned_models import ProvisionedModel as ProvisionedModel
from secure_bedrock.catalog.price_table import ModelPrice as ModelPrice
from secure_bedrock.catalog.price_table import PriceTable as PriceTable
from secure_bedrock.catalog.price_table import Tokens as Tokens
from secure_bedrock.catalog.residency import DataResidency as DataResidency
from secure_bedrock.catalog.security_signals import Signal as Signal
from secure_bedrock.checks import BedrockSecurityChecks as BedrockSecurityChecks
from secure_bedrock.cost.anomaly import CostAnomalyDetection as CostAnomalyDetection
from secure_bedrock.cost.budget_guard import BudgetGuard as BudgetGuard
from secure_bedrock.cost.cost_anomaly_band import CostAnomalyBand as CostAnomalyBand
from secure_bedrock.cost.cost_export import CostExport as CostExport
from secure_bedrock.cost.coverage import BedrockAndMarketplace as BedrockAndMarketplace
from secure_bedrock.cost.coverage import NamedServices as NamedServices
from secure_bedrock.cost.coverage import TaggedSpend as TaggedSpend
from secure_bedrock.cost.coverage import WholeAccount as WholeAccount
from secure_bedrock.cost.gateway.account_logging import ApiGatewayLogging as ApiGatewayLogging
from secure_bedrock.cost.gateway.invocation_gateway import InvocationGateway as InvocationGateway
from secure_bedrock.cost.gateway.values import GatewayClient as GatewayClient
from secure_bedrock.cost.gateway.values import GatewayNetwork as GatewayNetwork
from secure_bedrock.cost.gateway.values import GatewayRules as GatewayRules
from secure_bedrock.cost.project_profile import ProjectProfile as ProjectProfile
from secure_bedrock.cost.quota_limits import DenyOverQuota as DenyOverQuota
from secure_bedrock.cost.quota_limits import NotifyOnly as NotifyOnly
from secure_bedrock.cost.quota_limits import QuotaLimit as QuotaLimit
from secure_bedrock.cost.quota_limits import QuotaPeriod as QuotaPeriod
from secure_bedrock.cost.quota_limits import QuotaSubject as QuotaSubject
from secure_bedrock.cost.service_quotas import ServiceQuotas as ServiceQuotas
from secure_bedrock.cost.service_quotas_watched import QuotaKind as QuotaKind
from secure_bedrock.cost.service_quotas_watched import WatchedQuota as WatchedQuota
from secure_bedrock.cost.stop import BudgetStop as BudgetStop
from secure_bedrock.cost.stop import StopApproval as StopApproval
from secure_bedrock.cost.thresholds import BudgetThreshold as BudgetThreshold
from secure_bedrock.cost.thresholds import SpendKind as SpendKind
from secure_bedrock.cost.token_quota import InvocationLogs as InvocationLogs
from secure_bedrock.cost.token_quota import TokenQuota as TokenQuota
from secure_bedrock.cost.usage_analytics import UsageAnalytics as UsageAnalytics
from secure_bedrock.data.agent import AgentSession as AgentSession
from secure_bedrock.data.agent import SecureAgent as SecureAgent
from secure_bedrock.data.agent_actions import ActionGroup as ActionGroup
from secure_bedrock.data.agent_actions import AgentFunction as AgentFunction
from secure_bedrock.data.agent_actions import AgentParameter as AgentParameter
from secure_bedrock.data.agent_actions import ParameterType as ParameterType
from secure_bedrock.data.agent_actions import SearchedKnowledgeBase as SearchedKnowledgeBase
from secure_bedrock.data.data_source import Documents as Documents
from secure_bedrock.data.data_source import ExistingBucket as ExistingBucket
from secure_bedrock.data.data_source import NewBucket as NewBucket
from secure_bedrock.data.data_source import VectorDeletion as VectorDeletion
from secure_bedrock.data.flow import SecureFlow as SecureFlow
from secure_bedrock.data.ingestion import SyncSchedule as SyncSchedule
from secure_bedrock.data.jobs import JobFiles as JobFiles
from secure_bedrock.data.jobs import ModelJob as ModelJob
from secure_bedrock.data.jobs import ModelJobRole as ModelJobRole
from secure_bedrock.data.jobs_network import JobNetwork as JobNetwork
from secure_bedrock.data.knowledge_base import SecureKnowledgeBase as SecureKnowledgeBase
from secure_bedrock.data.prompt import PromptVariant as PromptVariant
from secure_bedrock.data.prompt import SecurePrompt as SecurePrompt
from secure_bedrock.data.provisioned_purchase import Commitment as Commitment
from secure_bedrock.data.provisioned_purchase import CustomModel as CustomModel
from secure_bedrock.data.provisioned_purchase import HourlyPrice as HourlyPrice
from secure_bedrock.data.provisioned_throughput import (
    ProvisionedThroughput as ProvisionedThroughput,
)
from secure_bedrock.data.retention import DataRetention as DataRetention
from secure_bedrock.data.retention import RetentionMode as RetentionMode
from secure_bedrock.data.vector_store import Embedding as Embedding
from secure_bedrock.data.vector_store import ManagedStore as ManagedStore
from secure_bedrock.data.vector_store import OpenSearchStore as OpenSearchStore
from secure_bedrock.data.vector_store import S3VectorStore as S3VectorStore
from secure_bedrock.encryption.keys import BedrockKmsKeys as BedrockKmsKeys
from secure_bedrock.encryption.keys import KeyOperation as KeyOperation
from secure_bedrock.encryption.keys import KeyPurpose as KeyPurpose
from secure_bedrock.encryption.object_lock import LockMode as LockMode
from secure_bedrock.encryption.object_lock import ObjectLock as ObjectLock
from secure_bedrock.encryption.residency import enforce_residency as enforce_residency
from secure_bedrock.guardrails.content import ContentFilter as ContentFilter
from secure_bedrock.guardrails.content import ContentPolicy as ContentPolicy
from secure_bedrock.guardrails.gate import GatePace as GatePace
from secure_bedrock.guardrails.gate import GuardrailGate as GuardrailGate
from secure_bedrock.guardrails.grounding import AutomatedReasoning as AutomatedReasoning
from secure_bedrock.guardrails.grounding import ContextualGrounding as ContextualGrounding
from secure_bedrock.guardrails.guardrail import SecureGuardrail as SecureGuardrail
from secure_bedrock.guardrails.guardrail_set import GuardrailSet as GuardrailSet
from secure_bedrock.guardrails.sensitive_information import PiiFilter as PiiFilter
from secure_bedrock.guardrails.sensitive_information import RegexFilter as RegexFilter
from secure_bedrock.guardrails.sensitive_information import (
    SensitiveInformationPolicy as SensitiveInformationPolicy,
)
from secure_bedrock.guardrails.spec import BlockedMessages as BlockedMessages
from secure_bedrock.guardrails.spec import GuardrailSpec as GuardrailSpec
from secure_bedrock.guardrails.topics import DeniedTopic as DeniedTopic
from secure_bedrock.guardrails.topics import TopicPolicy as TopicPolicy
from secure_bedrock.guardrails.words import ProfanityFilter as ProfanityFilter
from secure_bedrock.guardrails.words import WordFilter as WordFilter
from secure_bedrock.guardrails.words import WordPolicy as WordPolicy
from secure_bedrock.hardening.agentcore import AgentCoreBaseline as AgentCoreBaseline
from secure_bedrock.hardening.agentcore import AgentCoreNetwork as AgentCoreNetwork
from secure_bedrock.hardening.mixin import BedrockBaseline as BedrockBaseline
from secure_bedrock.hardening.resource import HardeningChange as HardeningChange
from secure_bedrock.hardening.resource import HardeningGap as HardeningGap
from secure_bedrock.invocation_logging.invocation_logging import (
    InvocationLogging as InvocationLogging,
)
from secure_bedrock.invocation_logging.options import LogBucketOptions as LogBucketOptions
from secure_bedrock.invocation_logging.options import LoggedData as LoggedData
from secure_bedrock.invocation_logging.options import LogGroupOptions as LogGroupOptions
from secure_bedrock.monitoring.alarm_groups import AlarmGroup as AlarmGroup
from secure_bedrock.monitoring.alarm_groups import AlarmSeverity as AlarmSeverity
from secure_bedrock.monitoring.alarm_groups import Runbooks as Runbooks
from secure_bedrock.monitoring.alarm_settings import AgentOperation as AgentOperation
from secure_bedrock.monitoring.alarm_settings import AlarmThresholds as AlarmThresholds
from secure_bedrock.monitoring.alarm_settings import MonitoredModel as MonitoredModel
from secure_bedrock.monitoring.alarm_settings import MonitoredResources as MonitoredResources
from secure_bedrock.monitoring.alarms import BedrockAlarms as BedrockAlarms
from secure_bedrock.monitoring.alert_topic import AlertTopic as AlertTopic
from secure_bedrock.monitoring.audit_trail import AuditTrail as AuditTrail
from secure_bedrock.monitoring.audit_trail_events import ManagementEvents as ManagementEvents
from secure_bedrock.monitoring.audit_trail_events import TrailEvents as TrailEvents
from secure_bedrock.monitoring.audit_trail_storage import EventDataStore as EventDataStore
from secure_bedrock.monitoring.audit_trail_storage import OrganizationTrail as OrganizationTrail
from secure_bedrock.monitoring.audit_trail_storage import TrailStorage as TrailStorage
from secure_bedrock.monitoring.chat_route import SlackRoute as SlackRoute
from secure_bedrock.monitoring.config_rules.config_rules import (
    BedrockConfigRules as BedrockConfigRules,
)
from secure_bedrock.monitoring.config_rules.conformance_pack import (
    BedrockConformancePack as BedrockConformancePack,
)
from secure_bedrock.monitoring.config_rules.declared import WatchedByConfig as WatchedByConfig
from secure_bedrock.monitoring.config_rules.settings import ExpectedSettings as ExpectedSettings
from secure_bedrock.monitoring.dashboard import BedrockDashboard as BedrockDashboard
from secure_bedrock.monitoring.evidence_bucket import EvidenceBucket as EvidenceBucket
from secure_bedrock.monitoring.guardrail_watch import GuardrailWatch as GuardrailWatch
from secure_bedrock.monitoring.insight_rules import InsightRule as InsightRule
from secure_bedrock.monitoring.observability import ObservabilityLink as ObservabilityLink
from secure_bedrock.monitoring.observability import ObservabilitySink as ObservabilitySink
from secure_bedrock.monitoring.observability import Telemetry as Telemetry
from secure_bedrock.monitoring.response.settings import Quarantine as Quarantine
from secure_bedrock.monitoring.response.settings import ResponseMode as ResponseMode
from secure_bedrock.monitoring.saved_queries import SavedQueries as SavedQueries
from secure_bedrock.monitoring.security_hub_route import SecurityHubRoute as SecurityHubRoute
from secure_bedrock.monitoring.signals.options import CallSignals as CallSignals
from secure_bedrock.monitoring.signals.security_signals import (
    SecuritySignals as SecuritySignals,
)
from secure_bedrock.monitoring.threat_response import ThreatResponse as ThreatResponse
from secure_bedrock.monitoring.violations import GuardrailViolations as GuardrailViolations
from secure_bedrock.network.dns_firewall import DnsFirewall as DnsFirewall
from secure_bedrock.network.endpoint_access import EndpointAccess as EndpointAccess
from secure_bedrock.network.endpoint_access import EndpointUse as EndpointUse
from secure_bedrock.network.endpoint_settings import EndpointSettings as EndpointSettings
from secure_bedrock.network.endpoints import BedrockEndpoints as BedrockEndpoints
from secure_bedrock.network.gateway_endpoints import GatewayService as GatewayService
from secure_bedrock.network.hub import BedrockHub as BedrockHub
from secure_bedrock.network.hub import NameSharing as NameSharing
from secure_bedrock.network.hub_exports import EndpointAddress as EndpointAddress
from secure_bedrock.network.hub_exports import HubExports as HubExports
from secure_bedrock.network.hub_sharing import NetworkShare as NetworkShare
from secure_bedrock.network.hub_sharing import ShareWith as ShareWith
from secure_bedrock.network.no_way_out import NoWayOut as NoWayOut
from secure_bedrock.network.peering import PeeringAcceptorRole as PeeringAcceptorRole
from secure_bedrock.network.peering import PeeringRoutes as PeeringRoutes
from secure_bedrock.network.peering import PeerVpc as PeerVpc
from secure_bedrock.network.peering import VpcPeering as VpcPeering
from secure_bedrock.network.perimeter import EndpointPerimeter as EndpointPerimeter
from secure_bedrock.network.rejected_traffic import RejectedTrafficAlarm as RejectedTrafficAlarm
from secure_bedrock.network.resolver import InboundResolver as InboundResolver
from secure_bedrock.network.shared_dns import PrivateZones as PrivateZones
from secure_bedrock.network.shared_dns import ZoneVpc as ZoneVpc
from secure_bedrock.network.shared_dns_profile import SharedProfile as SharedProfile
from secure_bedrock.network.spoke import BedrockSpoke as BedrockSpoke
from secure_bedrock.network.spoke import SpokeConnection as SpokeConnection
from secure_bedrock.network.spoke import SpokeNames as SpokeNames
from secure_bedrock.network.spoke_vpc import IsolatedVpc as IsolatedVpc
from secure_bedrock.network.transit_hub import HubTransitGateway as HubTransitGateway
from secure_bedrock.network.transit_hub import (
    TransitGatewayAdmission as TransitGatewayAdmission,
)
from secure_bedrock.network.vpc import SecureBedrockVpc as SecureBedrockVpc
from secure_bedrock.rollout.account_audit import (
    OrganizationTrailExists as OrganizationTrailExists,
)
from secure_bedrock.rollout.account_audit import OwnTrail as OwnTrail
from secure_bedrock.rollout.account_baseline import AccountBaseline as AccountBaseline
from secure_bedrock.rollout.account_watch import AccountWatch as AccountWatch
from secure_bedrock.rollout.asset_bucket import RolloutAssetBucket as RolloutAssetBucket
from secure_bedrock.rollout.organization_rollout import (
    OrganizationRollout as OrganizationRollout,
)
from secure_bedrock.rollout.pace import RolloutConcurrency as RolloutConcurrency
from secure_bedrock.rollout.pace import RolloutPace as RolloutPace
from secure_bedrock.rollout.policy_delegation import DelegatedPolicy as DelegatedPolicy
from secure_bedrock.rollout.policy_delegation import PolicyDelegation as PolicyDelegation
