"""Defects that another library was seen to have, asked of its recorded template and of ours."""

import json
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms

from secure_bedrock import OpenSearchStore, SecureKnowledgeBase
from secure_bedrock.policy import Policy, Request, evaluate

RECORD = json.loads(
    (Path(__file__).parent / "peers/generative-ai-cdk-constructs-0.1.320.json").read_text()
)
ANY = "arn:aws:bedrock:eu-west-1:111122223333:knowledge-base/SOMEBODYS1"


class Template:
    """Resources with references replaced by names, and what a knowledge base's role may do."""

    def __init__(self, resources):
        self.resources = {name: plain(each) for name, each in resources.items()}

    def of(self, kind):
        return [each["Properties"] for each in self.resources.values() if each["Type"] == kind]

    @property
    def role(self):
        return self.of("AWS::Bedrock::KnowledgeBase")[0]["RoleArn"].removesuffix(".Arn")

    @property
    def policies(self):
        """Documents of inline and managed policies of the role."""
        named = self.resources[self.role]["Properties"].get("ManagedPolicyArns", [])
        for name, each in self.resources.items():
            properties = each.get("Properties", {})
            if self.role in properties.get("Roles", []) or name in named:
                document = properties["PolicyDocument"]
                yield Policy.from_document(document, name=name)

    def role_may(self, action, resource, **context):
        request = Request(
            principal=f"arn:aws:iam::111122223333:role/{self.role}",
            action=action,
            resource=resource,
            context=context,
        )
        return evaluate(request, identity=list(self.policies)).allowed

    def security_policy(self, kind):
        (found,) = (
            each
            for each in self.of("AWS::OpenSearchServerless::SecurityPolicy")
            if each["Type"] == kind
        )
        return json.loads(found["Policy"])


def plain(value):
    """A value with references as the names of what they are to."""
    if not isinstance(value, dict):
        return [plain(each) for each in value] if isinstance(value, list) else value
    match value:
        case {"Fn::Sub": text}:
            return text
        case {"Ref": name}:
            return {"AWS::Partition": "aws", "AWS::Region": "eu-west-1"}.get(name, name)
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{name}.{attribute}"
        case {"Fn::Join": [separator, parts]}:
            return separator.join(plain(part) for part in parts)
    return {key: plain(each) for key, each in value.items()}


@pytest.fixture(scope="module")
def theirs():
    return Template(RECORD["template"]["Resources"])


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ours")
    app = cdk.App(outdir=str(folder))
    cdk.Validations.of(app).add_plugins(cdk.CloudFormationValidatePlugin())
    place = cdk.Environment(account="111122223333", region="eu-west-1")
    stack = cdk.Stack(app, "Ours", env=place)
    key = kms.Key(stack, "Key")
    SecureKnowledgeBase(stack, "Base", store=OpenSearchStore(), encryption_key=key)
    found = app.synth().get_stack_by_name("Ours").template["Resources"]
    template = Template(found)
    report = folder / "validation-report.json"
    template.findings = json.loads(report.read_text())["pluginReports"] if report.exists() else []
    return template


def test_the_collection_is_not_public(theirs, ours):
    assert theirs.security_policy("network")[0]["AllowFromPublic"] is True
    assert ours.security_policy("network")[0]["AllowFromPublic"] is False


def test_the_vectors_have_a_customer_managed_key(theirs, ours):
    assert theirs.security_policy("encryption")["AWSOwnedKey"] is True
    assert ours.security_policy("encryption")["KmsARN"].endswith(".Arn")


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("bedrock:CreateKnowledgeBase", "*"),
        ("bedrock:DeleteKnowledgeBase", ANY),
        ("bedrock:UpdateKnowledgeBase", ANY),
    ],
)
def test_the_service_role_does_not_manage_knowledge_bases(theirs, ours, action, resource):
    assert theirs.role_may(action, resource)
    assert not ours.role_may(action, resource)


def test_the_service_role_does_not_pass_itself_on(theirs, ours):
    assert theirs.role_may("iam:PassRole", f"{theirs.role}.Arn")
    assert not ours.role_may("iam:PassRole", f"{ours.role}.Arn")


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:GenerateDataKey"])
def test_the_service_role_can_use_the_ingestion_key(theirs, ours, action):
    keys = {}
    for each in (theirs, ours):
        (source,) = each.of("AWS::Bedrock::DataSource")
        keys[each] = source["ServerSideEncryptionConfiguration"]["KmsKeyArn"]
    assert theirs.role_may(action, keys[theirs]) == (action == "kms:Decrypt")
    assert ours.role_may(action, keys[ours])


def test_the_cdks_own_validation_finds_nothing(ours):
    assert len(RECORD["findings_of_the_cdks_own_validation"]) > 0
    assert ours.findings == []
