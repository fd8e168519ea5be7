"""Policies in the language of CloudFormation Guard, for what AWS Config records of Bedrock.

AWS Config records these types and no others of Amazon Bedrock (``ResourceType`` in its API, as of
botocore 1.44): no agent, flow or data source. Properties are spelled as CloudFormation spells them,
which is how AWS Config records the types it took over from CloudFormation's registry. If a name
were another one, the policy would fail, not pass.
"""

from dataclasses import dataclass

RUNTIME = "guard-2.x.x"
GUARDRAIL = "AWS::Bedrock::Guardrail"
KNOWLEDGE_BASE = "AWS::Bedrock::KnowledgeBase"
PROMPT = "AWS::Bedrock::Prompt"
RUNTIME_TYPE = "AWS::BedrockAgentCore::Runtime"
BROWSER = "AWS::BedrockAgentCore::BrowserCustom"

_FILTERS = "configuration.ContentPolicyConfig.FiltersConfig"
_WORDS = "configuration.WordPolicyConfig"
_TOPICS = "configuration.TopicPolicyConfig"
_PII = "configuration.SensitiveInformationPolicyConfig"
_HARMFUL = ("HATE", "INSULTS", "SEXUAL", "VIOLENCE", "MISCONDUCT")
_OTHER_VENDORS = "['PINECONE', 'REDIS_ENTERPRISE_CLOUD', 'MONGO_DB_ATLAS']"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardPolicy:
    """One policy.

    Attributes:
        name: Short name, part of the rule's name in a conformance pack.
        checks: Ids of our rules that look for the same in templates.
        description: What is true where the policy is satisfied.
        resource_type: Type of the resources that are judged.
        clauses: Lines of the policy, all of which have to hold.
    """

    name: str
    checks: tuple[str, ...]
    description: str
    resource_type: str
    clauses: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole policy."""
        name = self.name.replace("-", "_")
        lines = "\n".join(f"    {line}" for line in self.clauses)
        return f'rule {name} when resourceType == "{self.resource_type}" {{\n{lines}\n}}\n'


def _policy(name: str, check: str, description: str, kind: str, *clauses: str) -> GuardPolicy:
    return GuardPolicy(
        name=name,
        checks=(check,),
        description=description,
        resource_type=kind,
        clauses=clauses,
    )


def _nothing_off(entries: str, *sides: str, where: str = "") -> tuple[str, ...]:
    """No entry is switched off, or set to find without doing anything."""
    return tuple(
        f"{entries}[ {where}{side}{off} ] empty"
        for side in sides
        for off in ("Action == 'NONE'", "Enabled == false")
    )


POLICIES = (
    _policy(
        "guardrail-key",
        "GRD02",
        "The guardrail is encrypted with a customer managed key.",
        GUARDRAIL,
        "configuration.KmsKeyArn exists",
        "configuration.KmsKeyArn != ''",
    ),
    _policy(
        "guardrail-harmful-content",
        "GRD03",
        "The guardrail filters hate, insults, sexual content, violence and misconduct.",
        GUARDRAIL,
        *(f"some {_FILTERS}[*].Type == '{kind}'" for kind in _HARMFUL),
    ),
    _policy(
        "guardrail-blocks",
        "GRD05",
        "Filters, denied topics and words are switched on and block what they find.",
        GUARDRAIL,
        *_nothing_off(_FILTERS, "Input"),
        *_nothing_off(_FILTERS, "Output", where="Type != 'PROMPT_ATTACK' "),
        *_nothing_off(f"{_TOPICS}.TopicsConfig", "Input", "Output"),
        *_nothing_off(f"{_WORDS}.WordsConfig", "Input", "Output"),
        *_nothing_off(f"{_WORDS}.ManagedWordListsConfig", "Input", "Output"),
    ),
    _policy(
        "guardrail-prompt-attacks",
        "GRD06",
        "The guardrail looks for prompt attacks at HIGH strength.",
        GUARDRAIL,
        f"some {_FILTERS}[*].Type == 'PROMPT_ATTACK'",
        f"{_FILTERS}[ Type == 'PROMPT_ATTACK' ].InputStrength == 'HIGH'",
    ),
    _policy(
        "guardrail-personal-data",
        "GRD11",
        "The guardrail looks for sensitive information.",
        GUARDRAIL,
        f"{_PII}.*[ Action exists ] !empty",
    ),
    _policy(
        "guardrail-personal-data-acted-on",
        "GRD12",
        "Sensitive information that the guardrail finds in responses is blocked or masked.",
        GUARDRAIL,
        *_nothing_off(f"{_PII}.PiiEntitiesConfig", "Output"),
        *_nothing_off(f"{_PII}.RegexesConfig", "Output"),
        f"{_PII}.*[ OutputAction !exists Action == 'NONE' ] empty",
    ),
    _policy(
        "knowledge-base-key",
        "KBS02",
        "A managed knowledge base is encrypted with a customer managed key.",
        KNOWLEDGE_BASE,
        "when configuration.KnowledgeBaseConfiguration.Type == 'MANAGED' {",
        "    configuration.KnowledgeBaseConfiguration.ManagedKnowledgeBaseConfiguration"
        ".ServerSideEncryptionConfiguration.KmsKeyArn exists",
        "}",
    ),
    _policy(
        "knowledge-base-store",
        "KBS11",
        "Vectors are kept in stores of AWS.",
        KNOWLEDGE_BASE,
        "when configuration.StorageConfiguration.Type exists {",
        f"    configuration.StorageConfiguration.Type not in {_OTHER_VENDORS}",
        "}",
    ),
    _policy(
        "prompt-key",
        "PRM01",
        "The prompt is encrypted with a customer managed key.",
        PROMPT,
        "configuration.CustomerEncryptionKeyArn exists",
    ),
    _policy(
        "runtime-in-vpc",
        "AGC01",
        "The runtime is connected to a VPC, not to the internet.",
        RUNTIME_TYPE,
        "configuration.NetworkConfiguration.NetworkMode == 'VPC'",
    ),
    _policy(
        "browser-in-vpc",
        "AGC25",
        "The browser is connected to a VPC.",
        BROWSER,
        "configuration.NetworkConfiguration.NetworkMode == 'VPC'",
    ),
    _policy(
        "browser-recorded",
        "AGC26",
        "What happens in the browser is recorded.",
        BROWSER,
        "configuration.RecordingConfig.Enabled == true",
    ),
)
"""Source: AWS Config Developer Guide, "Creating AWS Config Custom Policy Rules"."""
