import io
import json
import time
import uuid
import zipfile

import boto3
import pytest

from secure_bedrock.emulator.isolation import ACCESS_KEY, SECRET_KEY
from secure_bedrock.emulator.server import Server

_REGION = "eu-west-1"


@pytest.fixture(scope="session")
def server():
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def aws(server):
    """boto3 clients of the emulated AWS, by service name."""
    clients = {}

    def client(service):
        if service not in clients:
            clients[service] = boto3.client(
                service,
                region_name=_REGION,
                endpoint_url=server.endpoint_url,
                aws_access_key_id=ACCESS_KEY,
                aws_secret_access_key=SECRET_KEY,
            )
        return clients[service]

    return client


class Stack:
    """One stack of a test: a name of its own, and what one asks of it."""

    def __init__(self, aws):
        self.aws = aws
        self.name = f"test-{uuid.uuid4().hex[:8]}"
        self.cloudformation = aws("cloudformation")

    def create(self, resources, **sections):
        return self._apply(self.cloudformation.create_stack, resources, sections)

    def update(self, resources, **sections):
        return self._apply(self.cloudformation.update_stack, resources, sections)

    def delete(self, **options):
        self.cloudformation.delete_stack(StackName=self.id, **options)
        return self._settled()

    def resource(self, logical_id):
        answer = self.cloudformation.describe_stack_resource(
            StackName=self.id, LogicalResourceId=logical_id
        )
        return answer["StackResourceDetail"]

    def physical_id(self, logical_id):
        return self.resource(logical_id)["PhysicalResourceId"]

    def events(self):
        """(logical id, status) in the order in which they happened."""
        answer = self.cloudformation.describe_stack_events(StackName=self.id)
        return [
            (event["LogicalResourceId"], event["ResourceStatus"])
            for event in reversed(answer["StackEvents"])
        ]

    def reasons(self):
        answer = self.cloudformation.describe_stack_events(StackName=self.id)
        return "\n".join(event.get("ResourceStatusReason", "") for event in answer["StackEvents"])

    def outputs(self):
        return {
            output["OutputKey"]: output["OutputValue"]
            for output in self.describe().get("Outputs", [])
        }

    def describe(self):
        return self.cloudformation.describe_stacks(StackName=self.id)["Stacks"][0]

    def _apply(self, operation, resources, sections):
        options = {name: sections.pop(name) for name in ("Tags",) if name in sections}
        options |= {"Parameters": sections.pop("given")} if "given" in sections else {}
        template = json.dumps({"Resources": resources, **sections})
        answer = operation(StackName=self.name, TemplateBody=template, **options)
        self.id = answer["StackId"]
        return self._settled()

    def _settled(self):
        ends = time.monotonic() + 60
        while (status := self.describe()["StackStatus"]).endswith("_IN_PROGRESS"):
            if time.monotonic() > ends:
                raise TimeoutError(status)
        print(self.reasons())  # noqa: T201 - shown when a test fails
        return status


@pytest.fixture
def stack(aws):
    return Stack(aws)


@pytest.fixture(scope="session")
def new_stack(aws):
    """A stack that several tests look at."""
    return lambda: Stack(aws)


@pytest.fixture
def other_stack(aws):
    return Stack(aws)


@pytest.fixture(scope="session")
def code(aws):
    """Upload a handler's source as a package; gives the function's Code property."""
    bucket = "handler-packages"
    aws("s3").create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": _REGION}
    )

    def upload(source):
        package, key = io.BytesIO(), f"{uuid.uuid4().hex}.zip"
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("handler.py", source)
        aws("s3").put_object(Bucket=bucket, Key=key, Body=package.getvalue())
        return {"S3Bucket": bucket, "S3Key": key}

    return upload
