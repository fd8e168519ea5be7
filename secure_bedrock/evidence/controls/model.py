"""The data of a report: frameworks, controls, proofs and where in which template they stand.

A report says what templates show. Whether an organization meets a framework is more than that, and
nothing here claims it.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from secure_bedrock.rules import Source


class Status(StrEnum):
    """What the templates say about a control, a rule or a place."""

    SHOWN = "shown"
    """The template shows it."""

    OPEN = "open"
    """A finding, acknowledged or not."""

    UNKNOWN = "unknown"
    """Only deployment can decide."""

    CUSTOMER = "customer"
    """The customer's own work: no template shows it."""

    ABSENT = "absent"
    """Nothing in the templates that it is about."""

    NOT_CHECKED = "not checked"
    """The rule is in a profile that was not asked for. Never happens by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A property of a resource in a template.

    Attributes:
        template: The file, as people name it.
        logical_id: The resource; empty for the template as a whole.
        construct_path: Path of the construct in its CDK app; empty if there is none.
        resource_type: Such as ``AWS::Bedrock::Guardrail``; empty likewise.
        property_path: Such as ``Properties.KmsKeyArn``; empty for the resource as a whole.
        line: Line in the file, from 1.
    """

    template: str
    logical_id: str
    construct_path: str
    resource_type: str
    property_path: str
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What one rule says about one place, or that nothing is there to say it about.

    Attributes:
        rule_id: Such as GRD06.
        rule_title: What the rule asks for.
        status: Never ``CUSTOMER``.
        place: None if there is nothing in the templates that the rule is about.
        message: One sentence.
        acknowledged: The reason somebody gave for accepting an open finding.
    """

    rule_id: str
    rule_title: str
    status: Status
    place: Place | None
    message: str
    acknowledged: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A control of a framework and everything that the templates say about it.

    Attributes:
        framework: Id of the framework, such as ``nist-800-53``.
        id: As the framework writes it.
        title: The framework's where it is in the public domain, else in our own words.
        status: The weightiest of the proofs: open, unknown, shown, not checked, absent.
        proofs: By rule, then by place.
        mapping_source: Who relates the rules to the control, or "our reading".
        note: What stays the customer's work, and more that a reader must know. May be empty.
        baselines: Such as ``FedRAMP Moderate``: what else of the publisher's selects the control.
    """

    framework: str
    id: str
    title: str
    status: Status
    proofs: tuple[Proof, ...]
    mapping_source: str
    note: str
    baselines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A selection of a framework's controls: what Bedrock configuration touches.

    Attributes:
        id: Such as ``nist-800-53``.
        name: Such as "NIST SP 800-53".
        version: Such as "Revision 5.1.1".
        publisher: Who publishes it.
        source_url: Where it is published.
        controls: In the order of the framework.
        note: What the selection is, and whose words the titles are.
    """

    id: str
    name: str
    version: str
    publisher: str
    source_url: str
    controls: tuple[Control, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A template that was read.

    Attributes:
        path: The file, as people name it.
        sha256: Of its bytes, in hexadecimal.
        stack: Path of the stack in its CDK app; empty if there is none.
        region: Region it is deployed to; None if unknown.
        account: Account it is deployed to; None if unknown.
    """

    path: str
    sha256: str
    stack: str
    region: str | None
    account: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFinding:
    """A finding as the report keeps it.

    Attributes:
        rule_id: Such as GRD06.
        rule_title: What the rule asks for.
        severity: critical, high, medium, low or info.
        status: ``OPEN`` or ``UNKNOWN``.
        place: Where.
        message: What is wrong there.
        fix: What to change.
        acknowledged: The reason somebody gave for accepting it; None while nobody has.
        fingerprint: The same in the next report, wherever the finding has moved in the file.
    """

    rule_id: str
    rule_title: str
    severity: str
    status: Status
    place: Place
    message: str
    fix: str
    acknowledged: str | None
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateResource:
    """A resource of a template.

    Attributes:
        place: Where it stands; its ``property_path`` is empty.
        digest: SHA-256 of its definition without metadata, to see whether it changed.
    """

    place: Place
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything a report is made of.

    Attributes:
        generated_at: UTC, such as ``2026-11-23T05:30:00Z``; of SOURCE_DATE_EPOCH if that is set.
        tool_version: Version of secure-bedrock.
        rules_version: Digest of the rules that ran and of the mapping to controls.
        profiles: The profiles of the rules that ran.
        inputs: The templates.
        frameworks: What they show.
        findings: What is open or unknown and not acknowledged, by file and line.
        acknowledgements: Findings that somebody accepts, with their reasons.
        resources: Every resource of the templates.
        sources: The templates as they were read, for what is drawn from them. Not part of a
            written report, so empty in one that was read back.
    """

    generated_at: str
    tool_version: str
    rules_version: str
    profiles: tuple[str, ...]
    inputs: tuple[Input, ...]
    frameworks: tuple[Framework, ...]
    findings: tuple[RuleFinding, ...]
    acknowledgements: tuple[RuleFinding, ...]
    resources: tuple[TemplateResource, ...]
    sources: tuple[Source, ...] = field(default=(), compare=False, repr=False)
