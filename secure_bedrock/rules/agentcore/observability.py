"""What can be seen of the work of agents and tools, and where it is kept."""

from secure_bedrock.rules._kit import (
    NO,
    YES,
    Profile,
    Resource,
    Severity,
    Unknown,
    Verdicts,
    absent,
    any_of,
    equals,
    forbid,
    is_true,
    present,
    require,
    rule,
)
from secure_bedrock.rules.agentcore._links import has_link
from secure_bedrock.rules.agentcore._shapes import BROWSER, GATEWAY, GUIDE, MEMORY, REFERENCE


@rule(
    "AGC10",
    resource=(GATEWAY, MEMORY),
    severity=Severity.LOW,
    profiles=(Profile.AGENTIC,),
    fix="Add an AWS::Logs::DeliverySource with its delivery for the resource.",
    source=f"{GUIDE}/observability-configure.html",
)
def logs_are_delivered(resource: Resource) -> Verdicts:
    """Logs or traces of gateways and memories are delivered; runtimes have a log group anyway."""
    delivered = has_link(resource, "AWS::Logs::DeliverySource", "ResourceArn")
    message = "no AWS::Logs::DeliverySource of the template is for it"
    yield from require(delivered, resource, message)


@rule(
    "AGC13",
    resource=MEMORY,
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT, Profile.AGENTIC),
    fix="Encrypt the stream with a KMS key, or deliver METADATA_ONLY.",
    source=f"{REFERENCE}-memory.html",
)
def streamed_memories_are_encrypted(memory: Resource) -> Verdicts:
    """What a memory writes to a stream is encrypted there."""
    for delivery in memory["StreamDeliveryResources"]["Resources"]:
        kinesis = delivery["Kinesis"]
        levels = (each["Level"] for each in kinesis["ContentConfigurations"])
        full = any_of(equals(level, "FULL_CONTENT") for level in levels)
        stream = kinesis["DataStreamArn"].target
        if full is YES and stream is None:
            yield Unknown(kinesis["DataStreamArn"], "the stream is not in this template")
        elif full is not NO and stream is not None:
            plain = absent(stream["StreamEncryption"])
            yield from forbid(full & plain, kinesis, f"stream {stream.logical_id} is not encrypted")


@rule(
    "AGC26",
    resource=BROWSER,
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT, Profile.AGENTIC),
    fix="Set RecordingConfig with Enabled true and an S3Location.",
    source=f"{GUIDE}/browser-session-recording.html",
)
def browser_sessions_are_recorded(browser: Resource) -> Verdicts:
    """What happens in a browser is recorded."""
    recording = browser["RecordingConfig"]
    kept = is_true(recording["Enabled"]) & present(recording["S3Location"])
    yield from require(kept, recording)


@rule(
    "AGC29",
    resource=BROWSER,
    severity=Severity.INFO,
    profiles=(Profile.AGENTIC,),
    fix="Add EnterprisePolicies of type MANAGED, or enable BrowserSigning.",
    source=f"{REFERENCE}-browsercustom.html",
)
def browsers_are_governed(browser: Resource) -> Verdicts:
    """A browser follows a managed enterprise policy, or signs its requests."""
    managed = any_of(equals(each["Type"], "MANAGED") for each in browser["EnterprisePolicies"])
    signing = browser["BrowserSigning"]["Enabled"]
    yield from require(managed | is_true(signing), signing)
