"""examples/hub_and_spoke.py: synthesized, deployed to the emulator, and its reachability."""

import copy
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import WaiterError

from secure_bedrock import EndpointService
from secure_bedrock.emulator import Emulator
from secure_bedrock.emulator.isolation import ACCESS_KEY, ACCOUNT, SECRET_KEY
from secure_bedrock.evidence.reachability import Answer, Deployment, reachability
from secure_bedrock.testing import assert_secure

EXAMPLE = Path(__file__).parents[3] / "examples" / "hub_and_spoke.py"
RUNTIME = "bedrock-runtime.eu-west-1.amazonaws.com"
WRITTEN = {
    "vpc": "vpc-hub",
    "gateway": "tgw-hub",
    "runtime": "Z1:vpce-hub-a1.bedrock-runtime.eu-west-1.vpce.amazonaws.com",
    "role": "arn:aws:iam::111122223333:role/accepts",
    "attachment": "tgw-attach-1",
    "peering": "pcx-1",
}
IDS = {
    "Hub": {
        "AWS::EC2::VPC": "vpc-hub",
        "AWS::EC2::TransitGateway": "tgw-hub",
        "BedrockRuntime": "vpce-hub",
    },
    "Spoke": {"AWS::EC2::TransitGatewayVpcAttachment": "tgw-attach-1"},
    "Faraway": {"AWS::EC2::VPCPeeringConnection": "pcx-1"},
}


def synthesize(folder, context):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    environment |= {"CDK_OUTDIR": str(folder), "CDK_CONTEXT_JSON": json.dumps(context)}
    done = subprocess.run(
        [sys.executable, str(EXAMPLE)],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {p.name.split(".")[0]: json.loads(p.read_text()) for p in folder.glob("*.template.json")}


def named(template, what):
    """The logical id of the resource of a type, or of the one whose id contains a word."""
    return next(
        name
        for name, each in template["Resources"].items()
        if what == each["Type"] or (what in name and each["Type"] == "AWS::EC2::VPCEndpoint")
    )


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    return synthesize(tmp_path_factory.mktemp("out"), WRITTEN)


def deployments(templates, hub="111122223333", spoke="444455556666", ids=IDS):
    places = {"Spoke": (spoke, "eu-west-1"), "Faraway": (spoke, "eu-central-1")}
    found = []
    for name, template in templates.items():
        account, region = places.get(name, (hub, "eu-west-1"))
        values = {named(template, what): value for what, value in ids.get(name, {}).items()}
        found.append(
            Deployment(template=template, name=name, account=account, region=region, values=values)
        )
    return found


def reached(found):
    """Stacks from whose every subnet the runtime is reached."""
    rows = [row for row in found.rows if row.group and row.name == RUNTIME]
    stacks = {row.subnet.split("/")[0] for row in rows}
    return {
        stack
        for stack in stacks
        if {r.reaches for r in rows if r.subnet.startswith(stack)} == {Answer.YES}
    }


def ask(given):
    return reachability(*given, services=[EndpointService.BEDROCK_RUNTIME])


def test_another_account_and_another_region_reach_the_runtime(templates):
    assert reached(ask(deployments(templates))) == {"Spoke", "Faraway"}


def test_nothing_else_is_reachable_from_any_subnet(templates):
    found = ask(deployments(templates)).elsewhere
    ways = {(each.subnet.split("/")[0], w.kind, w.destination) for each in found for w in each.ways}
    gateways = {(s, "gateway endpoint", w) for s in IDS for w in ("s3", "dynamodb")}
    assert ways - gateways == {
        ("Hub", "transit gateway", "10.1.0.0/16"),
        ("Hub", "peering", "10.2.0.0/16"),
        ("Spoke", "transit gateway", "10.0.0.0/16"),
        ("Faraway", "peering", "10.0.0.0/16"),
    }
    assert {each.internet for each in found} == {Answer.NO}


def test_without_the_last_step_there_is_no_way_back(templates):
    kept = copy.deepcopy(templates)
    steps = ("SpokeAdmission", "FarawayRoutes")
    resources = kept["Hub"]["Resources"]
    for name in [name for name in resources if name.startswith(steps)]:
        del resources[name]
    found = ask(deployments(kept))
    assert {r.routed for r in found.rows if not r.subnet.startswith("Hub")} == {Answer.NO}


@pytest.mark.parametrize("name", ["Hub", "Spoke", "Faraway"])
def test_every_stack_is_clean_under_the_checks(templates, name):
    assert_secure(templates[name], profile=["strict", "residency", "agentic"])


class Emulated:
    """The three steps, deployed by the emulator's CloudFormation, in its one account."""

    def __init__(self, server):
        self.server = server
        self.ids = {}

    def client(self, service, region):
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.server.endpoint_url,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
        )

    def prepare(self, region, folder):
        bucket = f"cdk-hnb659fds-assets-{ACCOUNT}-{region}"
        s3 = self.client("s3", region)
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
        self.client("ssm", region).put_parameter(
            Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String"
        )
        for manifest in folder.glob("*.assets.json"):
            for key, asset in json.loads(manifest.read_text())["files"].items():
                source = folder / asset["source"]["path"]
                if source.is_dir():
                    s3.put_object(Bucket=bucket, Key=f"{key}.zip", Body=zipped(source))

    def deploy(self, name, template, region):
        client = self.client("cloudformation", region)
        verb = "update" if name in self.ids else "create"
        getattr(client, f"{verb}_stack")(
            StackName=name, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"]
        )
        settled = client.get_waiter(f"stack_{verb}_complete")
        try:
            settled.wait(StackName=name, WaiterConfig={"Delay": 0.2, "MaxAttempts": 200})
        except WaiterError:
            events = client.describe_stack_events(StackName=name)["StackEvents"]
            pytest.fail("\n".join(each.get("ResourceStatusReason", "") for each in events))
        resources = client.describe_stack_resources(StackName=name)["StackResources"]
        self.ids[name] = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in resources}
        (stack,) = client.describe_stacks(StackName=name)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}


def zipped(folder):
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for path in folder.rglob("*.py"):
            archive.write(path, path.relative_to(folder))
    return package.getvalue()


@pytest.mark.e2e
def test_the_three_steps_deploy_and_what_is_deployed_reaches_the_runtime(tmp_path):
    with Emulator() as server:
        emulated = Emulated(server)
        context = {"hub": ACCOUNT, "spoke": ACCOUNT}
        made, templates = tmp_path / "1", {}
        for step, names in enumerate((["Hub"], ["Spoke", "Faraway"], ["Hub"]), start=1):
            folder = tmp_path / str(step)
            folder.mkdir()
            templates = synthesize(folder, context)
            if step == 1:
                for region in ("eu-west-1", "eu-central-1"):
                    emulated.prepare(region, made)
            for name in names:
                region = "eu-central-1" if name == "Faraway" else "eu-west-1"
                outputs = emulated.deploy(name, templates[name], region)
                context |= told(name, outputs)
        found = ask(
            [
                Deployment(
                    template=template,
                    name=name,
                    account=ACCOUNT,
                    region="eu-central-1" if name == "Faraway" else "eu-west-1",
                    values=emulated.ids[name],
                )
                for name, template in templates.items()
            ]
        )
        assert reached(found) == {"Spoke", "Faraway"}


def told(name, outputs):
    """What the next step is told of a stack's outputs."""
    if name == "Hub":
        find = lambda part: next(v for k, v in outputs.items() if part in k.lower())  # noqa: E731
        return {
            "vpc": find("vpcid"),
            "runtime": find("bedrockruntime"),
            "gateway": outputs["Gateway"],
            "role": outputs["Role"],
        }
    return {
        {"Spoke": "attachment", "Faraway": "peering"}.get(name, name): outputs.get("Connection")
    }
