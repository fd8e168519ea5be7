"""How prompts are encrypted, versioned and kept free of secrets."""

from secure_bedrock.rules._kit import (
    Controls,
    Fail,
    Profile,
    Resource,
    Severity,
    Unknown,
    Verdicts,
    any_of,
    customer_managed_key,
    refers_to,
    require,
    rule,
)
from secure_bedrock.rules.flows_and_prompts._secrets import HOLDERS, looks_secret, texts

_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide"
_VARIABLES = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"
_LONG = 200  # characters
_PHRASES = (
    "you are",
    "your task",
    "you must",
    "you should",
    "do not",
    "never",
    "respond",
    "answer",
    "assistant",
    "instruction",
)


@rule(
    "PRM01",
    resource="AWS::Bedrock::Prompt",
    severity=Severity.MEDIUM,
    fix="Set CustomerEncryptionKeyArn to the ARN of a customer managed key.",
    source=f"{_GUIDE}/prompt-management-prereq.html",
    controls={
        "AWS AI Security Framework": Controls(("AISF-AI-07",), "Prowler"),
        "C5": Controls(("CRY-01.02AC", "CRY-05.01AC"), "Prowler"),
        "CIS Controls 8.1": Controls(("3.11",), "Prowler"),
        "ISO 27001:2022": Controls(("A.8.24",), "Prowler"),
        "KISA ISMS-P": Controls(("2.7.2",), "Prowler"),
        "NIST CSF 2.0": Controls(("ds_1",), "Prowler"),
    },
)
def prompt_has_customer_managed_key(prompt: Resource) -> Verdicts:
    """The prompt is encrypted with a customer managed key."""
    key = prompt["CustomerEncryptionKeyArn"]
    yield from require(customer_managed_key(key), key)


@rule(
    "PRM02",
    resource="AWS::Bedrock::Prompt",
    severity=Severity.INFO,
    profiles=(Profile.STRICT,),
    fix="Add an AWS::Bedrock::PromptVersion and let callers name it.",
    source=f"{_GUIDE}/prompt-management-deploy.html",
    controls={
        "AWS AI Security Framework": Controls(("AISF-AI-07",), "Prowler"),
        "KISA ISMS-P": Controls(("2.10.2",), "Prowler"),
    },
)
def prompt_has_a_version(prompt: Resource) -> Verdicts:
    """A version of the prompt is published, which later edits leave as it is."""
    versions = prompt.template.of_type("AWS::Bedrock::PromptVersion")
    published = any_of(refers_to(each["PromptArn"], prompt) for each in versions)
    yield from require(published, prompt, "the template publishes no version of the prompt")


@rule(
    "PRM03",
    resource=HOLDERS,
    severity=Severity.HIGH,
    fix="Take the secret out, replace it, and let tools read it from Secrets Manager.",
    source=f"{_GUIDE}/prompt-injection.html",
    controls={
        "NIST 800-53 r5": Controls(("IA-5(7)",), "stave"),
        "PCI DSS 4.0": Controls(("3.4.1",), "stave"),
    },
)
def prompts_contain_no_secrets(resource: Resource) -> Verdicts:
    """No prompt, instruction or schema for a model contains a key or a password.

    Looked for are access keys, Bedrock API keys, private keys, passwords that are assigned, secret
    parameters and references to Secrets Manager. AWS's own example keys are left alone.
    """
    for node in texts(resource):
        if looks_secret(node):
            yield Fail(node.hidden, "the text contains what looks like a secret")
        elif node.unknown and node.path[-1] in ("Instruction", "Text", "BasePromptTemplate"):
            yield Unknown(node)


@rule(
    "PRM04",
    resource=("AWS::Lambda::Function", "AWS::Serverless::Function"),
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Keep the prompt in Prompt management and give the function its ARN.",
    source=_VARIABLES,
    controls={"OWASP LLM Top 10": Controls(("LLM07",), "AWS sample-aiml-security-assessment")},
)
def system_prompts_are_not_in_the_environment(function: Resource) -> Verdicts:
    """No environment variable holds a system prompt, which everybody could read who may look.

    Told by its length and by phrases that instructions use.
    """
    for value in dict(function["Environment"]["Variables"].items()).values():
        text = value.shape.lower()
        if len(text) >= _LONG and sum(each in text for each in _PHRASES) > 1:
            yield Fail(value, "the variable looks like a system prompt")
