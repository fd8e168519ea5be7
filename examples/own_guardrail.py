"""A guardrail of your own: a preset, extended by what your application must not talk about."""

from dataclasses import replace

import aws_cdk as cdk

from secure_bedrock import (
    DeniedTopic,
    GuardrailSet,
    PiiFilter,
    PiiType,
    RegexFilter,
    SensitiveInformationPolicy,
    TopicPolicy,
)
from secure_bedrock.guardrails import presets

advice = DeniedTopic(
    name="Investment advice",
    definition="Recommending to buy, hold or sell a particular security, fund or currency.",
    examples=("Should I sell my shares now?", "Which fund doubles my money?"),
)
personal = SensitiveInformationPolicy(
    pii=(PiiFilter(type=PiiType.EMAIL), PiiFilter(type=PiiType.PHONE)),
    regexes=(RegexFilter(name="Customer number", pattern=r"\bC-[0-9]{8}\b"),),
)

app = cdk.App()
stack = cdk.Stack(app, "BankAssistant")
GuardrailSet(
    stack,
    "Guardrails",
    guardrails={
        "bank": replace(
            presets.PUBLIC_CHAT,
            topics=TopicPolicy(topics=(advice,)),
            sensitive_information=personal,
        )
    },
)

app.synth()
