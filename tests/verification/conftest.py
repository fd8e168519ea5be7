import pytest
from moto.core.base_backend import BackendDict
from moto.server import ThreadedMotoServer

from secure_bedrock.emulator.amendments import install as install_amendments
from secure_bedrock.emulator.services import install as install_services
from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.stack import Stack
from secure_bedrock.verification.verify import Verification

ACCOUNT = "123456789012"
REGION = "eu-west-1"
PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/Test/1",
    "AWS::StackName": "Test",
    "AWS::URLSuffix": "amazonaws.com",
}


@pytest.fixture(scope="session")
def emulator():
    """Account and Region on the emulator; one set of clients, because making them is slow."""
    install_services()
    install_amendments()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield Aws(region=REGION, endpoint_url=f"http://{host}:{port}")
    server.stop()


@pytest.fixture
def aws(emulator):
    """An empty account."""
    BackendDict.reset()
    yield emulator
    BackendDict.reset()


@pytest.fixture
def verified(aws):
    """Reports by logical id, for resources given as (type, physical id, properties)."""

    def run(resources, **sections):
        template = {
            "Resources": {
                name: {"Type": resource_type, "Properties": properties}
                for name, (resource_type, _, properties) in resources.items()
            },
            **sections,
        }
        ids = {name: physical_id for name, (_, physical_id, _) in resources.items() if physical_id}
        stack = Stack(
            name="Test", status="CREATE_COMPLETE", template=template, ids=ids, values=PSEUDO
        )
        return {report.logical_id: report for report in Verification(aws, stack)}

    return run


@pytest.fixture
def differences(verified):
    """Paths that differ, for a single resource."""

    def run(resource_type, physical_id, properties):
        report = verified({"It": (resource_type, physical_id, properties)})["It"]
        assert report.problem == ""
        return [difference.path for difference in report.differences]

    return run


@pytest.fixture
def changed(differences):
    """Names of the properties that differ, without what is inside them."""

    def run(resource_type, physical_id, properties):
        found = differences(resource_type, physical_id, properties)
        return sorted({path.split(".")[0].removesuffix("[]") for path in found})

    return run
