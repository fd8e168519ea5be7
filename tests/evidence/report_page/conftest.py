"""A report of a small, hostile template, made once."""

import json
from dataclasses import replace

import pytest

from secure_bedrock.evidence.access_map import access_map
from secure_bedrock.evidence.controls.collect import collect_evidence
from secure_bedrock.evidence.controls.model import Status
from secure_bedrock.evidence.fixed_costs import estimate
from secure_bedrock.evidence.picture import draw
from secure_bedrock.evidence.report_page import render_page

EVIL = "<script>evil=1</script><img src=x onerror=evil=2>\"'`&amp; javascript:evil=3 \u0000\ud800"
PLACE = {"region": "us-east-1", "account": "111122223333"}
FRAMEWORKS = ("gdpr", "owasp-llm")


def ref(logical_id):
    return {"Ref": logical_id}


def arn(logical_id):
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def resource(kind, path="", **properties):
    metadata = {"Metadata": {"aws:cdk:path": path}} if path else {}
    return {"Type": kind, "Properties": properties} | metadata


def allow(action, on="*"):
    return {"Effect": "Allow", "Action": action, "Resource": on}


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def template():
    topics = {"TopicsConfig": [{"Name": EVIL, "Definition": EVIL, "Type": "DENY"}]}
    return {
        "Description": EVIL,
        "Resources": {
            "Key": resource("AWS::KMS::Key", "App/Keys/Logs/Resource", EnableKeyRotation=True),
            "Logs": resource("AWS::Logs::LogGroup", KmsKeyId=arn("Key"), RetentionInDays=365),
            "Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
            "Subnet": resource("AWS::EC2::Subnet", VpcId=ref("Vpc"), CidrBlock="10.0.0.0/24"),
            "Endpoint": resource(
                "AWS::EC2::VPCEndpoint",
                VpcId=ref("Vpc"),
                VpcEndpointType="Interface",
                SubnetIds=[ref("Subnet")],
                ServiceName={"Fn::Sub": "com.amazonaws.${AWS::Region}.bedrock-runtime"},
            ),
            "Flow": resource("AWS::EC2::FlowLog", LogGroupName=ref("Logs"), ResourceId=ref("Vpc")),
            "Guardrail": resource(
                "AWS::Bedrock::Guardrail",
                f"App/{EVIL}/Resource",
                Name="g",
                BlockedInputMessaging=EVIL,
                BlockedOutputsMessaging="no",
                TopicPolicyConfig=topics,
            ),
            "Role": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument=document(),
                Policies=[
                    {"PolicyName": EVIL, "PolicyDocument": document(allow("bedrock:Invoke*"))}
                ],
            ),
            "Topic": resource("AWS::SNS::Topic"),
            "Alarm": resource(
                "AWS::CloudWatch::Alarm", MetricName=EVIL, AlarmActions=[ref("Topic")]
            ),
            EVIL: resource("AWS::S3::Bucket", BucketName=EVIL),
            "Odd": resource(EVIL, X={"Fn::GetAtt": []}, Y={"Fn::Sub": []}, Z={"Ref": EVIL}),
        },
    }


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    file = tmp_path_factory.mktemp("report") / "app.template.json"
    file.write_text(json.dumps(template()))
    found = collect_evidence([file], frameworks=FRAMEWORKS, **PLACE)
    accepted = [replace(each, acknowledged=EVIL) for each in found.findings[:2]]
    return replace(found, acknowledgements=tuple(accepted))


@pytest.fixture(scope="module")
def before(evidence):
    """An earlier report: another digest of a role, a finding less, a control that was shown."""
    framework = evidence.frameworks[0]
    controls = (replace(framework.controls[0], status=Status.NOT_CHECKED), *framework.controls[1:])
    return replace(
        evidence,
        generated_at="2026-01-01T00:00:00Z",
        frameworks=(replace(framework, controls=controls), *evidence.frameworks[1:]),
        findings=evidence.findings[1:],
        resources=tuple(
            replace(each, digest="other") if each.place.logical_id == "Role" else each
            for each in evidence.resources
        ),
        sources=(),
    )


@pytest.fixture(scope="module")
def access(evidence):
    return access_map(evidence.sources)


@pytest.fixture(scope="module")
def html(evidence, before, access):
    return render_page(
        evidence,
        picture=draw(evidence.sources, access),
        costs=estimate(evidence.sources),
        access=access,
        previous=before,
    )
